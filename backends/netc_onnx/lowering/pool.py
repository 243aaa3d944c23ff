"""Pooling over windows and over whole maps, in ONNX."""

from __future__ import annotations

import math
from functools import reduce as fold
from typing import TYPE_CHECKING

import numpy as np

from netc_onnx.phrases import average_pool, is_padded, is_symmetric, max_pool, pad, reduce
from netc_onnx.tensors import Constant, Tensor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netc.ops.pool import AveragePool, GlobalPool, MaxPool
    from netc.ops.window import Pads
    from netc_onnx.site import Site


def no_pads(axes: int) -> Pads:
    """Nothing added, along so many axes."""
    return ((0, 0),) * axes


def lower_max_pool(at: Site, op: MaxPool) -> Tensor:
    """``MaxPool``, with its own pads where each is below the kernel.

    Others are −∞ by a node of their own, for runtimes refuse a pad as large as the kernel. A node of its own
    for unequal pads would serve ncnn, which misplaces them, and cost 6 to 10 % of GoogLeNet's time in
    ONNX Runtime, which fuses no Pad with a MaxPool.
    """
    small = all(max(sides) < size for sides, size in zip(op.pads, op.kernel, strict=True))
    if small:
        return max_pool(at, "", at.x, op.kernel, op.stride, op.pads)
    padded = pad(at, "pad", at.x, op.pads, -math.inf)
    return max_pool(at, "", padded, op.kernel, op.stride, no_pads(len(op.pads)))


def lower_average_pool(at: Site, op: AveragePool) -> Tensor:
    """``AveragePool`` that never counts its own pads.

    Padding that counts is zeros of a node of its own, so that only what rounding up adds is left to
    the pool. Unequal padding that does not count is zeros, too; the means over whole windows are then
    scaled by the share of each window that is no padding, for some runtimes misplace unequal pads.
    """
    rest: Pads = tuple((0, after) for after in op.remainder)
    if op.count_padding:
        x = pad(at, "pad", at.x, op.pads, 0.0) if is_padded(op.pads) else at.x
        return average_pool(at, "", x, op.kernel, op.stride, rest)
    pads = tuple((before, after + more) for (before, after), more in zip(op.pads, op.remainder, strict=True))
    if is_symmetric(pads):
        return average_pool(at, "", at.x, op.kernel, op.stride, pads)
    padded = pad(at, "pad", at.x, pads, 0.0)
    means = average_pool(at, "pool", padded, op.kernel, op.stride, no_pads(len(pads)))
    return at.end("Mul", means, _inverse_shares(at, op, pads))


def _inverse_shares(at: Site, op: AveragePool, pads: Pads) -> Constant:
    """The size of a window by the number of its elements that are no padding, at every position."""
    windows = zip(at.x_type.spatial, at.y_type.spatial, op.kernel, op.stride, pads, strict=True)
    return outer(
        [
            [kernel / _elements(index * stride - before, kernel, extent) for index in range(count)]
            for extent, count, kernel, stride, (before, _) in windows
        ]
    )


def _elements(start: int, kernel: int, extent: int) -> int:
    """How many of the elements 0 to ``extent`` a window from ``start`` covers."""
    return min(start + kernel, extent) - max(start, 0)


def outer(factors: Sequence[Sequence[float]]) -> Constant:
    """The product of factors along each spatial axis, as it broadcasts against a batch of maps."""
    product = fold(np.multiply.outer, (np.array(axis, np.float64) for axis in factors))
    return Constant("factor", np.asarray(product, np.float32)[np.newaxis, np.newaxis])


def lower_global_pool(at: Site, op: GlobalPool) -> Tensor:
    """``GlobalAveragePool`` or ``GlobalMaxPool`` of a map, and ``Flatten``; of a sequence, over time."""
    if at.x_type.is_sequence:
        kind = "ReduceMean" if op.mode == "avg" else "ReduceMax"
        return reduce(at, "", kind, at.x, 1, keepdims=op.keepdims)
    kind = "GlobalAveragePool" if op.mode == "avg" else "GlobalMaxPool"
    if op.keepdims:
        return at.end(kind, at.x)
    kept = (*at.x.shape[:2], *(1 for _ in at.x_type.spatial))
    return at.end("Flatten", at.step("pool", kind, at.x, shape=kept), axis=1)
