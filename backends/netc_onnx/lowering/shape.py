"""Ops that arrange elements anew, in ONNX."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc_onnx.phrases import reshape
from netc_onnx.tensors import integers

if TYPE_CHECKING:
    from netc.ops.shape import Concat, Flatten, Slice
    from netc.types import Dim
    from netc_onnx.site import Site
    from netc_onnx.tensors import Tensor

END = 2**63 - 1
"""The place beyond every axis's end."""


def lower_flatten(at: Site, op: Flatten) -> Tensor:
    """``Flatten`` of all axes; its namesake would join the batch with those that stay: ``Reshape``."""
    if op.axis == 0:
        return at.end("Flatten", at.x, axis=1)
    return reshape(at, "", at.x, at.shape)


def lower_slice(at: Site, op: Slice) -> Tensor:
    """``Slice`` along one axis."""
    size = at.x_type.shape[op.axis]
    return at.end(
        "Slice",
        at.x,
        at.sizes("", "starts", _place(op.start, size)),
        at.sizes("", "ends", _place(op.stop, size)),
        integers("axes", op.axis + 1),
        integers("steps", op.step),
    )


def _place(place: Dim, size: Dim) -> Dim:
    """A place along an axis of ``size`` elements: a number where it is so many from the beginning or end."""
    if isinstance(place, int):
        return place
    from_end = place - size
    return (from_end or END) if isinstance(from_end, int) else place


def lower_concat(at: Site, op: Concat) -> Tensor:
    """``Concat``; of one value, ``Identity``."""
    if len(at.inputs) == 1:
        return at.end("Identity", at.x)
    return at.end("Concat", *at.inputs, axis=op.axis + 1)
