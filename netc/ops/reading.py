"""Where along its axes an op reads its input: what receptive fields are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable


class Reading(NamedTuple):
    """How one axis of a result follows one of the input's.

    Element ``o`` of the result reads the elements ``⌊(o·down + first)/up⌋`` to ``⌊(o·down + last)/up⌋``
    along ``axis`` of the input, some of which may lie beyond its ends. So ``down`` is the stride of a
    convolution, ``up`` the factor of an upsampling.
    """

    axis: int
    first: int = 0
    last: int = 0
    down: int = 1
    up: int = 1


Readings: TypeAlias = tuple[Reading | None, ...]
"""One entry an axis of the result; ``None`` for one that follows no axis of the input.

An axis of the input that none follows is read from end to end.
"""


def kept(rank: int, without: Iterable[int] = ()) -> Readings:
    """Every axis element by element, but for those that are read from end to end.

    >>> kept(2, without=[0])
    (None, Reading(axis=1, first=0, last=0, down=1, up=1))
    """
    mixed = set(without)
    return tuple(None if axis in mixed else Reading(axis) for axis in range(rank))
