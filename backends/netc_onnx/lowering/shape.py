"""Ops that arrange elements anew, in ONNX."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc_onnx.phrases import reshape
from netc_onnx.tensors import integers

if TYPE_CHECKING:
    from netc.ops.shape import Concat, Flatten, Slice
    from netc_onnx.site import Site
    from netc_onnx.tensors import Tensor


def lower_flatten(at: Site, op: Flatten) -> Tensor:
    """``Flatten`` of all axes; its namesake would join the batch with those that stay: ``Reshape``."""
    if op.axis == 0:
        return at.end("Flatten", at.x, axis=1)
    return reshape(at, "", at.x, at.shape)


def lower_slice(at: Site, op: Slice) -> Tensor:
    """``Slice`` along one axis."""
    return at.end(
        "Slice",
        at.x,
        integers("starts", op.start),
        integers("ends", op.stop),
        integers("axes", op.axis + 1),
        integers("steps", op.step),
    )


def lower_concat(at: Site, op: Concat) -> Tensor:
    """``Concat``; of one value, ``Identity``."""
    if len(at.inputs) == 1:
        return at.end("Identity", at.x)
    return at.end("Concat", *at.inputs, axis=op.axis + 1)
