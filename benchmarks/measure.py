"""How sides are measured and compared: in turns, by medians, against a bound.

Other work on a machine comes and goes while a benchmark runs. Sides that take turns suffer alike from it, so
their ratio stands where their seconds do not. The first turn of each warms caches up and is thrown away.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median, quantiles
from typing import Literal, NamedTuple, TypeAlias, TypeVar

Taken = TypeVar("Taken")
Unit: TypeAlias = Literal["seconds", "bytes", "nodes"]
"""What samples count."""

DEFAULT_REPEATS = 7
"""How many turns count, unless asked otherwise: the fewest whose middle half says something of the noise."""


class Side(NamedTuple):
    """One of the things compared; ``turn`` runs it once and returns what it took, in seconds."""

    name: str
    turn: Callable[[], float]


class Timing(NamedTuple):
    """What a side took, turn by turn, without its warm-up; in seconds, or in the unit of its comparison."""

    name: str
    samples: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle sample."""
        return median(self.samples)


class Bound(NamedTuple):
    """What netc holds itself to.

    ``ratio``: the first side takes at most ``limit`` times the second's median. ``faster``: the second takes
    at least ``limit`` times the first's. ``seconds``: the first takes at most ``limit`` seconds.
    """

    kind: Literal["ratio", "faster", "seconds"]
    limit: float

    @property
    def text(self) -> str:
        """The bound as the table prints it.

        >>> Bound("faster", 10).text, Bound("ratio", 1.35).text, Bound("seconds", 2).text
        ('≥ 10× faster', '≤ 1.35×', '≤ 2 s')
        """
        words = {"ratio": "≤ {:g}×", "faster": "≥ {:g}× faster", "seconds": "≤ {:g} s"}
        return words[self.kind].format(self.limit)

    def met(self, first: Timing, second: Timing) -> bool:
        """Whether the medians keep to the bound."""
        match self.kind:
            case "ratio":
                return first.median <= self.limit * second.median
            case "faster":
                return first.median * self.limit <= second.median
            case "seconds":
                return first.median <= self.limit


class Comparison(NamedTuple):
    """One row: what was measured (``what``), its two sides, netc's first, and the bounds, if any.

    Bounds are on seconds; ``unit`` is that of the samples.
    """

    what: str
    first: Timing
    second: Timing
    bounds: tuple[Bound, ...] = ()
    unit: Unit = "seconds"

    @property
    def ratio(self) -> float:
        """The first side's median over the second's."""
        return self.first.median / self.second.median

    @property
    def middle_half(self) -> tuple[float, float]:
        """The quartiles of the ratios turn by turn: where they lie far apart, the machine was not quiet."""
        pairs = zip(self.first.samples, self.second.samples, strict=True)
        ratios = [first / second for first, second in pairs]
        if len(ratios) < 2:
            return ratios[0], ratios[0]
        low, _, high = quantiles(ratios, n=4, method="inclusive")
        return low, high


def take_turns(sides: Sequence[Side], repeats: int) -> list[Timing]:
    """Run the sides A, B, A, B, …: ``repeats`` turns of each, at least 1, after one that does not count."""
    taken = turns([side.turn for side in sides], repeats)
    return [Timing(side.name, tuple(own)) for side, own in zip(sides, taken, strict=True)]


def turns(sides: Sequence[Callable[[], Taken]], repeats: int) -> list[list[Taken]]:
    """What each side returned, turn by turn, as ``take_turns`` runs them."""
    assert repeats >= 1
    taken: list[list[Taken]] = [[] for _ in sides]
    for turn in range(repeats + 1):
        for side, own in zip(sides, taken, strict=True):
            result = side()
            if turn:
                own.append(result)
    return taken


def compare(what: str, first: Side, second: Side, repeats: int, *bounds: Bound) -> Comparison:
    """Two sides in turns."""
    ours, other = take_turns((first, second), repeats)
    return Comparison(what, ours, other, bounds)
