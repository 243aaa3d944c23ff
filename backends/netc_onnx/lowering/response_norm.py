"""Local response normalisation in ONNX."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc.types.dims import product
from netc_onnx.phrases import average_pool, pad, reshape
from netc_onnx.tensors import BATCH, Tensor, number

if TYPE_CHECKING:
    from netc.ops.norm import LocalResponseNorm
    from netc_onnx.site import Site

SPATIAL_AXES = 2


def lower_response_norm(at: Site, op: LocalResponseNorm) -> Tensor:
    """``LRN`` of images, over an odd number of channels; all others, which runtimes refuse, in parts.

    ONNX's formula has alpha times the sum of squares, divided by the size: the mean.
    """
    if at.x_type.is_map and len(at.x_type.spatial) == SPATIAL_AXES and op.size % 2:
        return at.end("LRN", at.x, alpha=float(op.alpha), beta=float(op.beta), bias=float(op.k), size=op.size)
    scaled = at.step("scaled", "Mul", _mean_of_squares(at, op), number("factor", op.alpha))
    shifted = at.step("shifted", "Add", scaled, number("addend", op.k))
    divisor = at.step("divisor", "Pow", shifted, number("exponent", op.beta))
    return at.end("Div", at.x, divisor)


def _mean_of_squares(at: Site, op: LocalResponseNorm) -> Tensor:
    """An average pool over the channels, laid out as rows of an image ``[before, channels, after]``."""
    dims, axis = at.x_type.shape, at.x_type.channel_axis
    rows = (BATCH, product(dims[:axis]), dims[axis], product(dims[axis + 1 :]))
    squares = reshape(at, "rows", at.step("squares", "Mul", at.x, at.x), rows)
    padded = pad(at, "pad", squares, ((op.size // 2, (op.size - 1) // 2), (0, 0)), 0.0)
    means = average_pool(at, "means", padded, (op.size, 1), (1, 1), ((0, 0), (0, 0)))
    return reshape(at, "means_of_squares", means, at.x.shape)
