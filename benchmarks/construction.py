"""Making a module: netc's from a spec, checks and first weights included, against a constructor by hand.

There is no bound: this says what a spec costs where one would have called a class.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial

from benchmarks.measure import Comparison, Side, compare
from benchmarks.pairs import PAIRS, Pair


def measure(repeats: int) -> Iterator[Comparison]:
    """One row a network."""
    for pair in PAIRS:
        yield compare(
            f"making {pair.name}'s module, wall time",
            Side("netc.load and to_torch", partial(making, partial(compiled, pair))),
            Side("constructor by hand", partial(making, pair.by_hand)),
            repeats,
        )


def compiled(pair: Pair) -> object:
    """The module of a spec that was not read before."""
    return pair.load().to_torch()


def making(make: Callable[[], object]) -> float:
    """How long one module takes, in seconds."""
    started = time.perf_counter()
    make()
    return time.perf_counter() - started
