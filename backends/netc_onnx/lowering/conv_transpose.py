"""Transposed convolution in ONNX."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc_onnx.phrases import flat, is_padded, pad
from netc_onnx.tensors import batched, integers

if TYPE_CHECKING:
    from netc.ops.transposed import ConvTranspose
    from netc.ops.window import WholePads
    from netc_onnx.site import Site
    from netc_onnx.tensors import Extents, Tensor

TO_THE_END = 2**63 - 1


def lower_conv_transpose(at: Site, op: ConvTranspose) -> Tensor:
    """``ConvTranspose`` with equal pads on both sides, then a ``Slice`` of what they cannot say.

    Some runtimes misplace unequal pads; and ``output_shape``, which would say them all, leaves it to the
    runtime on which side the odd element lies. ONNX Runtime refuses output padding that reaches the
    stride, be the dilation larger: then a zero that follows the input makes as many elements more.
    """
    added, padding, output_padding, rest = op.symmetric(tuple(stride - 1 for stride in op.stride))
    ends: WholePads = tuple((0, more) for more in added)
    pads: WholePads = tuple((amount, amount) for amount in padding)
    made = at.step(
        "conv" if is_padded(rest) else "",
        "ConvTranspose",
        pad(at, "pad", at.x, ends, 0.0) if any(added) else at.x,
        *at.parameters.values(),
        shape=_uncut(at, rest),
        dilations=op.dilation,
        group=op.groups,
        kernel_shape=op.kernel,
        output_padding=output_padding,
        pads=flat(pads),
        strides=op.stride,
    )
    return _cut(at, made, rest) if is_padded(rest) else made


def _cut(at: Site, x: Tensor, rest: WholePads) -> Tensor:
    """The result, with so much cut off before and after each spatial axis of ``x``."""
    axes = [axis for axis, sides in enumerate(rest) if any(sides)]
    return at.end(
        "Slice",
        x,
        integers("starts", *(rest[axis][0] for axis in axes)),
        integers("ends", *(-rest[axis][1] or TO_THE_END for axis in axes)),
        integers("axes", *(axis + 2 for axis in axes)),
        integers("steps", *(1 for _ in axes)),
    )


def _uncut(at: Site, rest: WholePads) -> Extents:
    """The result's shape before so much is cut off along each spatial axis."""
    type_ = at.y_type
    spatial = (extent + sum(sides) for extent, sides in zip(type_.spatial, rest, strict=True))
    return batched(type_.with_shape((type_.channels, *spatial)))
