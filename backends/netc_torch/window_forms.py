"""Convolutions and pools: torch's own padding where it can say the pads, explicit pads where not.

What follows the windows' last element is never read. So pads that differ at the end are still torch's
own where torch, padding both sides as the beginning, makes as many windows: all of them lie where the
op's lie, and read the same fill.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from torch import nn

from netc.ops.window import Windows, ceil_remainder, dilated, window_count
from netc_torch import windows
from netc_torch.forms import leaf

if TYPE_CHECKING:
    from netc.ops.conv import Conv
    from netc.ops.pool import AdaptivePool, AveragePool, GlobalPool, MaxPool
    from netc.ops.window import Pads
    from netc.types import TensorType
    from netc_torch.forms import Leaf

CONVS: tuple[type[nn.Module], ...] = (nn.Conv1d, nn.Conv2d, nn.Conv3d)
PADDED_CONVS = (windows.PaddedConv1d, windows.PaddedConv2d, windows.PaddedConv3d)
MAX_POOLS: tuple[type[nn.Module], ...] = (nn.MaxPool1d, nn.MaxPool2d, nn.MaxPool3d)
PADDED_MAX_POOLS = (windows.PaddedMaxPool1d, windows.PaddedMaxPool2d, windows.PaddedMaxPool3d)
AVERAGE_POOLS: tuple[type[nn.Module], ...] = (nn.AvgPool1d, nn.AvgPool2d, nn.AvgPool3d)
PADDED_AVERAGE_POOLS = (windows.PaddedAvgPool1d, windows.PaddedAvgPool2d, windows.PaddedAvgPool3d)
ADAPTIVE_POOLS: dict[str, tuple[type[nn.Module], ...]] = {
    "avg": (nn.AdaptiveAvgPool1d, nn.AdaptiveAvgPool2d, nn.AdaptiveAvgPool3d),
    "max": (nn.AdaptiveMaxPool1d, nn.AdaptiveMaxPool2d, nn.AdaptiveMaxPool3d),
}


def flat(pads: Pads) -> tuple[int, ...]:
    """Pads as ``torch.nn.functional.pad`` takes them: the last axis first."""
    return tuple(chain.from_iterable(reversed(pads)))


def before(pads: Pads) -> tuple[int, ...]:
    """What is added at the beginning of each axis."""
    return tuple(begin for begin, _ in pads)


def conv(op: Conv, x: TensorType) -> Leaf:
    """A convolution of torch's, after explicit pads where its own cannot say them."""
    axes = len(op.kernel)
    options: dict[str, Any] = {
        "in_channels": x.channels,
        "out_channels": op.channels,
        "kernel_size": op.kernel,
        "stride": op.stride,
        "dilation": op.dilation,
        "groups": op.groups,
        "bias": op.bias,
        "device": "meta",
    }
    placed = Windows(op.kernel, op.stride, op.pads, op.dilation)
    if floors(placed, x):
        return leaf(CONVS[axes - 1], padding=before(op.pads), **options)
    return leaf(PADDED_CONVS[axes - 1], pads=flat(op.pads), **options)


def torch_windows(placed: Windows, x: TensorType, *, ceil: bool) -> list[int]:
    """How many windows torch makes with the pads before each axis on both sides; 0 where none fits."""
    counts: list[int] = []
    for extent, kernel, stride, (begin, _), dilation in zip(x.spatial, *placed, strict=True):
        window = dilated(kernel, dilation)
        more = ceil_remainder(extent, window, stride, (begin, begin)) if ceil else 0
        padded = extent + 2 * begin
        counts.append(window_count(padded + more, window, stride) if padded >= window else 0)
    return counts


def floors(placed: Windows, x: TensorType) -> bool:
    """Whether torch makes these windows by its own padding."""
    return torch_windows(placed, x, ceil=False) == list(placed.counts(x.spatial, "window"))


def rounds_up(placed: Windows, x: TensorType) -> bool:
    """Whether torch makes these windows by its own padding and ``ceil_mode``."""
    return torch_windows(placed, x, ceil=True) == list(placed.counts(x.spatial, "window"))


def small(pads: Pads, kernel: tuple[int, ...]) -> bool:
    """Whether torch's pools accept the pads before each axis: at most half the kernel."""
    return all(2 * begin <= size for (begin, _), size in zip(pads, kernel, strict=True))


def max_pool(op: MaxPool, x: TensorType) -> Leaf:
    """A pool of torch's, after explicit pads of −∞ where its own cannot say them."""
    axes = len(op.kernel)
    options: dict[str, Any] = {"kernel_size": op.kernel, "stride": op.stride}
    placed = Windows(op.kernel, op.stride, op.pads, (1,) * axes)
    if small(op.pads, op.kernel):
        if floors(placed, x):
            return leaf(MAX_POOLS[axes - 1], padding=before(op.pads), **options)
        if rounds_up(placed, x):
            return leaf(MAX_POOLS[axes - 1], padding=before(op.pads), ceil_mode=True, **options)
    return leaf(PADDED_MAX_POOLS[axes - 1], pads=flat(op.pads), fill=float("-inf"), **options)


def average_pool(op: AveragePool, x: TensorType) -> Leaf:
    """A pool of torch's, after explicit pads that count, or by sums and counts."""
    axes = len(op.kernel)
    options: dict[str, Any] = {"kernel_size": op.kernel, "stride": op.stride}
    own = {"padding": before(op.pads), "count_include_pad": op.count_padding}
    reach = tuple((begin, end + more) for (begin, end), more in zip(op.pads, op.remainder, strict=True))
    placed = Windows(op.kernel, op.stride, reach, (1,) * axes)
    # A window that reaches beyond the padding is divided by what counts alone: torch counts the same
    # only where nothing that counts differs between the sides.
    even = all(begin == end for begin, end in op.pads)
    if small(op.pads, op.kernel):
        if not any(op.remainder) and floors(placed, x):
            return leaf(AVERAGE_POOLS[axes - 1], **own, **options)
        if (even or not op.count_padding) and rounds_up(placed, x):
            return leaf(AVERAGE_POOLS[axes - 1], **own, ceil_mode=True, **options)
    if op.count_padding and not any(op.remainder):
        return leaf(PADDED_AVERAGE_POOLS[axes - 1], pads=flat(op.pads), **options)
    return leaf(
        windows.CountedAveragePool,
        kernel=op.kernel,
        stride=op.stride,
        pads=flat(op.pads),
        remainder=flat(tuple((0, more) for more in op.remainder)),
        count_padding=op.count_padding,
    )


def global_pool(op: GlobalPool, x: TensorType) -> Leaf:
    """Over every axis but the batch and the channels."""
    base = windows.GlobalAveragePool if op.mode == "avg" else windows.GlobalMaxPool
    dims = tuple(axis + 1 for axis in range(x.rank) if axis != x.channel_axis)
    return leaf(base, dims=dims, keepdims=op.keepdims)


def adaptive_pool(op: AdaptivePool) -> Leaf:
    """Torch's own rule."""
    return leaf(ADAPTIVE_POOLS[op.mode][len(op.to) - 1], output_size=op.to)
