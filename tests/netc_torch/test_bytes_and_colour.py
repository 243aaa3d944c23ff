"""Inputs of raw pixels, and the layers that turn them into colours to compute with."""

from __future__ import annotations

import copy
import pickle
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

import netc
from netc.ops.arrange import Pad, PadMode
from netc.ops.elementwise import Activation
from netc.types import Dtype, TensorType
from tests.netc_torch.networks import Network, compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

PIXELS = """
netc: 1
input: {shape: [3, 16, 16], dtype: uint8}
layers:
  - {normalize: imagenet}
"""
EVERY_BYTE = torch.arange(256, dtype=torch.uint8).view(1, 1, 16, 16).repeat(2, 3, 1, 1)


def module(text: str = PIXELS) -> Any:
    return netc.loads(text).to_torch(seed=0)


def meant() -> torch.Tensor:
    """What torchvision documents for its networks, in float64."""
    mean = torch.tensor([0.485, 0.456, 0.406], dtype=torch.float64).view(3, 1, 1)
    std = torch.tensor([0.229, 0.224, 0.225], dtype=torch.float64).view(3, 1, 1)
    return (EVERY_BYTE.double() / 255 - mean) / std


def test_every_byte_is_normalized_to_within_a_millionth() -> None:
    found = module()(EVERY_BYTE)
    assert found.dtype == torch.float32
    torch.testing.assert_close(found.double(), meant(), rtol=0, atol=1e-6)


def test_what_normalize_gives_follows_the_module() -> None:
    found = module().double()(EVERY_BYTE)
    assert found.dtype == torch.float64
    torch.testing.assert_close(found, meant(), rtol=0, atol=1e-6)
    assert module().half()(EVERY_BYTE).dtype == torch.float16


def test_normalize_has_nothing_to_save_and_is_copied_whole() -> None:
    original = module()
    assert dict(original.state_dict()) == {}
    for other in (copy.deepcopy(original), pickle.loads(pickle.dumps(original))):
        assert torch.equal(other(EVERY_BYTE), original(EVERY_BYTE))


def test_torch_exports_bytes() -> None:
    text = f"{PIXELS}  - {{crop: 2}}\n  - {{pad: 1, mode: reflect}}\n  - {{reshape: [-1, 14]}}\n"
    exported: Any = torch.export.export(module(text).eval(), (EVERY_BYTE,))
    assert torch.equal(exported.module()(EVERY_BYTE), module(text)(EVERY_BYTE))


@pytest.mark.parametrize(
    ("declared", "given", "found"),
    [
        ("uint8", torch.float32, "float32"),
        ("uint8", torch.int64, "int64"),
        ("float32", torch.uint8, "uint8"),
        ("float32", torch.bool, "bool"),
        ("int64", torch.int32, "int32"),
    ],
)
def test_an_input_of_another_type_is_refused_by_name(declared: Dtype, given: torch.dtype, found: str) -> None:
    network = Network(image=TensorType((3, 4), declared))
    output = network.add("pad1", Pad(((1, 1),), "constant", 0.0), *network.inputs.values())
    with pytest.raises(TypeError) as caught:
        compiled(network.graph(output=output))(torch.zeros(1, 3, 4).to(given))
    assert str(caught.value) == f"the input `image` is of {found}, and the spec says {declared}"


@pytest.mark.parametrize("given", [torch.float64, torch.float16, torch.bfloat16])
def test_float32_means_any_of_torchs_floats(given: torch.dtype) -> None:
    network = Network(image=TensorType((3, 4)))
    graph = network.graph(output=network.add("act1", Activation("relu"), *network.inputs.values()))
    assert compiled(graph)(torch.zeros(1, 3, 4).to(given)).dtype == given


MODES: tuple[PadMode, ...] = ("constant", "reflect", "replicate")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("dtype", ["uint8", "int64"])
def test_padding_keeps_whole_numbers_what_they_are(mode: PadMode, dtype: Dtype) -> None:
    network = Network(image=TensorType((2, 5, 4), dtype))
    op = Pad(((2, 4), (3, 1)), mode, 0.0)
    graph = network.graph(output=network.add("pad1", op, *network.inputs.values()))
    pixels = np.arange(40, dtype=dtype).reshape(1, 2, 5, 4) + np.array(215, dtype)
    found = compiled(graph)(torch.from_numpy(pixels)).numpy()
    names: dict[PadMode, Any] = {"constant": "constant", "reflect": "reflect", "replicate": "edge"}
    right: NDArray[Any] = np.pad(pixels, ((0, 0), (0, 0), (2, 4), (3, 1)), names[mode])
    assert found.dtype == dtype
    np.testing.assert_array_equal(found, right)


def test_a_gradient_passes_gray_and_pads() -> None:
    text = """
netc: 1
input: [3, 4, 5]
layers:
  - {normalize: imagenet}
  - {pad: [1, [0, 2]], mode: reflect}
  - {gray: luma}
  - {permute: [0, 2, 1]}
  - {crop: 1}
  - {reshape: [-1, 2]}
  - {slice: 0, start: -3, step: 2}
"""
    x = torch.rand(2, 3, 4, 5, dtype=torch.float64, requires_grad=True)
    inputs: Any = (x,)
    assert torch.autograd.gradcheck(module(text).double(), inputs)


@pytest.mark.parametrize(
    ("layer", "printed"),
    [
        ("{gray: luma}", "gray(luma)"),
        ("{reshape: [-1, 2]}", "reshape([-1, 2])"),
        ("{pad: [1, [0, 2]], mode: {constant: 0.5}}", "pad([1, [0, 2]], mode: {constant: 0.5})"),
        ("{normalize: {mean: [0, 1, 2], std: 0.5}}", "normalize({mean: [0, 1, 2], std: 0.5})"),
        ("normalize", "normalize"),
        ("{slice: 0, start: -3, step: 2}", "slice(0, start: -3, step: 2)"),
    ],
)
def test_a_layer_prints_as_it_is_written(layer: str, printed: str) -> None:
    made = module(f"netc: 1\ninput: [3, 4, 6]\nlayers:\n  - {layer}\n")
    assert repr(next(iter(made.children()))) == printed
