"""Small networks, each of another kind, that torch's tools are tried on."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import torch
from torch import Tensor, nn

import netc
from tests.elaborate.specs import spec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netc.types import Dim

SIZE = {"H": 13, "W": 10, "T": 7}
"""What the symbols of the specs stand for, where a test does not say otherwise."""

SPECS = {
    "plain": spec(
        """\
        - {conv: 8, kernel: 3, padding: same, stride: 2, act: relu, name: first}
        - {pool: max, kernel: 3, stride: 2, padding: 1}
        - {conv: 6, kernel: 3, padding: half, act: leaky_relu}
        - {pool: avg, kernel: 2, round: ceil}
        - flatten
        - {linear: 12, act: {hardsigmoid: {slope: 0.2}}}
        - {linear: 5, name: last}
        """,
        "input: [3, 18, 18]",
    ),
    "residual": spec(
        """\
        - {conv: 8, kernel: 3, stride: 2, name: stem}
        - residual: [{conv: 8, kernel: 3}, {conv: 8, kernel: 3, act: none}, {squeeze_excite: 4}]
          act: relu
        - residual: [{conv: 12, kernel: 3, stride: 2}, {conv: 12, kernel: 3, act: none}]
          shortcut: project
          act: relu
          name: down
        - {depthwise: 3, act: relu6}
        - {global_pool: avg}
        - {linear: 5}
        """,
        "input: [3, 16, 16]\ndefaults: {conv: {padding: half, norm: batch, act: relu}}",
    ),
    "shared": spec(
        """\
        - {use: tower, from: left, name: l}
        - {use: tower, from: right, name: r, share: l}
        - {merge: sub, from: [l, r], name: apart}
        - {linear: 8, name: mixed, repeat: 2, share: true, act: tanh}
        - {linear: 2}
        """,
        """\
        inputs: {left: [4, 9, 8], right: [4, 9, 8]}
        blocks:
          tower:
            layers:
              - {conv: 4, kernel: 3, norm: layer, act: {prelu: {per_channel: true}}}
              - {inception: {1x1: 3, 3x3: [2, 4], pool: 1}}
              - {conv1x1: 8, name: once}
              - {conv1x1: 8, share: once}
              - {global_pool: avg}
        """,
    ),
    "recurrent": spec(
        """\
        - {embed: 6, vocab: 11}
        - {gru: 5, bidirectional: true, name: read}
        - {rnn: 4, name: step}
        - {lstm: 4, return: last, name: end}
        - {linear: 3}
        """,
        "input: {shape: [T], dtype: int64}",
    ),
    "attention": spec(
        """\
        - {conv: 8, kernel: 4, stride: 4, name: patches}
        - {reshape: [8, 16]}
        - {permute: [1, 0]}
        - {position: }
        - layers:
            - {residual: [{norm: layer}, {attention: 2, name: mix}]}
            - {residual: [{norm: rms}, {linear: 16, act: gelu}, {linear: 8}]}
          name: block
        - {slice: 0, stop: 1}
        - flatten
        - {linear: 5}
        """,
        "input: [3, 16, 16]",
    ),
    "heads": spec(
        """\
        - {conv: 8, kernel: 3, padding: half, act: relu, name: stem}
        - {head: early, train_only: true, layers: [{global_pool: avg}, {linear: 4}]}
        - {head: mask, layers: [{conv_transpose: 2, kernel: 3, padding: 1, act: sigmoid}]}
        - {norm: group, groups: 2, act: relu}
        - {global_pool: max}
        - {linear: 4, name: label}
        """,
        "input: [3, 9, 11]",
    ),
    "any size": spec(
        """\
        - {conv: 4, kernel: 3, padding: same, act: relu, name: fine}
        - {conv: 6, kernel: 3, padding: same, stride: 2, act: relu, name: coarse}
        - {upsample: 2}
        - {crop: fine}
        - {merge: concat, from: [fine, prev], name: both}
        - {conv: 2, kernel: 3, padding: same}
        """,
        "input: [3, H, W]\ndims: {H: {min: 5, max: 64}, W: {min: 5, max: 64}}",
    ),
    "photo": spec(
        """\
        - {normalize: imagenet}
        - {conv: 8, kernel: 3, stride: 2, norm: instance, act: silu, name: stem}
        - {norm: lrn, size: 3}
        - {global_pool: avg}
        - {linear: 5}
        """,
        "input: {shape: [12, 14, 3], dtype: uint8, layout: hwc}",
    ),
    "uncommon": spec(
        """\
        - {local: 4, kernel: 3, act: mish}
        - {norm: rms}
        - {conv_transpose: 8, kernel: 3, stride: 2, padding: [[0, 1], [1, 0]]}
        - {norm: layer, act: hardswish}
        - {pixel_shuffle: 2}
        - {scale: 0.5}
        - {norm: l2}
        - {channel_shuffle: 2}
        - {pad: 1, mode: reflect}
        - {pool: avg, kernel: 3, stride: 2, padding: [[0, 1], [1, 0]], count_padding: true}
        - {linear: 6, axis: channels, act: abs}
        - {adaptive_pool: max, to: [4, 3]}
        - {permute: [1, 2, 0]}
        - {reshape: [12, 6], layout: sequence}
        - {norm: group, groups: 3}
        - {norm: layer}
        - {act: prelu}
        """,
        "input: [2, 9, 8]",
    ),
}
RANDOM = spec(
    """\
    - {conv: 8, kernel: 3, norm: batch, act: relu}
    - residual: [{conv: 8, kernel: 3, padding: half}]
      drop_path: 0.3
    - {dropout: 0.3, spatial: true}
    - flatten
    - {dropout: 0.5}
    - {linear: 5}
    """,
    "input: [3, 8, 8]",
)
"""What draws random numbers in training."""

FROZEN = spec(
    """\
    - {conv: 6, kernel: 3, norm: batch, act: relu, frozen: true}
    - {conv: 4, kernel: 3, norm: {group: {groups: 2}}, act: relu}
    - {layers: [{norm: batch}], frozen: true, name: fixed}
    - {global_pool: avg}
    - {linear: 3}
    """,
    "input: [3, 8, 8]",
)
"""What has batch norms that do not train."""

NAMES = tuple(SPECS)
IMAGES = tuple(name for name in NAMES if name not in ("recurrent", "shared"))


class Sample(NamedTuple):
    """A module, new, and inputs for it."""

    net: netc.Network
    module: nn.Module
    inputs: tuple[Tensor, ...]


@cache
def network(name: str) -> netc.Network:
    text = {**SPECS, "random": RANDOM, "frozen": FROZEN}[name]
    return netc.loads(text, filename=f"{name.replace(' ', '_')}.yaml")


def sample(name: str, *, batch: int = 3, seed: int = 0) -> Sample:
    """The network's module in training mode, and inputs that are the same every time."""
    net = network(name)
    return Sample(net, net.to_torch(seed=seed), inputs(net, batch))


def inputs(net: netc.Network, batch: int, seed: int = 0, **sizes: int) -> tuple[Tensor, ...]:
    """Inputs of whole shapes: noise, bytes or indices."""
    generator = torch.Generator().manual_seed(seed)
    made: list[Tensor] = []
    for type_ in net.inputs.values():
        shape = (batch, *whole(type_.shape, SIZE | sizes))
        if type_.dtype == "float32":
            made.append(torch.randn(shape, generator=generator))
        else:
            limit = 256 if type_.dtype == "uint8" else 11
            made.append(torch.randint(limit, shape, generator=generator).to(getattr(torch, type_.dtype)))
    return tuple(made)


def whole(shape: Sequence[Dim], sizes: dict[str, int]) -> tuple[int, ...]:
    return tuple(dim if isinstance(dim, int) else sizes[str(dim)] for dim in shape)


def named(result: Any) -> dict[str, Tensor]:
    """A module's result by the outputs' names."""
    return cast("dict[str, Tensor]", result) if isinstance(result, dict) else {"output": result}


def loss(result: Any) -> Tensor:
    """A number that every element of every output has a part in, none by the same factor."""
    parts: list[Tensor] = []
    for value in named(result).values():
        factors = torch.linspace(-1.0, 1.5, value.numel(), dtype=value.dtype).view(value.shape)
        parts.append((value * factors.to(value.device)).float().mean())
    return torch.stack(parts).sum()


def parts(module: Any) -> dict[str, Any]:
    """The module and all below it, by path; what their attributes are only the spec says."""
    return dict(module.named_modules())


def gradients(module: nn.Module, result: Any) -> dict[str, Tensor]:
    """The gradient of ``loss`` for every parameter."""
    module.zero_grad()
    loss(result).backward()
    return {path: one.grad.clone() for path, one in module.named_parameters() if one.grad is not None}


def assert_same(found: Any, expected: Any, *, rtol: float | None = None, atol: float | None = None) -> None:
    assert_close(named(found), named(expected), rtol=rtol, atol=atol)


def assert_close(found: Any, expected: Any, *, rtol: float | None = None, atol: float | None = None) -> None:
    """Equal to rounding, by torch's own measure or another; values by name are compared name by name."""
    torch.testing.assert_close(found, expected, rtol=rtol, atol=atol)
