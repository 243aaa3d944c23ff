"""Batch and layer normalisation in ONNX."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netc.types.dims import numbers
from netc_onnx import opsets
from netc_onnx.phrases import move_axis, reduce
from netc_onnx.tensors import Attribute, Constant, Tensor, number, whole

if TYPE_CHECKING:
    from netc.ops.norm import BatchNorm, LayerNorm
    from netc_onnx.site import Site


def lower_batch_norm(at: Site, op: BatchNorm) -> Tensor:
    """``BatchNormalization`` of what was learned, channels turned to the second axis where they are not."""
    axis = at.x_type.channel_axis + 1
    if axis == 1:
        return _batch_norm(at, "", at.x, op)
    x = move_axis(at, "channels_first", at.x, axis, 1)
    return move_axis(at, "", _batch_norm(at, "normalized", x, op), 1, axis)


def _batch_norm(at: Site, label: str, x: Tensor, op: BatchNorm) -> Tensor:
    parameters = at.parameters
    scale, bias = _affine(at, "scale")
    mode: dict[str, Attribute] = {"training_mode": 0} if at.opset >= opsets.BATCH_NORM_TRAINING_MODE else {}
    statistics = (parameters["running_mean"], parameters["running_var"])
    momentum = 1.0 - op.momentum  # ONNX tells the share of the old statistics
    return at.step(
        label,
        "BatchNormalization",
        x,
        scale,
        bias,
        *statistics,
        shape=x.shape,
        epsilon=float(op.eps),
        momentum=momentum,
        **mode,
    )


def lower_layer_norm(at: Site, op: LayerNorm) -> Tensor:
    """``LayerNormalization`` over the last axis, to which the channels are turned where they are not.

    In parts where the opset lacks it, and where nobody knows how many ones would make the weight it needs.
    """
    axis, last = at.x_type.channel_axis + 1, at.x_type.rank
    ready = at.opset >= opsets.LAYER_NORMALIZATION and (op.affine or whole([at.x_type.channels]))
    normalize = _layer_norm if ready else _layer_norm_in_parts
    if axis == last:
        return normalize(at, "", at.x, op)
    x = move_axis(at, "channels_last", at.x, axis, last)
    return move_axis(at, "", normalize(at, "normalized", x, op), last, axis)


def _layer_norm(at: Site, label: str, x: Tensor, op: LayerNorm) -> Tensor:
    return at.step(
        label, "LayerNormalization", x, *_affine(at, "Scale"), axis=-1, epsilon=float(op.eps), stash_type=1
    )


def _layer_norm_in_parts(at: Site, label: str, x: Tensor, op: LayerNorm) -> Tensor:
    last = len(x.shape) - 1
    mean = reduce(at, "mean", "ReduceMean", x, last, keepdims=True)
    centred = at.step("centred", "Sub", x, mean)
    squares = at.step("squares", "Mul", centred, centred)
    variance = reduce(at, "variance", "ReduceMean", squares, last, keepdims=True)
    deviation = at.step("deviation", "Sqrt", at.step("shifted", "Add", variance, number("epsilon", op.eps)))
    if not op.affine:
        return at.step(label, "Div", centred, deviation)
    quotient = at.step("quotient", "Div", centred, deviation)
    scaled = at.step("scaled", "Mul", quotient, at.parameters["weight"])
    return at.step(label, "Add", scaled, at.parameters["bias"])


def _affine(at: Site, scale: str) -> tuple[Tensor | Constant, Tensor | Constant]:
    """Weight and bias; ones and zeros where there are none, which ONNX has no way to leave out.

    ``scale`` is ONNX's word for the weight.
    """
    parameters = at.parameters
    if "weight" in parameters:
        return parameters["weight"], parameters["bias"]
    [channels] = numbers([at.x_type.channels], "the channels of a norm")
    return Constant(scale, np.ones(channels, np.float32)), Constant("B", np.zeros(channels, np.float32))
