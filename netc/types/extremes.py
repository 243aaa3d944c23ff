"""Symbolic sizes where their symbols are smallest and largest."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from netc.types.symbolic import symbols_of

if TYPE_CHECKING:
    from netc.types.symbolic import Symbolic


@lru_cache(4096)
def smallest(dim: Symbolic) -> int:
    """The size where every symbol has its smallest value."""
    symbols = symbols_of(dim.terms).values()
    return dim.at({symbol.name: symbol.least * symbol.multiple_of for symbol in symbols})


@lru_cache(4096)
def largest(dim: Symbolic) -> int | None:
    """The size where every symbol has its largest value; nothing where one has none."""
    values: dict[str, int] = {}
    for symbol in symbols_of(dim.terms).values():
        if symbol.most is None:
            return None
        values[symbol.name] = symbol.most * symbol.multiple_of
    return dim.at(values)
