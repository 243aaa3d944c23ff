"""A module that is fed images as they are stored: it computes what NumPy does of the same bytes."""

from __future__ import annotations

import copy
import pickle
import re
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pytest
import torch
from torch import nn

import netc

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Numbers: TypeAlias = NDArray[Any]

TOP = "netc: 1\ninput: {shape: [H, W, 3], dtype: uint8, layout: hwc}\ndims: {H: {min: 9}, W: {min: 9}}\nlayers:\n"
FIRST = TOP.replace("[H, W, 3]", "[3, H, W]").replace(", layout: hwc", "")
NET = """\
  - {normalize: imagenet}
  - {conv: 8, kernel: 3, stride: 2, padding: same, norm: batch, act: relu}
  - {pool: max, kernel: 2}
  - {global_pool: avg}
  - {linear: 5}
"""


def photos(height: int = 14, width: int = 11, channels: int = 3) -> NDArray[np.uint8]:
    return np.random.default_rng(height * width).integers(0, 256, (2, height, width, channels), np.uint8)


def module(layers: str, top: str = TOP) -> Any:
    return netc.loads(f"{top}{layers}").to_torch(seed=4).eval()


EXPECTED: dict[str, Callable[[Numbers], Numbers]] = {
    "normalize": lambda x: (x / 255).astype(np.float32),
    "{slice: 0, start: 2}": lambda x: x[:, 2:],
    "{slice: 1, start: 2}": lambda x: x[:, :, 2:],
    "flatten": lambda x: x.reshape(2, -1),
    "{flatten: 1}": lambda x: x.reshape(2, 3, -1),
    "{reshape: [-1, 6]}": lambda x: x.reshape(2, -1, 6),
    "{permute: [1, 2, 0]}": lambda x: x.transpose(0, 2, 3, 1),
    "{permute: [2, 1, 0]}": lambda x: x.transpose(0, 3, 2, 1),
    "{crop: [[1, 2], [0, 3]]}": lambda x: x[:, :, 1:-2, :-3],
    "{pad: [[1, 2], [0, 3]]}": lambda x: np.pad(x, ((0, 0), (0, 0), (1, 2), (0, 3))),
    "{pad: 2, mode: reflect}": lambda x: np.pad(x, ((0, 0), (0, 0), (2, 2), (2, 2)), "reflect"),
    "{pad: 2, mode: replicate}": lambda x: np.pad(x, ((0, 0), (0, 0), (2, 2), (2, 2)), "edge"),
}


@pytest.mark.parametrize("layer", EXPECTED)
def test_layers_read_the_bytes_channels_first(layer: str) -> None:
    top = "netc: 1\ninput: {shape: [14, 11, 3], dtype: uint8, layout: hwc}\nlayers:\n"
    found = module(f"  - {layer}\n", top)(torch.from_numpy(photos())).numpy()
    right = EXPECTED[layer](photos().transpose(0, 3, 1, 2))
    assert found.dtype == right.dtype
    np.testing.assert_allclose(found, right, rtol=1e-6, atol=0)


@pytest.mark.parametrize(("height", "width"), [(9, 9), (14, 11), (33, 40)])
def test_a_network_is_that_of_a_spec_that_is_fed_channels_first(height: int, width: int) -> None:
    x = torch.from_numpy(photos(height, width))
    with torch.no_grad():
        found, right = module(NET)(x), module(NET, FIRST)(x.permute(0, 3, 1, 2).contiguous())
    torch.testing.assert_close(found, right, rtol=0, atol=1e-6)


def test_no_module_stands_for_the_input() -> None:
    last, first = module(NET), module(NET, FIRST)
    assert [name for name, _ in last.named_modules()] == [name for name, _ in first.named_modules()]
    assert list(last.state_dict()) == list(first.state_dict())
    assert repr(last) == repr(first)


@pytest.mark.parametrize("order", [torch.contiguous_format, torch.channels_last])
def test_the_first_layer_reads_channels_first_and_memory_is_ordered_as_the_weights_are(order: Any) -> None:
    seen: list[torch.Tensor] = []

    def see(_module: nn.Module, inputs: tuple[torch.Tensor, ...], output: torch.Tensor) -> None:
        seen.extend((inputs[0], output))

    made = module(NET).to(memory_format=order)
    made.normalize1.register_forward_hook(see)
    made.conv1.register_forward_hook(see)
    made(torch.from_numpy(photos()))
    read, _, _, convolved = seen
    assert read.shape == (2, 3, 14, 11)
    assert read.is_contiguous()
    assert convolved.is_contiguous(memory_format=order)


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        (
            torch.zeros(2, 3, 14, 11, dtype=torch.uint8),
            ValueError,
            "the input `input` is 2×3×14×11, and the spec says N×H×W×3, N being the batch",
        ),
        (
            torch.zeros(14, 11, 3, dtype=torch.uint8),
            ValueError,
            "the input `input` is 14×11×3, and the spec says N×H×W×3, N being the batch",
        ),
        (
            torch.zeros(1, 9, 8, 3, dtype=torch.uint8),
            ValueError,
            "W is 8 in the input `input`; the spec says at least 9",
        ),
        (torch.zeros(1, 9, 9, 3), TypeError, "the input `input` is of float32, and the spec says uint8"),
    ],
)
def test_what_is_fed_otherwise_is_refused(given: torch.Tensor, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        module(NET)(given)


CROPPED = """\
netc: 1
inputs: {large: {shape: [H, W, 3], dtype: uint8, layout: hwc}, small: {shape: [P, Q, 1], dtype: uint8, layout: hwc}}
dims: {H: {min: 20}, W: {min: 20}, P: {max: 20}, Q: {max: 20}}
layers:
  - {crop: small, from: large}
  - normalize
"""


def test_a_crop_knows_where_the_sizes_of_an_image_stand() -> None:
    found = netc.loads(CROPPED).to_torch()(
        torch.from_numpy(photos(23, 21)), torch.from_numpy(photos(8, 13, 1))
    )
    right = photos(23, 21)[:, 7:15, 4:17].transpose(0, 3, 1, 2) / 255
    np.testing.assert_allclose(found.numpy(), right, rtol=1e-6, atol=0)


def test_it_copies_pickles_compiles_and_exports_for_every_size() -> None:
    made = module(NET)
    x, other = (torch.from_numpy(photos(*sizes)) for sizes in ((14, 11), (30, 9)))
    free: Any = torch.export.Dim.AUTO
    exported = torch.export.export(made, (x,), dynamic_shapes=({0: free, 1: free, 2: free},)).module()
    compiled = torch.compile(made, backend="eager", fullgraph=True, dynamic=True)
    for twin in (copy.deepcopy(made), pickle.loads(pickle.dumps(made)), compiled, exported):
        with torch.no_grad():
            assert torch.equal(twin(x), made(x))
            assert torch.equal(twin(other), made(other))


def test_gradients_reach_the_weights() -> None:
    made = module(NET).train()
    made(torch.from_numpy(photos())).square().sum().backward()
    assert all(parameter.grad.abs().sum() > 0 for parameter in made.parameters())
