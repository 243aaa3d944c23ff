"""What the catalogue holds for one code."""

from __future__ import annotations

from textwrap import dedent
from typing import NamedTuple


class Entry(NamedTuple):
    """A code's page: the rule in a line, the rule at length, a spec that breaks it, and its repair.

    ``example`` is a whole spec which raises ``code`` and no other when it is checked with
    ``arguments`` on the command line; ``repair`` is that spec set right, and checks clean.
    """

    code: str
    title: str
    explanation: str
    example: str
    repair: str
    arguments: tuple[str, ...] = ()


def entry(code: str, title: str, explanation: str, example: str, repair: str, *arguments: str) -> Entry:
    """An entry whose texts are written indented, each beginning on a line of its own."""
    return Entry(code, title, _text(explanation), _text(example), _text(repair), arguments)


def _text(written: str) -> str:
    return dedent(written.removeprefix("\n"))
