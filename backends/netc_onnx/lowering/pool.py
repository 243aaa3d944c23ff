"""Pooling over windows and over whole maps, in ONNX."""

from __future__ import annotations

import math
from functools import reduce as fold
from typing import TYPE_CHECKING

import numpy as np

from netc.types.dims import numbers
from netc_onnx.phrases import (
    are_whole,
    average_pool,
    is_padded,
    is_symmetric,
    max_pool,
    no_pads,
    pad,
    padded,
    reduce,
)
from netc_onnx.tensors import Constant, Tensor, whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netc.ops.pool import AveragePool, GlobalPool, MaxPool
    from netc.ops.window import Pads
    from netc_onnx.site import Site
    from netc_onnx.tensors import Extents


def lower_max_pool(at: Site, op: MaxPool) -> Tensor:
    """``MaxPool``, with its own pads where each is below the kernel.

    Others are −∞ by a node of their own: those that symbols decide, and others, for runtimes refuse a pad as
    large as the kernel. A node of its own for unequal pads would serve ncnn, which misplaces them, and cost 6
    to 10 % of GoogLeNet's time in ONNX Runtime, which fuses no Pad with a MaxPool.
    """
    pads = op.pads
    if are_whole(pads) and all(max(sides) < size for sides, size in zip(pads, op.kernel, strict=True)):
        return max_pool(at, "", at.x, op.kernel, op.stride, pads)
    x = pad(at, "pad", at.x, pads, -math.inf)
    return max_pool(at, "", x, op.kernel, op.stride, no_pads(len(pads)))


def lower_average_pool(at: Site, op: AveragePool) -> Tensor:
    """``AveragePool`` that never counts its own pads.

    Padding that counts is zeros of a node of its own. Unequal padding that does not, which some runtimes
    misplace or crash on, is zeros, too, and so is what symbols decide; the means over whole windows are then
    scaled by the share of each window that does count.
    """
    none = no_pads(len(op.kernel))
    counted = op.pads if op.count_padding else none
    rest = tuple((0, after) for after in op.remainder) if op.count_padding else op.windows.pads
    if are_whole(rest) and is_symmetric(rest):
        x = pad(at, "pad", at.x, counted, 0.0) if is_padded(counted) else at.x
        return average_pool(at, "", x, op.kernel, op.stride, rest)
    x = pad(at, "pad", at.x, op.windows.pads, 0.0)
    means = average_pool(at, "pool", x, op.kernel, op.stride, none)
    extents = padded(at.x, counted)[1][2:]
    if whole(extents):
        return at.end("Mul", means, _inverse_shares(at, op, extents, rest))
    return at.end("Div", means, _shares(at, op, extents, rest))


def _shares(at: Site, op: AveragePool, extents: Extents, rest: Pads) -> Tensor:
    """The share of each window that lies in ``extents`` rather than in ``rest`` around them.

    It is the mean of ones and zeros.
    """
    spatial = [extent for extent in extents if not isinstance(extent, str)]
    shape = (1, 1, *spatial)
    one = Constant("one", np.ones(1, np.float32))
    ones = at.step("ones", "Expand", one, at.sizes("ones", "shape", *shape), shape=shape)
    padded_ones = pad(at, "padded_ones", ones, rest, 0.0)
    return average_pool(at, "shares", padded_ones, op.kernel, op.stride, no_pads(len(rest)))


def _inverse_shares(at: Site, op: AveragePool, extents: Sequence[int], rest: Pads) -> Constant:
    """The size of a window by the number of its elements that lie in ``extents``, at every position."""
    begins = (before for before, _ in rest)
    sizes = (
        numbers(dims, "unequal padding") for dims in zip(extents, at.y_type.spatial, begins, strict=True)
    )
    windows = zip(sizes, op.kernel, op.stride, strict=True)
    return outer(
        [
            [kernel / _elements(index * stride - before, kernel, extent) for index in range(count)]
            for (extent, count, before), kernel, stride in windows
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
