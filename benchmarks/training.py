"""A training step: netc's torch module against the same network written by hand.

The step is what a training loop repeats: gradients to none, a forward pass in training mode, cross-entropy,
its gradients, and SGD with momentum, for a batch of 8 images, with torch's own number of threads.
GoogLeNet's auxiliary classifiers count for 0.3 each, as its paper has it. Both sides begin from the same
weights, and draw the same dropout; their losses are compared before any step is timed, and after the last.

Each network has a process of its own, whose allocator keeps its memory; see benchmarks/forward.py. Each side
goes first in half the turns: a module and its copy were seen to differ by the order alone, by as much as the
bound allows.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from typing import TypeAlias

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  # as torch's users write it

from benchmarks.forward import ALLOCATOR
from benchmarks.measure import Bound, Comparison, Side, Timing, take_turns
from benchmarks.pairs import PAIRS, Pair, equals, image, pair_of
from benchmarks.process import answer

BOUND = Bound("ratio", 1.02)
BATCH = 8
TURNS = 2
"""How many steps of a side count for one repeat in each order."""

AUXILIARY = 0.3
"""What GoogLeNet's auxiliary losses count for beside the main one: Szegedy et al. (2014), section 5."""

Step: TypeAlias = Callable[[], float]
"""Trains one step, and returns the loss before it."""


def measure(repeats: int) -> Iterator[Comparison]:
    """One row a network."""
    for pair in PAIRS:
        command = (sys.executable, "-m", "benchmarks.training", pair.name, str(repeats))
        ours, other = (Timing(name, tuple(samples)) for name, samples in answer(*command, **ALLOCATOR))
        yield Comparison(f"training step of {pair.name}, batch {BATCH}, wall time", ours, other, (BOUND,))


def of(pair: Pair, repeats: int) -> list[Timing]:
    """One network's sides, measured in this process. Raises ``ValueError`` where their losses differ."""
    compiled, by_hand = equals(pair)
    labels = torch.arange(BATCH)
    ours, theirs = (training(module, image(BATCH, pair.shape), labels) for module in (compiled, by_hand))
    require_equal(ours(), theirs(), pair.name)
    sides = [Side("netc's module", lambda: timed(ours)), Side("module by hand", lambda: timed(theirs))]
    taken = in_both_orders(sides, repeats * TURNS)
    require_equal(ours(), theirs(), pair.name)
    return taken


def in_both_orders(sides: list[Side], repeats: int) -> list[Timing]:
    """Two sides in ``repeats`` turns, then in as many with the second first."""
    first, second = take_turns(sides, repeats)
    later_second, later_first = take_turns(sides[::-1], repeats)
    return [
        Timing(one.name, one.samples + later.samples)
        for one, later in ((first, later_first), (second, later_second))
    ]


def training(module: nn.Module, images: Tensor, labels: Tensor) -> Step:
    """A module's steps on one batch, again and again."""
    optimizer = torch.optim.SGD(module.train().parameters(), lr=1e-4, momentum=0.9)

    def step() -> float:
        torch.manual_seed(0)  # so that both sides drop the same
        optimizer.zero_grad()
        loss = loss_of(module(images), labels)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def loss_of(result: Tensor | tuple[Tensor, ...] | dict[str, Tensor], labels: Tensor) -> Tensor:
    """The cross-entropy of the main logits, which come first, and a part of each auxiliary one."""
    if isinstance(result, Tensor):
        return F.cross_entropy(result, labels)
    main, *auxiliary = result.values() if isinstance(result, dict) else result
    loss = F.cross_entropy(main, labels)
    for logits in auxiliary:
        loss = loss + AUXILIARY * F.cross_entropy(logits, labels)
    return loss


def require_equal(ours: float, theirs: float, name: str) -> None:
    """Raise ``ValueError`` unless two losses agree to a thousandth."""
    if not abs(ours - theirs) <= 1e-3 * abs(theirs):
        raise ValueError(f"{name}'s losses differ: {ours:.6g} by spec, {theirs:.6g} by hand")


def timed(step: Step) -> float:
    """How long one step takes, in seconds."""
    started = time.perf_counter()
    step()
    return time.perf_counter() - started


if __name__ == "__main__":
    print(json.dumps(of(pair_of(sys.argv[1]), int(sys.argv[2]))))
