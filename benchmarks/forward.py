"""A forward pass: netc's torch module against the same network written by hand.

In evaluation, without gradients, with torch's own number of threads, at batches of 1 and of 8. Both have
the same weights and were seen to compute the same; the one by hand works in place where torch's users do.
Sides change with every pass, and each network has a process of its own, whose allocator keeps what it was
given: else a pass takes longer or shorter by what the system happens to charge for fresh pages, which is
more than the bound.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator

import torch
from torch import Tensor, nn

from benchmarks.measure import Bound, Comparison, Side, Timing, compare
from benchmarks.pairs import PAIRS, equals, image
from benchmarks.process import answer

BOUND = Bound("ratio", 1.03)
PASSES = {1: 10, 8: 3}
"""How many passes of a batch count for one repeat."""

KEEP = str(2**33)
ALLOCATOR = {"MALLOC_MMAP_THRESHOLD_": KEEP, "MALLOC_TRIM_THRESHOLD_": KEEP}
"""By these, in bytes, the GNU C library hands no page back; other systems' libraries ignore them."""


def measure(repeats: int) -> Iterator[Comparison]:
    """One row a network and batch."""
    for pair in PAIRS:
        command = (sys.executable, "-m", "benchmarks.forward", pair.name, str(repeats))
        for what, *sides in answer(*command, **ALLOCATOR):
            first, second = (Timing(name, tuple(samples)) for name, samples in sides)
            yield Comparison(what, first, second, (BOUND,))


def of(name: str, repeats: int) -> Iterator[Comparison]:
    """The rows of one network, measured in this process."""
    pair = next(pair for pair in PAIRS if pair.name == name)
    compiled, by_hand = equals(pair)
    for batch, passes in PASSES.items():
        yield compare(
            f"forward of {name}, batch {batch}, wall time",
            passing("netc's module", compiled, image(batch)),
            passing("module by hand", by_hand, image(batch)),
            repeats * passes,
        )


def passing(name: str, module: nn.Module, x: Tensor) -> Side:
    """Passes of ``x`` through a module."""

    def turn() -> float:
        with torch.no_grad():
            started = time.perf_counter()
            module(x)
            return time.perf_counter() - started

    return Side(name, turn)


if __name__ == "__main__":
    print(json.dumps([row[:3] for row in of(sys.argv[1], int(sys.argv[2]))]))
