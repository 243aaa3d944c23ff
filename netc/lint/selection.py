"""Which warnings are looked for."""

from __future__ import annotations

from typing import NamedTuple

ALWAYS = ("W101", "W102", "W103", "W104", "W105", "W106", "W107", "W108", "W109", "W110")
"""Warnings that are on unless they are ignored."""

ASKED_FOR = ("W201", "W202")
"""Warnings that are off until they are selected: many good networks are built that way."""

CODES = (*ALWAYS, *ASKED_FOR)


class Selection(NamedTuple):
    """Codes, or their beginnings, that are turned on (``select``) and off (``ignore``).

    The longest one that a code begins with decides, and of two alike the one that turns it off.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()

    def has(self, code: str) -> bool:
        """Whether a warning is looked for.

        >>> selection = Selection(select=("W2",), ignore=("W103", "W202"))
        >>> [code for code in ("W101", "W103", "W201", "W202") if selection.has(code)]
        ['W101', 'W201']
        """
        on, off = _longest(self.select, code), _longest(self.ignore, code)
        return code in ALWAYS if on == off == 0 else on > off


def _longest(beginnings: tuple[str, ...], code: str) -> int:
    """The characters of the longest of ``beginnings`` that the code begins with; 0 where none does."""
    return max((len(one) for one in beginnings if code.startswith(one)), default=0)
