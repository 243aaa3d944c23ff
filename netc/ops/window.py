"""The window rule that convolutions and pools share: (W − F + 2P)/S + 1, floored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from netc.errors import Mistake
from netc.types.dims import Dim, Shape, at_least, ceil_divide, shape_text
from netc.types.tensor import AXES

Pads = tuple[tuple[int, int], ...]
"""Elements added before and after, one pair a spatial axis."""


def dilated(kernel: int, dilation: int) -> int:
    """The extent of a kernel whose elements lie ``dilation`` apart.

    >>> dilated(3, 2)
    5
    """
    return dilation * (kernel - 1) + 1


def window_count(extent: Dim, kernel: int, stride: int) -> Dim:
    """How many windows of ``kernel`` fit in ``extent`` (both in elements), ``stride`` apart.

    The floor of (W − F + 2P)/S + 1, with P already added to ``extent``; Dumoulin and Visin, A guide
    to convolution arithmetic for deep learning (2016), relationship 6.

    >>> window_count(224 + 3 + 3, 7, 2)
    112
    """
    return (extent - kernel) // stride + 1


def same_pads(extent: Dim, kernel: int, stride: int) -> tuple[Dim, Dim]:
    """What ``same`` adds before and after so that there are ``ceil(extent / stride)`` windows.

    TensorFlow's rule: split evenly, the odd one at the end.

    >>> same_pads(224, 7, 2), same_pads(5, 1, 2)
    ((2, 3), (0, 0))
    """
    total = max((ceil_divide(extent, stride) - 1) * stride + kernel - extent, 0)
    return total // 2, total - total // 2


def ceil_remainder(extent: Dim, kernel: int, stride: int, pads: tuple[int, int]) -> Dim:
    """What must be added at the end so that windows counted by rounding up fit.

    PyTorch's rule: no window starts beyond the input and its leading padding.

    >>> ceil_remainder(112, 3, 2, (0, 0)), ceil_remainder(5, 2, 2, (1, 1))
    (1, 0)
    """
    before, after = pads
    count = ceil_divide(extent + before + after - kernel, stride) + 1
    if (count - 1) * stride >= extent + before:
        count -= 1
    return max(0, (count - 1) * stride + kernel - extent - before - after)


class Windows(NamedTuple):
    """Where the windows of a convolution or pool lie: one entry a spatial axis in each field."""

    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    pads: Pads
    dilation: tuple[int, ...]

    def counts(self, spatial: Shape, what: str) -> Shape:
        """The number of windows along each axis. Raises ``Mistake`` where none fits."""
        fields = zip(spatial, self.kernel, self.stride, self.pads, self.dilation, strict=True)
        counts: list[Dim] = []
        for axis, (extent, kernel, stride, (before, after), dilation) in enumerate(fields):
            window, padded = dilated(kernel, dilation), extent + before + after
            if not at_least(padded, window):
                raise too_large(what, spatial, axis, window, padded)
            counts.append(window_count(padded, window, stride))
        return tuple(counts)


def too_large(what: str, spatial: Shape, axis: int, window: int, padded: Dim) -> Mistake:
    """The mistake of a window that does not fit its padded input along ``axis``."""
    name = AXES[len(spatial)][axis]
    added = f" (padded to {padded})" if padded != spatial[axis] else ""
    return Mistake(
        "E402",
        f"the window of `{what}` is larger than its padded input",
        label=f"{window} > {padded} along {name}, the input is {shape_text(spatial)}{added}",
        help="use a smaller kernel, more padding, or fewer strides before it",
    )


def counted(number: int, one: str, several: str) -> str:
    """A number with its noun.

    >>> counted(1, "axis", "axes"), counted(2, "axis", "axes")
    ('1 axis', '2 axes')
    """
    return f"{number} {one if number == 1 else several}"


def spatial_tuple(value: int | Sequence[int], axes: int, option: str) -> tuple[int, ...]:
    """One number for all spatial axes, or one an axis, as one an axis."""
    if isinstance(value, int):
        return (value,) * axes
    if len(value) != axes:
        spatial = counted(axes, "spatial axis", "spatial axes")
        raise Mistake(
            "E401",
            f"`{option}` needs one number for each spatial axis",
            label=f"{counted(len(value), 'number', 'numbers')} for {spatial}",
            help=f"write one number for all axes, or {axes} of them",
            option=option,
        )
    return tuple(value)
