"""Convolution in ONNX."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc_onnx.phrases import flat, is_symmetric, pad

if TYPE_CHECKING:
    from netc.ops.conv import Conv
    from netc.ops.window import Pads
    from netc_onnx.site import Site
    from netc_onnx.tensors import Tensor


def lower_conv(at: Site, op: Conv) -> Tensor:
    """``Conv``, with its own pads.

    A depthwise one with unequal pads is padded by a node of its own: some runtimes misplace them.
    """
    x, pads = at.x, op.pads
    if is_depthwise(op, at.x_type.channels) and not is_symmetric(pads):
        none: Pads = ((0, 0),) * len(pads)
        x, pads = pad(at, "pad", x, pads, 0.0), none
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
