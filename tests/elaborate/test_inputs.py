"""Inputs: shapes, element types, layouts."""

from __future__ import annotations

import pytest

from netc.types import TensorType
from tests.elaborate.specs import built, refused


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("input: []", TensorType(())),
        ("input: [7]", TensorType((7,))),
        ("input: [4, 9]", TensorType((4, 9))),
        ("input: [4, 9.0, 8]", TensorType((4, 9, 8))),
        ("input: {shape: [4, 9, 8, 7]}", TensorType((4, 9, 8, 7))),
        ("input: {shape: [4, 9, 8], dtype: uint8}", TensorType((4, 9, 8), "uint8")),
        ("input: {shape: [5], dtype: int64}", TensorType((5,), "int64")),
        ("input: {shape: [5], dtype: int64, layout: sequence}", TensorType((5,), "int64", "sequence")),
        ("input: {shape: [5, 4], layout: sequence}", TensorType((5, 4), "float32", "sequence")),
    ],
)
def test_an_input_is_a_shape_or_says_type_and_layout(written: str, expected: TensorType) -> None:
    [value] = built("[]", written).inputs
    assert (value.name, value.type) == ("input", expected)


def test_several_inputs_keep_their_order() -> None:
    graph = built("- {merge: add, from: [b, a]}", "inputs: {b: [3], a: {shape: [3]}}")
    assert [value.name for value in graph.inputs] == ["b", "a"]


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("input: [3, 0]", "E202 expected a positive whole number, got 0"),
        ("input: [3, true]", "E202 expected a positive whole number, got true"),
        ("input: [3, 2147483648]", "E104 a dim is 2^31 or more (2,147,483,648)"),
        ("input: [N, 3]", "E202 `N` is the batch axis"),
        ("input: {shape: [5, 4, 3], layout: sequence}", "E401 a sequence has the shape [T, F] (3 axes here)"),
        (
            "input: {shape: [3], dtype: float16}",
            "E202 expected one of `float32`, `uint8`, `int64`, got 'float16'",
        ),
        ("inputs: {lambda: [3]}", "E305 no input can be named `lambda`"),
        ("inputs: {prev: [3]}", "E305 no input can be named `prev`"),
    ],
)
def test_inputs_that_cannot_be(written: str, message: str) -> None:
    assert message in refused("[]", written)


def test_input_and_inputs_exclude_each_other() -> None:
    assert refused("[]", "input: [3]\ninputs: {a: [3]}") == ["E206 `input` and `inputs` exclude each other"]


def test_nothing_computes_on_bytes_but_flatten_shapes_them() -> None:
    top = "input: {shape: [4, 8, 8], dtype: uint8}"
    assert built("- flatten", top).outputs[0].value.type == TensorType((256,), "uint8")
    layers = (
        "{conv: 3, kernel: 3}", "{conv1x1: 3}", "{depthwise: 3}", "{separable: 3, kernel: 3}", "{pool: max, kernel: 2}",
        "{global_pool: avg}", "{adaptive_pool: avg, to: 2}", "{linear: 3, axis: last}", "{norm: batch}", "{norm: layer}",
        "{norm: lrn, size: 3}", "{act: relu}", "{act: prelu}", "{act: softmax}", "{dropout: 0.5}", "{scale: 1}",
        "{squeeze_excite: 2}", "{merge: add, from: [prev, input]}", "{inception: {1x1: 2}}",
    )  # fmt: skip
    for layer in layers:
        [found] = refused(f"- {layer}", top)
        assert found.startswith("E406 "), layer
