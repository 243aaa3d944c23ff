"""Convolutions and pools: torch's own padding where it can say the pads, explicit pads where not.

What follows the windows' last element is never read. So pads that differ at the end are still torch's
own where torch, padding both sides as the beginning, makes as many windows: all of them lie where the
op's lie, and read the same fill.

Pads that depend on a symbolic size are found when the module runs, from the size of what it reads: a spec
makes such pads by `same` and by rounding up alone, which need no more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from torch import nn

from netc.errors import BackendError
from netc.ops.window import Windows, ceil_remainder, dilated, same_pads, window_count
from netc.types.dims import at_least, equal, equal_shapes, number
from netc_torch.forms import leaf
from netc_torch.modules import windows

if TYPE_CHECKING:
    from netc.ops.conv import Conv
    from netc.ops.pool import AdaptivePool, AveragePool, GlobalPool, MaxPool
    from netc.ops.window import Pads
    from netc.types import Dim, TensorType
    from netc_torch.forms import Leaf
    from netc_torch.modules.windows import Sides

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


def before(pads: Pads) -> tuple[int, ...]:
    """What is added at the beginning of each axis, all of it numbers."""
    return tuple(number(begin, "padding at the beginning") for begin, _ in pads)


def sides(pads: Pads, windows_of: Windows, x: TensorType) -> tuple[Sides, ...]:
    """The pads of each axis: numbers, or how they follow from the size of what is read.

    Raises ``BackendError`` for pads that no spec makes: a symbol's by a rule of another kind.
    """
    found: list[Sides] = []
    for (begin, end), kernel, stride, dilation, extent in zip(
        pads, windows_of.kernel, windows_of.stride, windows_of.dilation, x.spatial, strict=True
    ):
        window = dilated(kernel, dilation)
        if isinstance(begin, int) and isinstance(end, int):
            found.append((begin, end))
        elif all(map(equal, (begin, end), same_pads(extent, window, stride))):
            found.append(windows.Same(window, stride))
        else:
            found.append(rounded(begin, end, extent, window, stride))
    return tuple(found)


def rounded(begin: Dim, end: Dim, extent: Dim, window: int, stride: int) -> windows.RoundedUp:
    """Pads whose end is numbers and what rounding up lets the last window reach."""
    if isinstance(begin, int):
        for declared in range(window):
            if equal(end, declared + ceil_remainder(extent, window, stride, (begin, declared))):
                return windows.RoundedUp(window, stride, begin, declared)
    message = f"pads of {begin} and {end} on an axis of {extent} follow from no rule that torch modules know"
    raise BackendError(message)


def conv(op: Conv, x: TensorType) -> Leaf:
    """A convolution of torch's, after explicit pads where its own cannot say them."""
    axes = len(op.kernel)
    options: dict[str, Any] = {
        "in_channels": number(x.channels, "input channels"),
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
    return leaf(PADDED_CONVS[axes - 1], sides=sides(op.pads, placed, x), **options)


def makes(placed: Windows, x: TensorType, *, ceil: bool) -> bool:
    """Whether torch makes these windows with the pads before each axis, which are numbers, on both sides."""
    counts: list[Dim] = []
    for extent, kernel, stride, (begin, _), dilation in zip(x.spatial, *placed, strict=True):
        window = dilated(kernel, dilation)
        if not isinstance(begin, int) or not at_least(extent + 2 * begin, window):
            return False
        more = ceil_remainder(extent, window, stride, (begin, begin)) if ceil else 0
        counts.append(window_count(extent + 2 * begin + more, window, stride))
    return equal_shapes(tuple(counts), placed.counts(x.spatial, "window"))


def floors(placed: Windows, x: TensorType) -> bool:
    """Whether torch makes these windows by its own padding."""
    return makes(placed, x, ceil=False)


def rounds_up(placed: Windows, x: TensorType) -> bool:
    """Whether torch makes these windows by its own padding and ``ceil_mode``."""
    return makes(placed, x, ceil=True)


def small(pads: Pads, kernel: tuple[int, ...]) -> bool:
    """Whether torch's pools accept the pads before each axis: numbers, at most half the kernel."""
    pairs = zip(pads, kernel, strict=True)
    return all(isinstance(begin, int) and 2 * begin <= size for (begin, _), size in pairs)


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
    own = sides(op.pads, placed, x)
    return leaf(PADDED_MAX_POOLS[axes - 1], sides=own, fill=float("-inf"), **options)


def average_pool(op: AveragePool, x: TensorType) -> Leaf:
    """A pool of torch's, after explicit pads that count, or by sums and counts."""
    axes = len(op.kernel)
    options: dict[str, Any] = {"kernel_size": op.kernel, "stride": op.stride}
    exact = all(isinstance(more, int) and not more for more in op.remainder)
    reach = tuple((begin, end + more) for (begin, end), more in zip(op.pads, op.remainder, strict=True))
    placed = Windows(op.kernel, op.stride, reach, (1,) * axes)
    # A window that reaches beyond the padding is divided by what counts alone: torch counts the same
    # only where nothing that counts differs between the sides.
    even = all(equal(begin, end) for begin, end in op.pads)
    # Torch wants a kernel of three axes to fit into what it reads without its padding.
    accepted = axes < 3 or all(map(at_least, x.spatial, op.kernel))
    if accepted and small(op.pads, op.kernel):
        own = {"padding": before(op.pads), "count_include_pad": op.count_padding}
        if exact and floors(placed, x):
            return leaf(AVERAGE_POOLS[axes - 1], **own, **options)
        if (even or not op.count_padding) and rounds_up(placed, x):
            return leaf(AVERAGE_POOLS[axes - 1], **own, ceil_mode=True, **options)
    declared = sides(op.pads, Windows(op.kernel, op.stride, op.pads, (1,) * axes), x)
    if op.count_padding and exact:
        return leaf(PADDED_AVERAGE_POOLS[axes - 1], sides=declared, **options)
    return leaf(
        windows.CountedAveragePool,
        kernel=op.kernel,
        stride=op.stride,
        declared=declared,
        reached=sides(reach, placed, x),
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
