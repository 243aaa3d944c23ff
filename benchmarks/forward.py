"""A forward pass: netc's torch module against the same network by hand.

In evaluation, without gradients, torch's threads as torch chooses them, batches of 1 and 8. Both have the same
weights and were seen to compute the same. The one by hand works in place where torch's users do.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from statistics import median

import torch
from torch import Tensor, nn

from benchmarks.measure import Bound, Comparison, Side, compare
from benchmarks.pairs import PAIRS, Pair, equals, image

BOUND = Bound("ratio", 1.03)
RUNS = {1: 10, 8: 3}
"""How often a batch of each size is run in a turn; the turn's time is the median's."""


def measure(repeats: int) -> Iterator[Comparison]:
    """One row a network and batch."""
    for pair in PAIRS:
        yield from of(pair, repeats)


def of(pair: Pair, repeats: int) -> Iterator[Comparison]:
    """The rows of one network."""
    compiled, by_hand = equals(pair)
    for batch, runs in RUNS.items():
        x = image(batch)
        yield compare(
            f"forward of {pair.name}, batch {batch}, wall time",
            Side("netc's module", lambda x=x, runs=runs: passes(compiled, x, runs)),
            Side("module by hand", lambda x=x, runs=runs: passes(by_hand, x, runs)),
            repeats,
            BOUND,
        )


def passes(module: nn.Module, x: Tensor, runs: int) -> float:
    """The median of a few forward passes, in seconds."""
    taken: list[float] = []
    with torch.no_grad():
        for _ in range(runs):
            started = time.perf_counter()
            module(x)
            taken.append(time.perf_counter() - started)
    return median(taken)
