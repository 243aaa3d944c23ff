"""The numbers of folded layers."""

from __future__ import annotations

import numpy as np
import pytest

import netc
from netc.graph.formula import (
    Along,
    InverseRoot,
    Numbers,
    Product,
    Reached,
    Scaled,
    Stored,
    Sum,
    formula_text,
)
from netc.passes import optimize
from netc.weights.formulas import BLOCK, FoldedWeights, doubles, vector
from netc.weights.initial import InitialWeights

WRITTEN = {
    "w": np.arange(24, dtype=np.float32).reshape(4, 3, 2),
    "one": np.arange(4, dtype=np.float32).reshape(4, 1),
    "rows": np.array([1, 10, 100, 1000], np.float32),
    "b": np.array([[1, 2], [3, 4]], np.float32),
}


def array(formula: Scaled, shape: tuple[int, ...]) -> np.ndarray:
    return np.concatenate(list(doubles(formula, shape, WRITTEN))).reshape(shape)


def test_vectors() -> None:
    formula = Sum((Product((Numbers((-1.0,)), Stored("rows"))), InverseRoot(Numbers((3.0,)), 1.0)))
    assert formula_text(formula) == "-1·rows + 1/√(3 + 1)"
    assert vector(formula, WRITTEN).tolist() == [-0.5, -9.5, -99.5, -999.5]


def test_a_vector_stands_beside_the_first_axis_of_what_has_more() -> None:
    formula = Sum((Stored("b"), Numbers((10.0, 20.0))))
    assert vector(formula, WRITTEN).tolist() == [[11.0, 12.0], [23.0, 24.0]]


def test_a_weight_is_scaled_along_its_rows() -> None:
    made = array(Scaled("w", (Along(Stored("rows"), 0, 1),)), (4, 3, 2))
    assert np.array_equal(made, WRITTEN["w"] * WRITTEN["rows"][:, None, None])


def test_and_along_the_columns_of_each_group_of_rows() -> None:
    along = Along(Numbers((1, 2, 3, 10, 20, 30)), 1, 2)
    assert formula_text(Scaled("w", (along,))) == "w × ([1, 2, 3, 10, … 6 in all] along columns of 2 groups)"
    factor = np.array([[1, 2, 3], [1, 2, 3], [10, 20, 30], [10, 20, 30]])[:, :, None]
    assert np.array_equal(array(Scaled("w", (along,)), (4, 3, 2)), WRITTEN["w"] * factor)


def test_one_column_becomes_as_many_as_the_vector_has() -> None:
    made = array(Scaled("one", (Along(Numbers((1, 2)), 1, 1),)), (4, 2))
    assert made.tolist() == [[0, 0], [1, 2], [2, 4], [3, 6]]


def test_what_a_constant_input_adds_is_summed_over_all_but_the_rows() -> None:
    reached = Reached(Scaled("w", (Along(Stored("rows"), 0, 1),)), Along(Numbers((1, 0, 2)), 1, 1))
    assert formula_text(reached) == "Σ(w × (rows along rows) × ([1, 0, 2] along columns))"
    right = (WRITTEN["w"] * np.array([1, 0, 2])[:, None]).sum((1, 2)) * WRITTEN["rows"]
    assert vector(reached, WRITTEN).tolist() == right.tolist()


def test_a_large_weight_comes_in_parts_and_is_the_same() -> None:
    rows = 4 * (BLOCK // 64) + 3
    weight = np.random.default_rng(0).standard_normal((rows, 64), np.float32)
    written = {"w": weight, "rows": np.linspace(1, 2, rows).astype(np.float32)}
    parts = list(doubles(Scaled("w", (Along(Stored("rows"), 0, 1),)), weight.shape, written))
    assert [len(part) for part in parts] == [BLOCK] * (len(parts) - 1) + [len(parts[-1])]
    assert len(parts) == 5
    right = weight.astype(np.float64) * written["rows"].astype(np.float64)[:, None]
    assert np.array_equal(np.concatenate(parts), right.reshape(-1))


CHAIN = """
netc: 1
input: [3, 8, 8]
layers:
  - {normalize: {mean: 0.45, std: 0.22}}
  - {conv: 8, kernel: 3, norm: batch}
  - {scale: 0.3}
"""


def test_however_many_folds_there_are_numbers_are_rounded_once() -> None:
    network = netc.loads(CHAIN)
    graph = optimize(network.graph)
    [node] = graph.nodes
    initial = InitialWeights(network.graph.parameters, seed=3)
    shaken = np.random.default_rng(0)
    written = {
        path: (initial[path] + shaken.uniform(0.1, 0.9, initial[path].shape)).astype(np.float32)
        for path in initial
    }
    exact = {path: numbers.astype(np.float64) for path, numbers in written.items()}
    factor = exact["conv1.norm.weight"] / np.sqrt(exact["conv1.norm.running_var"] + 1e-5)
    shift = exact["conv1.norm.bias"] - exact["conv1.norm.running_mean"] * factor
    scale = exact["scale1.weight"]
    weight = exact["conv1.conv.weight"] * (factor * scale)[:, None, None, None] * (1 / 0.22)
    addend = (exact["conv1.conv.weight"] * (-0.45 / 0.22)).sum((1, 2, 3))
    bias = (shift + addend * factor) * scale
    weights = FoldedWeights(graph.parameters, written)
    assert list(weights) == list(node.parameters.values()) == ["conv1.conv.weight", "conv1.conv.bias"]
    for found, right in ((weights["conv1.conv.weight"], weight), (weights["conv1.conv.bias"], bias)):
        assert found.dtype == np.float32
        assert found.flags.c_contiguous
        half_a_unit = 0.5 * np.spacing(np.abs(right).astype(np.float32)).astype(np.float64)
        assert (np.abs(found - right) <= half_a_unit * (1 + 1e-6)).all()


def test_what_was_given_is_not_written_over() -> None:
    network = netc.loads(CHAIN)
    written = {path: numbers.copy() for path, numbers in InitialWeights(network.graph.parameters).items()}
    before = {path: numbers.copy() for path, numbers in written.items()}
    for numbers in FoldedWeights(optimize(network.graph).parameters, written).values():
        numbers[:] = 0
    assert all(np.array_equal(written[path], before[path]) for path in written)


GRAY = """
netc: 1
input: [3, 8, 8]
layers:
  - {gray: luma}
  - {conv: 8, kernel: 3, norm: batch}
"""


@pytest.mark.parametrize("spec", [CHAIN, GRAY])
def test_arrays_that_are_made_for_it_are_written_over_and_the_numbers_are_the_same(spec: str) -> None:
    network = netc.loads(spec)
    made = InitialWeights(network.graph.parameters)
    parameters = optimize(network.graph).parameters
    over, beside = FoldedWeights(parameters, made), FoldedWeights(parameters, dict(made))
    assert all(np.array_equal(over[path], beside[path]) for path in parameters)
    assert all(over[path].shape == parameters[path].type.shape for path in parameters)


@pytest.mark.parametrize("variance", [-1e-5, -1.0, np.inf, 1e-45])
def test_whatever_a_variance_is_nothing_is_warned_of(variance: float) -> None:
    network = netc.loads(CHAIN)
    written = dict(InitialWeights(network.graph.parameters))
    written["conv1.norm.running_var"] = np.full(8, variance, np.float32)
    weights = FoldedWeights(optimize(network.graph).parameters, written)
    assert weights["conv1.conv.weight"].shape == (8, 3, 3, 3)
