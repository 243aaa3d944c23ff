"""Channels that are split into groups of equal size."""

from __future__ import annotations

import math

from netc.errors import Mistake
from netc.types.dims import Dim, divides, number


def group_size(channels: Dim, groups: int, what: str) -> int:
    """How many channels each of ``groups`` has, in the layer that messages call ``what``.

    Raises ``Mistake`` where they are not equally many.

    >>> group_size(64, 32, "norm: group")
    2
    """
    count = number(channels, f"the channels of `{what}`")
    if not divides(groups, count):
        raise Mistake(
            "E403",
            f"the channels of `{what}` are not divisible by its groups",
            label=f"{count} channels, {groups} groups",
            help=_way_to_groups(count, groups),
        )
    return count // groups


def _way_to_groups(count: int, wanted: int) -> str:
    """The number of groups nearest to ``wanted`` that divides ``count`` channels, if there is one inside."""
    small = [n for n in range(2, math.isqrt(count) + 1) if count % n == 0]
    fitting = [*small, *(count // n for n in small)]
    if not fitting:
        return f"{count} channels make 1 group, or groups of one channel: change the layer before it"
    return f"{min(fitting, key=lambda n: (abs(n - wanted), n))} groups would fit"
