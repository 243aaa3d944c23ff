"""Making a module, first weights included: of a loaded network, and by a constructor by hand.

Both sides draw all first weights, of the same distributions: the specs say those that torch's layers have by
default. Each turn makes the module of a network that was loaded for it, so that nothing is left of an earlier
one. How long it takes from the spec's text on, reading and checks included, is a row without a bound: it says
what a spec costs where one would have called a class.

Each network has a process of its own, whose allocator keeps its memory, as in benchmarks/forward.py: a module
that is made where another just was finds its pages there or not, by what else was freed, and that is most of
what the sides would differ by.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable, Iterator

from benchmarks.forward import ALLOCATOR
from benchmarks.measure import Bound, Comparison, Side, Timing, take_turns
from benchmarks.pairs import LENET, PAIRS, Pair, pair_of
from benchmarks.process import answer

BOUND = Bound("ratio", 1.2)
TURNS = 5
"""How many turns count for one repeat."""


def measure(repeats: int) -> Iterator[Comparison]:
    """Two rows a network; without a bound for LeNet, most of which is what any module takes, not weights."""
    for pair in (*PAIRS, LENET):
        command = (sys.executable, "-m", "benchmarks.construction", pair.name, str(repeats))
        sides = answer(*command, **ALLOCATOR)
        loaded, read, by_hand = (Timing(name, tuple(samples)) for name, samples in sides)
        bounds = () if pair is LENET else (BOUND,)
        yield Comparison(f"making {pair.name}'s module, wall time", loaded, by_hand, bounds)
        yield Comparison(f"making {pair.name}'s module from its spec, wall time", read, by_hand)


def of(pair: Pair, repeats: int) -> list[Timing]:
    """One network's sides, measured in this process."""
    sides = [
        Side("to_torch", lambda: making(pair.load().to_torch)),
        Side("netc.load and to_torch", lambda: making(lambda: pair.load().to_torch())),
        Side("constructor by hand", lambda: making(pair.by_hand)),
    ]
    return take_turns(sides, repeats * TURNS)


def making(make: Callable[[], object]) -> float:
    """How long one module takes, in seconds, without what it takes to be rid of it.

    Garbage is not looked for meanwhile, as ``timeit`` has it: what there is was made by the turns before.
    """
    gc.disable()
    started = time.perf_counter()
    module = make()
    taken = time.perf_counter() - started
    gc.enable()
    del module
    return taken


if __name__ == "__main__":
    print(json.dumps(of(pair_of(sys.argv[1]), int(sys.argv[2]))))
