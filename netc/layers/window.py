"""From the paddings that a person writes to the pads that an op has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from netc.errors import Mistake
from netc.ops.window import dilated, same_pads, spatial_tuple
from netc.types.dims import at_least
from netc.types.tensor import AXES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netc.layers.options import Padding
    from netc.ops.window import Pads, WholePads
    from netc.types import Shape


def pad_amounts(
    padding: Padding,
    spatial: Shape,
    kernel: tuple[int, ...],
    stride: tuple[int, ...],
    dilation: tuple[int, ...],
) -> Pads:
    """What is added before and after each spatial axis, in elements.

    ``same`` is TensorFlow's rule (``ceil(W/S)`` windows, the odd element at the end); ``half`` is
    ``dilation·(kernel − 1)/2`` on both sides. Raises ``Mistake`` where that is not whole.
    """
    windows = [dilated(k, d) for k, d in zip(kernel, dilation, strict=True)]
    if padding == "same":
        return tuple(map(same_pads, spatial, windows, stride))
    return whole_pads(padding, windows)


def whole_pads(
    padding: Literal["valid", "half"] | int | tuple[int | tuple[int, int], ...], windows: Sequence[int]
) -> WholePads:
    """The same of paddings that depend on the windows alone, whose extents are given one an axis."""
    axes = len(windows)
    match padding:
        case "valid":
            return ((0, 0),) * axes
        case "half":
            return tuple(_half(axis, axes, window) for axis, window in enumerate(windows))
        case int():
            return ((padding, padding),) * axes
        case _:
            spatial_tuple([0] * len(padding), axes, "padding")
            return tuple((side, side) if isinstance(side, int) else side for side in padding)


def _half(axis: int, axes: int, window: int) -> tuple[int, int]:
    if window % 2 == 0:
        raise Mistake(
            "E407",
            "`padding: half` is not whole",
            label=f"({window} − 1)/2 along {AXES[axes][axis]}",
            help="use an odd kernel, or `padding: same`",
            option="padding",
        )
    return window // 2, window // 2


def check_pool_pads(pads: Pads, kernel: tuple[int, ...]) -> None:
    """Raise unless each side of a pool's padding, in numbers, is smaller than its kernel."""
    for axis, (sides, size) in enumerate(zip(pads, kernel, strict=True)):
        for side in sides:
            if not at_least(size - 1, side):
                raise Mistake(
                    "E407",
                    "a pool's padding must be smaller than its kernel on each side",
                    label=f"padding {side}, kernel {size} along {AXES[len(pads)][axis]}",
                    help=f"at most {size - 1} fits",
                    option="padding",
                )
