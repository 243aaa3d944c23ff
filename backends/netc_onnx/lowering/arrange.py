"""Values laid out anew, padded and cropped, in ONNX; none of these forms holds a size of what it reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc.types.dims import simplest
from netc_onnx.lowering.shape import END
from netc_onnx.phrases import pad, pad_by_edge, reshape
from netc_onnx.tensors import integers

if TYPE_CHECKING:
    from netc.ops.arrange import Crop, Pad, Permute
    from netc.types import Dim
    from netc_onnx.site import Site
    from netc_onnx.tensors import Tensor

EDGES = {"reflect": "reflect", "replicate": "edge"}
"""ONNX's words for the paddings that come of the value itself."""


def lower_reshape(at: Site) -> Tensor:
    """``Reshape``, the batch as it comes; to vectors ``Flatten``, as a ``Gemm`` has it before it."""
    if at.y_type.is_vector:
        return at.end("Flatten", at.x, axis=1)
    return reshape(at, "", at.x, at.shape)


def lower_permute(at: Site, op: Permute) -> Tensor:
    """``Transpose``; ONNX counts the batch as axis 0."""
    return at.end("Transpose", at.x, perm=[0, *(axis + 1 for axis in op.order)])


def lower_pad(at: Site, op: Pad) -> Tensor:
    """``Pad``."""
    if op.mode == "constant":
        return pad(at, "", at.x, op.pads, op.value)
    return pad_by_edge(at, "", at.x, op.pads, EDGES[op.mode])


def lower_crop(at: Site, op: Crop) -> Tensor:
    """One ``Slice`` of all axes that lose something; ``Identity`` where none does.

    What is lost at the end is counted from there, or, where a symbol decides it, left behind: it may be none.
    """
    cut = [(axis, sides) for axis, sides in enumerate(op.crops, start=2) if sides != (0, 0)]
    if not cut:
        return at.end("Identity", at.x)
    return at.end(
        "Slice",
        at.x,
        at.sizes("", "starts", *(before for _, (before, _) in cut)),
        at.sizes("", "ends", *(_end(after, at.x_type.shape[axis - 1]) for axis, (_, after) in cut)),
        integers("axes", *(axis for axis, _ in cut)),
        integers("steps", *(1 for _ in cut)),
    )


def _end(after: Dim, size: Dim) -> Dim:
    """Where an axis of ``size`` elements ends that loses its last ``after``."""
    if isinstance(after, int):
        return -after if after else END
    return simplest(size - after)
