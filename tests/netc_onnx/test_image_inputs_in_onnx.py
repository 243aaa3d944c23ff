"""A file that takes images as they are stored: onnxruntime computes what NumPy does of the same bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto

import netc
from tests.netc_onnx.networks import Session

if TYPE_CHECKING:
    from numpy.typing import NDArray

TOP = "netc: 1\ninput: {shape: [H, W, 3], dtype: uint8, layout: hwc}\ndims: {H: {min: 9}, W: {min: 9}}\nlayers:\n"
FRONT = f"{TOP}  - {{normalize: imagenet}}\n"
NET = f"""\
{FRONT}
  - {{conv: 8, kernel: 3, stride: 2, padding: same, norm: batch, act: relu}}
  - {{pool: max, kernel: 2}}
  - {{global_pool: avg}}
  - {{linear: 5}}
"""
OPSETS = (13, 17, 23)
MEAN, STD = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])


def photos(height: int = 14, width: int = 11, channels: int = 3) -> NDArray[np.uint8]:
    return np.random.default_rng(height * width).integers(0, 256, (2, height, width, channels), np.uint8)


def model(text: str, **options: Any) -> onnx.ModelProto:
    made: onnx.ModelProto = netc.loads(text).compile("onnx", **options)
    onnx.checker.check_model(made, full_check=True)
    return made


@pytest.mark.parametrize("optimize", [True, False])
def test_the_bytes_are_turned_before_they_are_floats(optimize: bool) -> None:
    made = model(FRONT, optimize=optimize)
    assert [(node.op_type, node.name) for node in made.graph.node] == [
        ("Transpose", "input.channels_first"),
        ("Cast", "normalize1/cast"),
        ("Mul", "normalize1/factors"),
        ("Add", "normalize1"),
    ]
    [read] = made.graph.input
    type_ = read.type.tensor_type
    assert (read.name, type_.elem_type) == ("input", TensorProto.UINT8)
    assert [dim.dim_param or dim.dim_value for dim in type_.shape.dim] == ["N", "H", "W", 3]


@pytest.mark.parametrize("opset", OPSETS)
@pytest.mark.parametrize("optimized", [True, False])
def test_normalized_bytes_are_numpys_at_every_size(opset: int, optimized: bool) -> None:
    session = Session.of(model(FRONT, opset=opset), optimized=optimized)
    for height, width in ((9, 9), (14, 11), (33, 40)):
        x = photos(height, width)
        [found] = session.run({"input": x}).values()
        assert found.dtype == np.float32
        right = ((x / 255 - MEAN) / STD).transpose(0, 3, 1, 2)
        np.testing.assert_allclose(found, right, rtol=0, atol=1e-6)


@pytest.mark.parametrize("opset", OPSETS)
@pytest.mark.parametrize("optimize", [True, False])
def test_a_network_gives_what_its_module_gives(opset: int, optimize: bool) -> None:
    module = netc.loads(NET).to_torch(seed=4).eval()
    session = Session.of(model(NET, seed=4, opset=opset, optimize=optimize))
    for height, width in ((9, 9), (14, 11), (33, 40)):
        x = photos(height, width)
        [found] = session.run({"input": x}).values()
        with torch.no_grad():
            right = module(torch.from_numpy(x)).numpy()
        np.testing.assert_allclose(found, right, rtol=0, atol=1e-6)


def test_a_crop_knows_where_the_sizes_of_an_image_stand() -> None:
    text = """
netc: 1
inputs: {large: {shape: [H, W, 3], dtype: uint8, layout: hwc}, small: {shape: [P, Q, 1], dtype: uint8, layout: hwc}}
dims: {H: {min: 20}, W: {min: 20}, P: {max: 20}, Q: {max: 20}}
layers:
  - {crop: small, from: large}
  - normalize
"""
    feeds = {"large": photos(23, 21), "small": photos(8, 13, 1)}
    [found] = Session.of(model(text)).run(feeds).values()
    right = photos(23, 21)[:, 7:15, 4:17].transpose(0, 3, 1, 2) / 255
    np.testing.assert_allclose(found, right, rtol=1e-6, atol=0)


def test_an_input_that_is_an_output_comes_out_channels_first() -> None:
    text = "netc: 1\ninput: {shape: [5, 4, 3], dtype: uint8, layout: hwc}\nlayers: [flatten]\noutputs: {read: input, flat: flatten1}\n"
    x = photos(5, 4)
    found = Session.of(model(text)).run({"input": x})
    np.testing.assert_array_equal(found["read"], x.transpose(0, 3, 1, 2))
    np.testing.assert_array_equal(found["flat"], x.transpose(0, 3, 1, 2).reshape(2, -1))


def test_without_any_layer_the_file_turns_an_image() -> None:
    text = "netc: 1\ninput: {shape: [H, W, 4], dtype: uint8, layout: hwc}\nlayers: []\n"
    x = photos(5, 6, 4)
    [found] = Session.of(model(text)).run({"input": x}).values()
    np.testing.assert_array_equal(found, x.transpose(0, 3, 1, 2))
