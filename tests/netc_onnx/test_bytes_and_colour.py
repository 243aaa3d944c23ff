"""Inputs of raw pixels in ONNX, and the nodes that turn them into colours to compute with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, numpy_helper

import netc
from netc.ops.arrange import Crop, Pad, Permute, Reshape
from netc.ops.colour import Gray, Normalize
from netc.ops.shape import Slice
from netc.types import TensorType
from netc_onnx import backend
from tests.netc_onnx.cases import Case, of
from tests.netc_onnx.networks import Session, request, side_by_side

if TYPE_CHECKING:
    from pathlib import Path

    from netc.ops import Op

BYTES = TensorType((3, 8, 8), "uint8")
FLOATS = of(3, 8, 8)


def model(op: Op, type_: TensorType, opset: int = 17) -> onnx.ModelProto:
    return backend.compile(request(side_by_side([Case(op, (type_,))]), opset))


@pytest.mark.parametrize(
    ("op", "type_", "form"),
    [
        (Normalize((0.0,), (1.0,), (1.0,)), FLOATS, "Identity"),
        (Normalize((0.0,), (1.0,), (1.0,)), BYTES, "Cast"),
        (Normalize((0.0,), (1.0,), (0.5,)), BYTES, "Cast Mul"),
        (Normalize((1.0,), (1.0,), (1.0,)), BYTES, "Cast Add"),
        (Normalize((1.0,), (0.5,), (1.0,)), BYTES, "Cast Mul Add"),
        (Normalize((1.0,), (0.5,), (1.0,)), FLOATS, "Mul Add"),
        (Gray("luma"), FLOATS, "Conv"),
        (Reshape((192,), "channels_first"), BYTES, "Flatten"),
        (Reshape((12, 16), "channels_first"), BYTES, "Reshape"),
        (Permute((1, 2, 0)), BYTES, "Transpose"),
        (Pad(((1, 1), (1, 1)), "reflect", 0.0), BYTES, "Pad"),
        (Crop(((1, 1), (0, 1))), BYTES, "Slice"),
        (Crop(((0, 0), (0, 0))), BYTES, "Identity"),
        (Slice(1, 2, 5, 1), BYTES, "Slice"),
    ],
)
def test_each_is_one_node_or_few(op: Op, type_: TensorType, form: str) -> None:
    assert " ".join(node.op_type for node in model(op, type_).graph.node) == form


def numbers(op: Op, type_: TensorType) -> dict[str, list[int]]:
    """The whole numbers of the lowering's own, by their labels."""
    return {
        tensor.name.rpartition("/")[2]: numpy_helper.to_array(tensor).tolist()
        for tensor in model(op, type_).graph.initializer
    }


def test_a_crop_knows_no_size_of_what_it_crops() -> None:
    op = Crop(((1, 2), (0, 3), (4, 0)))
    expected = {"starts": [1, 0, 4], "ends": [-2, -3, 2**63 - 1], "axes": [2, 3, 4], "steps": [1, 1, 1]}
    assert numbers(op, of(2, 8, 8, 8)) == numbers(op, of(2, 9, 7, 6)) == expected


def test_a_pad_of_bytes_holds_a_byte() -> None:
    made = model(Pad(((1, 1), (1, 1)), "constant", 255.0), BYTES)
    kinds = {tensor.name.rpartition("/")[2]: tensor.data_type for tensor in made.graph.initializer}
    assert kinds == {"pads": TensorProto.INT64, "constant_value": TensorProto.UINT8}


def test_a_file_reads_bytes_and_normalizes_each_to_within_a_millionth(tmp_path: Path) -> None:
    text = "netc: 1\ninput: {shape: [3, 16, 16], dtype: uint8}\nlayers:\n  - {normalize: imagenet}\n"
    path = tmp_path / "pixels.onnx"
    netc.loads(text).to_onnx(path)
    [read] = onnx.load(path).graph.input
    assert read.type.tensor_type.elem_type == TensorProto.UINT8
    pixels = np.arange(256, dtype=np.uint8).reshape(1, 1, 16, 16).repeat(3, 1)
    [found] = Session.of(str(path)).run({"input": pixels}).values()
    mean, std = (np.array(each).reshape(3, 1, 1) for each in ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]))
    right: Any = (pixels.astype(np.float64) / 255 - mean) / std
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, right, rtol=0, atol=1e-6)


def test_a_layer_that_a_crop_only_measures_is_no_input_of_it() -> None:
    text = """
netc: 1
input: [3, 9, 9]
layers:
  - {conv: 2, kernel: 4, name: late}
  - {crop: late, from: input}
"""
    made: onnx.ModelProto = netc.loads(text).compile("onnx")
    assert [(node.name, list(node.input)[:1]) for node in made.graph.node][-1] == ("crop1", ["input"])
