"""Channels last, autocast and modules of 16 bits: as torch's own modules do, layer by layer."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import torch
from torch import Tensor, nn

import netc
from tests.elaborate.specs import spec
from tests.netc_torch.networks import listen
from tests.netc_torch.varied import (
    IMAGES,
    NAMES,
    assert_close,
    assert_same,
    gradients,
    inputs,
    named,
    network,
    sample,
)

# torch's RMSNorm says once a process that a float32 weight keeps it from its faster code under autocast.
pytestmark = pytest.mark.filterwarnings("ignore:Mismatch dtype between input and weight:UserWarning")

LAST = torch.channels_last
GRADIENT = {"rtol": 1e-4, "atol": 1e-6}
TURNED = {
    "any size": {"crop1"},  # a view of a map, whose elements lie as the map's do
    "photo": {"normalize1", "stem", "norm1"},  # a photo's bytes come channels first; torch's norms inside
    "uncommon": {"local1", "permute1"},  # a sum over windows of its own; axes in another order
}
"""Layers whose maps lie otherwise: all that are, network by network."""


def laid_out(x: Tensor) -> Tensor:
    return x.to(memory_format=LAST) if x.dim() == 4 and x.is_floating_point() else x


@pytest.mark.parametrize("name", [*IMAGES, "shared"])
def test_channels_last_stays_from_layer_to_layer(name: str) -> None:
    net, module, x = sample(name)
    module.eval()
    last: Any = copy.deepcopy(module)
    last.to(memory_format=LAST)
    other: set[str] = set()
    for path, layer in net.graph.layers.items():

        def heard(y: Tensor, path: str = path) -> None:
            if y.dim() == 4 and not y.is_contiguous(memory_format=LAST):
                other.add(path)

        if layer.output.type.rank == 3:
            listen(last.get_submodule(path), heard)
    found, expected = last(*map(laid_out, x)), module(*x)
    assert other == TURNED.get(name, set())
    assert_same(found, expected)
    assert_close(gradients(last, found), gradients(module, expected), **GRADIENT)


SIXTEEN = {torch.bfloat16: 2.0**-8, torch.float16: 2.0**-11}
"""The largest relative error of rounding once to a type."""


def assert_near(found: Any, expected: Any, net: netc.Network, dtype: torch.dtype) -> None:
    """Each op rounds its result once, and none makes an error larger against the largest element."""
    for name, value in named(expected).items():
        worst = (named(found)[name].float() - value).abs().max() / value.abs().max()
        assert 0 < worst <= len(net.graph.nodes) * SIXTEEN[dtype], name


@pytest.mark.parametrize("mode", ["train", "eval"])
@pytest.mark.parametrize("name", NAMES)
def test_autocast_gives_bfloat16_near_float32(name: str, mode: str) -> None:
    net, module, x = sample(name)
    module.train(mode == "train")
    expected = copy.deepcopy(module)(*x)
    with torch.autocast("cpu", torch.bfloat16):
        found = module(*x)
    assert {value.dtype for value in named(found).values()} == {torch.bfloat16}
    assert_near(found, expected, net, torch.bfloat16)
    computed = gradients(module, found)
    assert {path for path, type_ in net.parameters.items() if type_.trainable} >= set(computed)
    assert all(one.dtype == torch.float32 for one in computed.values())


LAYERS: dict[str, tuple[str, Any]] = {
    "{conv: 4, kernel: 3}": ("[4, 8, 8]", nn.Conv2d(4, 4, 3)),
    "{conv: 4, kernel: 3, padding: [[0, 1], [1, 0]]}": ("[4, 8, 8]", nn.Conv2d(4, 4, 3)),
    "{local: 4, kernel: 3}": ("[4, 8, 8]", nn.Conv2d(4, 4, 3)),
    "{conv_transpose: 4, kernel: 3, padding: [[0, 1], [1, 0]]}": ("[4, 8, 8]", nn.ConvTranspose2d(4, 4, 3)),
    "{linear: 5, axis: channels}": ("[4, 8, 8]", nn.Linear(8, 5)),
    "{norm: batch}": ("[4, 8, 8]", nn.BatchNorm2d(4)),
    "{norm: batch, frozen: true}": ("[4, 8, 8]", nn.BatchNorm2d(4)),
    "{norm: layer}": ("[4, 8, 8]", nn.LayerNorm(8)),
    "{norm: rms}": ("[4, 8, 8]", nn.RMSNorm(8)),
    "{norm: group, groups: 2}": ("[4, 8, 8]", nn.GroupNorm(2, 4)),
    "{norm: instance}": ("[4, 8, 8]", nn.InstanceNorm2d(4, affine=True)),
    "{norm: lrn, size: 3}": ("[4, 8, 8]", nn.LocalResponseNorm(3)),
    "{act: prelu}": ("[4, 8, 8]", nn.PReLU(4)),
    "{act: {hardsigmoid: {slope: 0.2}}}": ("[4, 8, 8]", nn.Hardsigmoid()),
    "{pool: avg, kernel: 3, padding: 1, round: ceil, stride: 2, count_padding: true}": (
        "[4, 8, 8]",
        nn.AvgPool2d(3, 2, 1),
    ),
    "{attention: 2}": ("{shape: [5, 4], layout: sequence}", nn.MultiheadAttention(4, 2, batch_first=True)),
    "{gru: 3}": ("{shape: [5, 4], layout: sequence}", nn.GRU(4, 3, batch_first=True)),
    "{lstm: 3, bidirectional: true}": (
        "{shape: [5, 4], layout: sequence}",
        nn.LSTM(4, 3, batch_first=True, bidirectional=True),
    ),
    "{rnn: 3}": ("{shape: [5, 4], layout: sequence}", nn.RNN(4, 3, batch_first=True)),
}
"""A layer, its input, and torch's module that a person would have written for it, or its nearest kin."""


@pytest.mark.parametrize("arrives", [torch.float32, torch.bfloat16], ids=str)
@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_makes_of_autocast_what_torchs_own_does(layer: str, arrives: torch.dtype) -> None:
    shape, own = LAYERS[layer]
    if "act: {" in layer:
        layer = "{act: hardsigmoid, slope: 0.2}"
    module: Any = netc.loads(spec(f"- {layer}", f"input: {shape}")).to_torch()
    (x,) = inputs(netc.loads(spec(f"- {layer}", f"input: {shape}")), 3)
    given = (x.to(arrives),) * (3 if isinstance(own, nn.MultiheadAttention) else 1)
    with torch.autocast("cpu", torch.bfloat16):
        found = module(given[0])
        expected: Any = own(*given)
    assert found.dtype == (expected[0] if isinstance(expected, tuple) else expected).dtype


@pytest.mark.parametrize("dtype", SIXTEEN, ids=str)
@pytest.mark.parametrize(
    "name", [name for name in NAMES if name != "photo"]
)  # torch's LRN has no 16 bits on CPUs
def test_a_module_of_16_bits_is_near_float32(name: str, dtype: torch.dtype) -> None:
    net, module, x = sample(name)
    expected = copy.deepcopy(module)(*x)
    found = module.to(dtype)(*(value.to(dtype) if value.is_floating_point() else value for value in x))
    assert {value.dtype for value in named(found).values()} == {dtype}
    assert_near(found, expected, net, dtype)
    assert all(one.dtype == dtype and bool(one.isfinite().all()) for one in gradients(module, found).values())


def test_photos_bytes_are_taken_by_a_module_of_any_type() -> None:
    net = network("photo")
    (x,) = inputs(net, 2)
    module: Any = net.to_torch().eval()
    with torch.no_grad():
        for dtype in (torch.float64, torch.bfloat16, torch.float16):
            twin = copy.deepcopy(module).to(dtype)
            seen: list[Tensor] = []
            listen(twin.get_submodule("stem"), seen.append)
            if dtype == torch.float64:
                torch.testing.assert_close(twin(x).float(), module(x))
            else:
                twin.norm1 = nn.Identity()
                twin(x)
            assert [value.dtype for value in seen] == [dtype]
