"""Normalisation inside one sample, in ONNX."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netc.types import TensorType, dims
from netc_onnx import opsets
from netc_onnx.phrases import beside_channels, move_axis, reduce, unsqueeze
from netc_onnx.tensors import Constant, Extents, Tensor, batched, integers, number

if TYPE_CHECKING:
    from netc.ops.group_norm import GroupNorm, InstanceNorm, L2Norm, RmsNorm
    from netc_onnx.site import Site


def lower_group_norm(at: Site, op: GroupNorm) -> Tensor:
    """``InstanceNormalization`` of the groups as channels; channels go to the second axis if need be.

    ONNX's own GroupNormalization had a weight a group in opset 18 and is little known since. A group of one
    channel is an instance.
    """
    axis = at.x_type.channel_axis + 1
    normalize = _instances if op.groups == at.x_type.channels else _groups
    if axis == 1:
        return normalize(at, "", at.x, op)
    x = move_axis(at, "channels_first", at.x, axis, 1)
    return move_axis(at, "", normalize(at, "normalized", x, op), 1, axis)


def lower_instance_norm(at: Site, op: InstanceNorm) -> Tensor:
    """``InstanceNormalization``; a sequence's channels go to the second axis."""
    if at.x_type.is_map:
        return _instances(at, "", at.x, op)
    x = move_axis(at, "channels_first", at.x, 2, 1)
    return move_axis(at, "", _instances(at, "normalized", x, op), 1, 2)


def _instances(at: Site, label: str, x: Tensor, op: GroupNorm | InstanceNorm) -> Tensor:
    """Each channel (axis 1) over its positions."""
    scale, bias = _ones_and_zeros(_channels(at))
    parameters = at.parameters
    if op.affine:
        return _normalize(at, label, x, op.eps, parameters["weight"], parameters["bias"])
    return _normalize(at, label, x, op.eps, scale, bias)


def _groups(at: Site, label: str, x: Tensor, op: GroupNorm) -> Tensor:
    """Each group of channels (axis 1) over its channels and positions.

    The first position axis takes the group's channels in, so that no size of it need be known.
    """
    channels, axis = _channels(at), at.x_type.channel_axis
    positions = [dim for place, dim in enumerate(at.x_type.shape) if place != axis]
    first, kept = positions[0] if positions else 1, positions[1:]
    shape = batched(TensorType((op.groups, channels // op.groups * first, *kept)))
    grouped = _reshape(at, "groups", x, (0, op.groups, -1, *(0 for _ in kept)), shape)
    normed = _normalize(at, "instances", grouped, op.eps, *_ones_and_zeros(op.groups))
    numbers = (0, channels, -1, *(0 for _ in kept))[: len(x.shape)]
    if not op.affine:
        return _reshape(at, label, normed, numbers, x.shape)
    y = _reshape(at, "channels", normed, numbers, x.shape)
    scaled = at.step("scaled", "Mul", y, _beside(at, "weight", x))
    return at.step(label, "Add", scaled, _beside(at, "bias", x))


def _channels(at: Site) -> int:
    """Their number, which the op's law made sure of."""
    return dims.number(at.x_type.channels, "the channels of a norm")


def _normalize(
    at: Site, label: str, x: Tensor, eps: float, scale: Tensor | Constant, bias: Tensor | Constant
) -> Tensor:
    return at.step(label, "InstanceNormalization", x, scale, bias, epsilon=float(eps))


def _ones_and_zeros(count: int) -> tuple[Constant, Constant]:
    """The scale and bias that change nothing, which ONNX has no way to leave out."""
    return Constant("scale", np.ones(count, np.float32)), Constant("B", np.zeros(count, np.float32))


def _reshape(at: Site, label: str, x: Tensor, numbers: tuple[int, ...], shape: Extents) -> Tensor:
    if at.opset < opsets.RESHAPE_ALLOWZERO:
        return at.step(label, "Reshape", x, integers("shape", *numbers), shape=shape)
    return at.step(label, "Reshape", x, integers("shape", *numbers), shape=shape, allowzero=0)


def _beside(at: Site, name: str, x: Tensor) -> Tensor:
    """A parameter as it broadcasts along axis 1 of ``x``."""
    vector, positions = at.parameters[name], len(x.shape) - 2
    return unsqueeze(at, name, vector, range(1, positions + 1)) if positions else vector


def lower_rms_norm(at: Site, op: RmsNorm) -> Tensor:
    """``RMSNormalization`` by a weight, of channels that lie last, where the opset has it; else in parts."""
    axis = at.x_type.channel_axis + 1
    if op.affine and axis == at.x_type.rank and at.opset >= opsets.RMS_NORMALIZATION:
        scale = at.parameters["weight"]
        return at.end("RMSNormalization", at.x, scale, axis=-1, epsilon=float(op.eps), stash_type=1)
    squares = at.step("squares", "Mul", at.x, at.x)
    mean = reduce(at, "mean", "ReduceMean", squares, axis, keepdims=True)
    root = at.step("root", "Sqrt", at.step("shifted", "Add", mean, number("epsilon", op.eps)))
    if not op.affine:
        return at.end("Div", at.x, root)
    weight = beside_channels(at, "weight", at.parameters["weight"], at.x_type, batch=False)
    return at.end("Mul", at.step("quotient", "Div", at.x, root), weight)


def lower_l2_norm(at: Site, op: L2Norm) -> Tensor:
    """``Div`` by ``ReduceL2``, of which ``Max`` keeps the least; ONNX's LpNormalization has no least."""
    length = reduce(at, "length", "ReduceL2", at.x, at.x_type.channel_axis + 1, keepdims=True)
    return at.end("Div", at.x, at.step("divisor", "Max", length, number("least", op.eps)))
