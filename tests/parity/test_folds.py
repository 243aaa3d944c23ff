"""Rows of layers that passes join: each fold happens, and none changes a result in float64."""

from __future__ import annotations

import json
from collections import Counter
from random import Random
from typing import TYPE_CHECKING

import numpy as np

import netc
from netc.errors import SpecError
from netc.types import TensorType
from tests.parity import precisions
from tests.parity.foldable import row
from tests.parity.folds import counted, missing
from tests.parity.precisions import off_in_doubles
from tests.parity.runs import feeds, moved
from tests.passes.doubles import folded

if TYPE_CHECKING:
    import pytest

    from netc.graph import Graph

TYPES = (
    TensorType((4, 7, 6)),
    TensorType((3, 6, 7), "uint8"),
    TensorType((6, 9)),
    TensorType((3, 5, 5)),
    TensorType((6,)),
    TensorType((4, 2, 3, 5)),
)
ROWS = 1200

OFTEN = 3
"""How often a fold is compared: rows with none that is newer are not run."""


def network(number: int) -> netc.Network | None:
    """A row of this number behind a layer that changes nothing; nothing where it does not fit."""
    type_ = TYPES[number % len(TYPES)]
    layers = [{"permute": list(range(type_.rank))}, *row(Random(number), type_)]
    spec = {"netc": 1, "inputs": {"x": {"shape": list(type_.shape), "dtype": type_.dtype}}, "layers": layers}
    try:
        return netc.loads(json.dumps(spec))
    except SpecError:
        return None


def test_rows_come_by_every_fold_and_no_fold_changes_a_result() -> None:
    found: Counter[str] = Counter()
    fitting = 0
    for number in range(ROWS):
        net = network(number)
        if net is None:
            continue
        fitting += 1
        folds = counted(net.graph)[1]
        found.update(folds)
        if not any(found[fold] <= OFTEN for fold in folds):
            continue
        chance = np.random.default_rng(number)
        problem = off_in_doubles(net.graph, moved(net, chance), feeds(net, {}, 2, chance))
        assert problem is None, f"row {number}: {problem}\n{net.text}"
    assert fitting > ROWS / 2
    assert missing(found) == []


def test_a_fold_by_other_numbers_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "{netc: 1, input: [3, 5, 5], layers: [{conv: 2, kernel: 3}, {norm: batch}]}"
    net = netc.loads(text)
    chance = np.random.default_rng(0)
    state, inputs = moved(net, chance), feeds(net, {}, 2, chance)
    assert off_in_doubles(net.graph, state, inputs) is None
    wrong = {**state, "norm1.running_mean": state["norm1.running_mean"] * (1 + 1e-6)}
    numbers = {path: value.numpy().astype(np.float64) for path, value in wrong.items()}

    def by_other_numbers(graph: Graph, _: object) -> object:
        return folded(graph, numbers)

    monkeypatch.setattr(precisions, "folded", by_other_numbers)
    problem = off_in_doubles(net.graph, state, inputs)
    assert problem is not None
    assert problem.startswith("optimised, `output` differs by ")
