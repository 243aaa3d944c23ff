"""The window rule that convolutions and pools share: (W − F + 2P)/S + 1, floored."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from netc.errors import Mistake
from netc.ops.reading import Reading
from netc.types.dims import (
    Dim,
    Shape,
    at_least,
    by_residue,
    number,
    refute_at_least,
    shape_text,
    simplest,
    smallest,
)
from netc.types.tensor import AXES

Pads: TypeAlias = "tuple[tuple[Dim, Dim], ...]"
"""Elements added before and after, one pair a spatial axis."""

WholePads: TypeAlias = tuple[tuple[int, int], ...]
"""The same where they depend on no symbol."""


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


@lru_cache(4096)
def same_pads(extent: Dim, kernel: int, stride: int) -> tuple[Dim, Dim]:
    """What ``same`` adds before and after so that there are ``ceil(extent / stride)`` windows.

    TensorFlow's rule: split evenly, the odd one at the end.

    >>> same_pads(224, 7, 2), same_pads(5, 1, 2)
    ((2, 3), (0, 0))
    """
    total = by_residue(extent - 1, stride, lambda rest: max(kernel - 1 - rest, 0))
    before = simplest(total // 2)
    return before, simplest(total - before)


def ceil_remainder(extent: Dim, kernel: int, stride: int, pads: tuple[Dim, Dim]) -> Dim:
    """What must be added at the end so that windows counted by rounding up fit.

    PyTorch's rule: no window starts beyond the input and its leading padding. ``extent`` is at least
    ``kernel`` once padded, and ``pads`` are numbers smaller than it.

    >>> ceil_remainder(112, 3, 2, (0, 0)), ceil_remainder(5, 2, 2, (1, 1))
    (1, 0)
    """
    before, after = pads
    beyond = kernel - number(after, "padding beside `round: ceil`")

    def missing(rest: int) -> int:
        """What the last window lacks where the windows cover all but ``rest`` elements."""
        lacking = -rest % stride
        return lacking if lacking < beyond else 0  # else it would start beyond the input

    return simplest(by_residue(extent + before + after - kernel, stride, missing))


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
        unfit: list[tuple[int, int, Dim]] = []
        for axis, (extent, kernel, stride, (before, after), dilation) in enumerate(fields):
            window = dilated(kernel, dilation)
            count = _counted(extent, before, after, window, stride)
            if count is None:
                unfit.append((axis, window, extent + before + after))
            else:
                counts.append(count)
        if unfit:
            raise too_large(what, spatial, unfit)
        return tuple(counts)

    def readings(self) -> tuple[Reading, ...]:
        """Where they lie along each spatial axis of a feature map; symbolic pads as where they are smallest.

        >>> Windows((7,), (2,), ((3, 3),), (1,)).readings()
        (Reading(axis=1, first=-3, last=3, down=2, up=1),)
        """
        fields = zip(self.kernel, self.stride, self.pads, self.dilation, strict=True)
        starts = ((-smallest(before), kernel, stride, gap) for kernel, stride, (before, _), gap in fields)
        return tuple(
            Reading(axis, first, first + dilated(kernel, gap) - 1, stride)
            for axis, (first, kernel, stride, gap) in enumerate(starts, start=1)
        )


@lru_cache(4096)
def _counted(extent: Dim, before: Dim, after: Dim, window: int, stride: int) -> Dim | None:
    """The number of windows along an axis; nothing where not even one fits."""
    padded = extent + before + after
    return simplest(window_count(padded, window, stride)) if at_least(padded, window) else None


def too_large(what: str, spatial: Shape, unfit: Sequence[tuple[int, int, Dim]]) -> Mistake:
    """The mistake of windows that do not fit: the axes where, each with its window and the padded input."""
    axis, window, padded = unfit[0]
    name = AXES[len(spatial)][axis]
    added = f" (padded to {padded})" if padded != spatial[axis] else ""
    label = f"{window} > {padded} along {name}, the input is {shape_text(spatial)}{added}"
    help_ = "use a smaller kernel, more padding, or fewer strides before it"
    if _channels_last(spatial, [axis for axis, _, _ in unfit]):
        help_ = f"channels are written first, as in `[3, 224, 224]`; else {help_}"
    found = [why for _, window, padded in unfit if (why := refute_at_least(padded, window)) is not None]
    if all(why.symbols for why in found):
        why = found[0].with_facts_of(found)
        given = f"{window} along {name}, the input is {shape_text(spatial)}{added}"
        label, help_ = why.label(given, "{second} > {first}"), why.help(help_)
    return Mistake("E402", f"the window of `{what}` is larger than its padded input", label=label, help=help_)


def _channels_last(spatial: Shape, unfit: Sequence[int]) -> bool:
    """Whether the last axis may be channels: it alone is too small, and is 1 or 3 beside larger ones."""
    *others, last = spatial
    larger = all(isinstance(size, int) and size >= 8 for size in others)
    return bool(others) and larger and last in (1, 3) and list(unfit) == [len(others)]


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
