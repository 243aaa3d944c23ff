"""Recurrent weights, which ONNX packs: their names, their numbers, and files that hold them."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

import netc_onnx.weights
from netc.ops.sequence import Attention, Cell, Embed, Position, Recurrent
from netc.types import TensorType
from netc_onnx import backend, data_path
from tests.netc_onnx.cases import Case, sequence
from tests.netc_onnx.networks import Network, Session, feeds, request, side_by_side, weights
from tests.netc_onnx.test_files import CountedWeights
from tests.netc_onnx.test_model import listing

if TYPE_CHECKING:
    from pathlib import Path

    from netc.graph import Graph


def stack(cell: Cell) -> Graph:
    """Two layers in both directions, then their own weights again."""
    op = Recurrent(cell, 3, 2, bidirectional=True, dropout=0.5, last=False)
    network = Network(input=sequence(5, 6))
    x = network.add("block.first", op, network.inputs["input"])
    known = dict(network.builder.parameters)
    x = network.add("second", op, x)
    network.builder.parameters = known
    last = network.builder.nodes[-1]
    shared = {name: f"block.first.{name}" for name in last.parameters}
    network.builder.nodes[-1] = last._replace(parameters=shared)
    return network.graph(output=x)


def test_names_are_the_owners_and_what_is_shared_stands_once() -> None:
    assert listing(backend.compile(request(stack("gru")))) == dedent("""\
        input input
        block.first.W_l0 [2, 9, 6]
        block.first.R_l0 [2, 9, 3]
        block.first.B_l0 [2, 18]
        block.first.W_l1 [2, 9, 6]
        block.first.R_l1 [2, 9, 3]
        block.first.B_l1 [2, 18]
        block.first/joined0/shape [3]
        block.first/shape [3]
        second/joined0/shape [3]
        second/shape [3]
        block.first/time_first: block.first/time_first:0 = Transpose(input)
        block.first/layer0: block.first/layer0:0 = GRU(block.first/time_first:0, block.first.W_l0, block.first.R_l0, block.first.B_l0)
        block.first/batch_second0: block.first/batch_second0:0 = Transpose(block.first/layer0:0)
        block.first/joined0: block.first/joined0:0 = Reshape(block.first/batch_second0:0, block.first/joined0/shape)
        block.first/layer1: block.first/layer1:0 = GRU(block.first/joined0:0, block.first.W_l1, block.first.R_l1, block.first.B_l1)
        block.first/batch_first: block.first/batch_first:0 = Transpose(block.first/layer1:0)
        block.first: block.first:0 = Reshape(block.first/batch_first:0, block.first/shape)
        second/time_first: second/time_first:0 = Transpose(block.first:0)
        second/layer0: second/layer0:0 = GRU(second/time_first:0, block.first.W_l0, block.first.R_l0, block.first.B_l0)
        second/batch_second0: second/batch_second0:0 = Transpose(second/layer0:0)
        second/joined0: second/joined0:0 = Reshape(second/batch_second0:0, second/joined0/shape)
        second/layer1: second/layer1:0 = GRU(second/joined0:0, block.first.W_l1, block.first.R_l1, block.first.B_l1)
        second/batch_first: second/batch_first:0 = Transpose(second/layer1:0)
        second: output = Reshape(second/batch_first:0, second/shape)
        output output""")


def test_the_final_state_is_the_ops_second_result() -> None:
    op = Recurrent("lstm", 3, 1, bidirectional=False, dropout=0.0, last=True)
    model = backend.compile(request(side_by_side([Case(op, (sequence(5, 6),))])))
    assert listing(model) == dedent("""\
        input x0
        case0.W_l0 [1, 12, 6]
        case0.R_l0 [1, 12, 3]
        case0.B_l0 [1, 24]
        case0/time_first: case0/time_first:0 = Transpose(x0)
        case0/layer0: case0/layer0:0, case0/layer0:1 = LSTM(case0/time_first:0, case0.W_l0, case0.R_l0, case0.B_l0)
        case0/batch_first: case0/batch_first:0 = Transpose(case0/layer0:1)
        case0: y0 = Flatten(case0/batch_first:0)
        output y0""")


ORDERS: dict[Cell, tuple[str, str]] = {"rnn": ("h", "h"), "lstm": ("ifgo", "iofg"), "gru": ("rzn", "zrn")}
"""The gates as PyTorch orders them, and as ONNX does."""


@pytest.mark.parametrize("cell", ORDERS)
def test_gates_are_put_into_onnxs_order(cell: Cell) -> None:
    graph = stack(cell)
    model, numbers = backend.compile(request(graph)), weights(graph)
    packed = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    theirs, ours = ORDERS[cell]
    for direction, suffix in enumerate(("", "_reverse")):
        found = packed["block.first.W_l1"][direction]
        right = numbers[f"block.first.weight_ih_l1{suffix}"]
        biases = np.split(packed["block.first.B_l1"][direction], 2)
        for place, gate in enumerate(ours):
            rows = slice(3 * place, 3 * place + 3)
            own = slice(3 * theirs.index(gate), 3 * theirs.index(gate) + 3)
            np.testing.assert_array_equal(found[rows], right[own])
            for bias, name in zip(biases, ("ih", "hh"), strict=True):
                expected = numbers[f"block.first.bias_{name}_l1{suffix}"]
                np.testing.assert_array_equal(bias[rows], expected[own])


@pytest.mark.parametrize("largest", [2**31 - 1, 2048])
def test_files_hold_them_inside_and_beside_and_ask_for_each_parameter_once(
    largest: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(netc_onnx.weights, "LARGEST_FILE", largest)
    monkeypatch.setattr(netc_onnx.weights, "SMALLEST_BESIDE", 256)
    graph, path = stack("lstm"), tmp_path / "stack.onnx"
    counted = CountedWeights(graph)
    backend.write(request(graph)._replace(weights=counted), path)
    assert data_path(path).exists() == (largest == 2048)
    assert sorted(counted.asked) == sorted(graph.parameters)
    onnx.checker.check_model(str(path), full_check=True)
    inside = backend.compile(request(graph))
    assert largest == 2048 or onnx.load(path) == inside
    numbers = feeds(graph, 3)
    expected = Session.of(inside).run(numbers)["output"]
    np.testing.assert_array_equal(Session.of(str(path)).run(numbers)["output"], expected)


@pytest.mark.parametrize(
    ("op", "type_", "form"),
    [
        (Embed(9, 4), TensorType((5,), "int64"), "Gather"),
        (Position(), TensorType((5, 4), layout="sequence"), "Add"),
        (
            Attention(2, dropout=0.1),
            TensorType((5, 4), layout="sequence"),
            "Transpose MatMul Add Split Reshape Reshape Reshape Transpose Transpose Transpose "
            "Mul MatMul Softmax MatMul Transpose Reshape Transpose MatMul Add",
        ),
    ],
)
def test_what_other_layers_of_sequences_become(
    op: Embed | Position | Attention, type_: TensorType, form: str
) -> None:
    model = backend.compile(request(side_by_side([Case(op, (type_,))])))
    assert " ".join(node.op_type for node in model.graph.node) == form
