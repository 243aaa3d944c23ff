"""Convolution in ONNX."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc.types.dims import number
from netc_onnx.phrases import are_whole, flat, is_symmetric, no_pads, pad

if TYPE_CHECKING:
    from netc.ops.conv import Conv
    from netc_onnx.site import Site
    from netc_onnx.tensors import Tensor


def lower_conv(at: Site, op: Conv) -> Tensor:
    """``Conv``, with its own pads.

    A node of its own adds those that symbols decide, and unequal ones of a depthwise convolution, which some
    runtimes misplace.
    """
    depthwise = is_depthwise(op, number(at.x_type.channels, "the channels of `conv`"))
    if are_whole(op.pads) and (is_symmetric(op.pads) or not depthwise):
        x, pads = at.x, op.pads
    else:
        x, pads = pad(at, "pad", at.x, op.pads, 0.0), no_pads(len(op.pads))
    return at.end(
        "Conv",
        x,
        *at.parameters.values(),
        dilations=op.dilation,
        group=op.groups,
        kernel_shape=op.kernel,
        pads=flat(pads),
        strides=op.stride,
    )


def is_depthwise(op: Conv, channels: int) -> bool:
    """Whether each filter sees one channel of several."""
    return op.groups == channels and channels > 1
