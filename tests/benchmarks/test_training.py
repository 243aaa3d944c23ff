"""Training steps of both sides, on what is quick."""

from __future__ import annotations

import re

import pytest
import torch

from benchmarks.measure import Side
from benchmarks.pairs import LENET, equals, image
from benchmarks.training import in_both_orders, loss_of, require_equal, training


def test_both_sides_train_alike() -> None:
    steps = [training(module, image(2, LENET.shape), torch.arange(2)) for module in equals(LENET)]
    losses = [[step() for _ in range(3)] for step in steps]
    for ours, theirs in zip(*losses, strict=True):
        require_equal(ours, theirs, "LeNet")
    assert losses[0][2] < losses[0][0]


def test_losses_that_differ_are_refused() -> None:
    message = "LeNet's losses differ: 2.3 by spec, 2.31 by hand"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        require_equal(2.3, 2.31, "LeNet")
    with pytest.raises(ValueError, match="nan by spec"):
        require_equal(float("nan"), 2.31, "LeNet")


def test_auxiliary_classifiers_count_for_a_part() -> None:
    labels = torch.tensor([0])
    main, side = torch.tensor([[0.0, 0.0]]), torch.tensor([[0.0, 2.0]])
    expected = loss_of(main, labels) + 0.3 * loss_of(side, labels)
    torch.testing.assert_close(loss_of((main, side), labels), expected)
    torch.testing.assert_close(loss_of({"output": main, "aux": side}, labels), expected)


def test_each_side_goes_first_in_half_the_turns() -> None:
    order: list[str] = []

    def side(name: str, seconds: float) -> Side:
        def turn() -> float:
            order.append(name)
            return seconds

        return Side(name, turn)

    timings = in_both_orders([side("A", 1.0), side("B", 2.0)], repeats=2)
    assert "".join(order) == "ABABABBABABA"
    assert [(one.name, one.samples) for one in timings] == [("A", (1.0,) * 4), ("B", (2.0,) * 4)]
