"""The catalogue of codes: what each means, a spec that raises it, and that spec repaired.

Only ``netc explain`` needs these long texts, so nothing on the way to a check imports them.
A code's first digit names the stage that finds it: E1 the text, E2 the language, E3 names
and expressions, E4 shapes, E5 budgets; W codes are warnings, W2 those that are off until selected.
"""

from __future__ import annotations

from difflib import get_close_matches
from types import MappingProxyType
from typing import TYPE_CHECKING

from netc.diagnostics.catalogue import (
    asked_for,
    budgets,
    language,
    names,
    reuse,
    shapes,
    text,
    warnings,
)
from netc.diagnostics.catalogue.entry import Entry

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CATALOGUE", "Entry", "nearest"]

CATALOGUE: Mapping[str, Entry] = MappingProxyType(
    {
        page.code: page
        for page in (
            *text.ENTRIES,
            *language.ENTRIES,
            *names.ENTRIES,
            *reuse.ENTRIES,
            *shapes.ENTRIES,
            *budgets.ENTRIES,
            *warnings.ENTRIES,
            *asked_for.ENTRIES,
        )
    }
)
"""Every code with its entry, in the order of the codes."""


def nearest(code: str) -> str | None:
    """The code closest to what was typed, whatever its case; ``None`` where nothing is close."""
    found = get_close_matches(code.upper(), CATALOGUE, n=1, cutoff=0.6)
    return found[0] if found else None
