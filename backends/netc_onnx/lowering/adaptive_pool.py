"""Adaptive pooling in ONNX, which has no op for it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from netc_onnx.lowering.pool import outer
from netc_onnx.phrases import average_pool, is_padded, max_pool, no_pads, pad, reduce, reshape
from netc_onnx.tensors import Tensor, integers, whole

if TYPE_CHECKING:
    from netc.ops.pool import AdaptivePool
    from netc.ops.window import Pads
    from netc_onnx.site import Site


class Windows(NamedTuple):
    """The bins of one axis as windows of one size.

    ``order`` lists the elements that are gathered first, bin after bin; it is empty where the bins
    are windows already. ``shares`` are the window's size by each bin's.
    """

    kernel: int
    stride: int
    order: tuple[int, ...]
    shares: tuple[float, ...]


def lower_adaptive_pool(at: Site, op: AdaptivePool) -> Tensor:
    """One pool over windows of equal size.

    Where the bins are not, their elements are gathered bin after bin first. A bin smaller than the
    window is filled up: for a maximum by its last element again, for a mean by a zero from beyond the
    end, and the mean is then scaled. Axes of symbolic sizes are pooled before, one at a time.
    """
    average = op.mode == "avg"
    if all(count == 1 for count in op.to):
        return at.end("GlobalAveragePool" if average else "GlobalMaxPool", at.x)
    x = _symbolic_axes_pooled(at, op)
    extents = x.shape[2:]
    if not whole(at.x.shape[2:]) and extents == op.to:
        return x
    assert whole(extents), f"{extents} are not all pooled"
    axes = [windows(op.bins(size, axis), size, fill=average) for axis, size in enumerate(extents)]
    x = _gathered(at, x, axes)
    pool, kernel, stride = average_pool if average else max_pool, *_sizes(axes)
    if not average or all(share == 1 for axis in axes for share in axis.shares):
        return pool(at, "", x, kernel, stride, no_pads(len(axes)))
    means = pool(at, "pool", x, kernel, stride, no_pads(len(axes)))
    return at.end("Mul", means, outer([axis.shares for axis in axes]))


def _symbolic_axes_pooled(at: Site, op: AdaptivePool) -> Tensor:
    """The value, each spatial axis of symbolic size reduced to its bins, which are of one size.

    The last goes first: what follows an axis has numbers for sizes then. The result is the op's where its
    shape is.
    """
    x = at.x
    for place in reversed(range(2, len(x.shape))):
        extent, count = x.shape[place], op.to[place - 2]
        if isinstance(extent, int | str):
            continue
        kind, axis = "ReduceMean" if op.mode == "avg" else "ReduceMax", place - 2
        shape = (*x.shape[:place], count, *x.shape[place + 1 :])
        label = "" if shape[2:] == op.to else f"bins{axis}"
        if count == 1:
            x = reduce(at, label, kind, x, place, keepdims=True)
        else:
            split = (*shape[: place + 1], extent // count, *shape[place + 1 :])
            x = reduce(at, label, kind, reshape(at, f"split{axis}", x, split), place + 1, keepdims=False)
    return x


def windows(bins: list[tuple[int, int]], extent: int, *, fill: bool) -> Windows:
    """Bins (each a start and an end) of an axis of ``extent`` elements as windows of one size.

    ``fill`` fills small bins with element ``extent``, beyond the end, rather than with their last.

    >>> windows([(0, 3), (2, 5), (4, 7)], 7, fill=True)
    Windows(kernel=3, stride=2, order=(), shares=(1.0, 1.0, 1.0))
    >>> windows([(0, 2), (1, 4), (3, 5)], 5, fill=True)
    Windows(kernel=3, stride=3, order=(0, 1, 5, 1, 2, 3, 3, 4, 5), shares=(1.5, 1.0, 1.5))
    """
    kernel = max(end - start for start, end in bins)
    shares = tuple(kernel / (end - start) for start, end in bins)
    steps = {later[0] - start for (start, _), later in pairwise(bins)} or {kernel}
    if len(steps) == 1 and min(steps) > 0:  # then all are of one size: ends mirror starts
        return Windows(kernel, steps.pop(), (), shares)
    order = (
        index if index < end else extent if fill else end - 1
        for start, end in bins
        for index in range(start, start + kernel)
    )
    return Windows(kernel, kernel, tuple(order), shares)


def _gathered(at: Site, x: Tensor, axes: list[Windows]) -> Tensor:
    """The elements of the bins side by side, along each axis where they are not windows already."""
    beyond: Pads = tuple(
        (0, int(extent in axis.order)) for axis, extent in zip(axes, at.x_type.spatial, strict=True)
    )
    if is_padded(beyond):
        x = pad(at, "pad", x, beyond, 0.0)
    for place, axis in enumerate(axes, start=2):
        if axis.order:
            shape = (*x.shape[:place], len(axis.order), *x.shape[place + 1 :])
            x = at.step(
                f"bins{place - 2}", "Gather", x, integers("indices", *axis.order), shape=shape, axis=place
            )
    return x


def _sizes(axes: list[Windows]) -> tuple[list[int], list[int]]:
    return [axis.kernel for axis in axes], [axis.stride for axis in axes]
