"""How long a run takes."""

from __future__ import annotations

from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from netc.runtime import Arrays, Session

TIMES = 3
"""How often a run is made for its time, where the first takes less than ``BRIEF``."""

BRIEF = 1.0
"""Seconds."""


class Timed(NamedTuple):
    """The outputs of a run, and the seconds that it takes: the median of the times it was made."""

    outputs: Arrays
    seconds: float


def timed(session: Session, inputs: Arrays, *, often: bool) -> Timed:
    """Run once, or, where it is brief and its time is wanted, ``often``."""
    start = perf_counter()
    outputs = session.run(inputs)
    taken = [perf_counter() - start]
    while often and len(taken) < TIMES and taken[0] < BRIEF:
        start = perf_counter()
        session.run(inputs)
        taken.append(perf_counter() - start)
    return Timed(outputs, median(taken))
