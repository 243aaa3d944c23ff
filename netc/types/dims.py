"""Sizes of axes, and the claims that shape laws make about them.

Today a dim is a positive whole number. Laws nevertheless never compare dims with Python's
operators: they ask the claims below, so that a dim may become a polynomial over symbols and a
claim a decision over all values of those symbols, while every law stays as it is written.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

Dim: TypeAlias = int
"""Elements along one axis."""

Shape: TypeAlias = tuple[Dim, ...]
"""Dims without the batch axis."""

LARGEST_DIM = 2**31 - 1
LARGEST_ELEMENTS = 2**63 - 1


def product(dims: Iterable[Dim]) -> Dim:
    """All dims multiplied; 1 for none.

    >>> product((3, 224, 224))
    150528
    """
    result = 1
    for dim in dims:
        result *= dim
    return result


def ceil_divide(dim: Dim, by: int) -> Dim:
    """``dim / by``, rounded up.

    >>> ceil_divide(7, 2)
    4
    """
    return -(-dim // by)


def at_least(dim: Dim, least: Dim) -> bool:
    """Whether ``dim >= least``."""
    return dim >= least


def equal(first: Dim, second: Dim) -> bool:
    """Whether two dims are the same."""
    return first == second


def divides(factor: int, dim: Dim) -> bool:
    """Whether ``dim`` is a multiple of ``factor``."""
    return dim % factor == 0


def number(dim: Dim, what: str) -> int:
    """The dim as a number; ``what`` says what needs one, as in "the channels of `conv`".

    Raises ``Mistake`` where it is a symbol's.
    """
    del what  # until dims can be symbols
    return dim


def equal_shapes(first: Shape, second: Shape) -> bool:
    """Whether two shapes have the same rank and the same dims."""
    return len(first) == len(second) and all(map(equal, first, second))


def shape_text(shape: Shape) -> str:
    """A shape as messages write it.

    >>> shape_text((64, 56, 56)), shape_text(())
    ('64×56×56', 'a scalar')
    """
    return "×".join(map(str, shape)) if shape else "a scalar"
