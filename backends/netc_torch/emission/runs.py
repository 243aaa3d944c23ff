"""Modules in a row that one loop makes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from netc_torch.emission.drafts import Draft

FEWEST = 3
"""Modules whose numbers grow by equal steps before that counts as a rule."""


class Run(NamedTuple):
    """``length`` modules from the one at ``first`` on: all ``equal``, or with numbers that ``grow`` by steps.

    ``draft`` is the first of them, ``following`` the second, or the first once more.
    """

    kind: Literal["equal", "grow"]
    draft: Draft
    following: Draft
    first: int
    length: int


def runs(drafts: Sequence[Draft]) -> tuple[Run, ...]:
    """The runs that a row of modules falls into, the longest first at each place."""
    found: list[Run] = []
    first = 0
    while first < len(drafts):
        equal = _length(drafts, first, grows=False)
        growing = _length(drafts, first, grows=True)
        kind: Literal["equal", "grow"] = "grow" if growing >= FEWEST and growing > equal else "equal"
        count = growing if kind == "grow" else equal
        found.append(Run(kind, drafts[first], drafts[min(first + 1, first + count - 1)], first, count))
        first += count
    return tuple(found)


def _length(drafts: Sequence[Draft], first: int, *, grows: bool) -> int:
    """How many modules from the one at ``first`` on follow one rule."""
    count = 1
    while first + count < len(drafts) and _follows(drafts, first, count, grows=grows):
        count += 1
    return count


def _follows(drafts: Sequence[Draft], first: int, count: int, *, grows: bool) -> bool:
    start, new = drafts[first], drafts[first + count]
    if new.signature != start.signature or len(new.literals) != len(start.literals):
        return False
    second = drafts[first + 1]
    return all(
        key == other and value == _expected(begin, after, count, grows=grows)
        for (key, begin), (other, value), (_, after) in zip(
            start.literals, new.literals, second.literals, strict=True
        )
    )


def _expected(begin: object, after: object, count: int, *, grows: bool) -> object:
    whole = type(begin) is int and type(after) is int
    if grows and whole and isinstance(begin, int) and isinstance(after, int):
        return begin + (after - begin) * count
    return begin
