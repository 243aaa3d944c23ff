"""Pooling: windows, whole maps and bins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, final

from netc.errors import Mistake
from netc.ops.op import Operation, require_float, require_map
from netc.ops.reading import Reading, Readings
from netc.ops.window import Pads, Windows
from netc.types import Dim, TensorType
from netc.types.dims import Shape, number, refute_divides, shape_text

PoolMode = Literal["max", "avg"]


@final
@dataclass(frozen=True, slots=True)
class MaxPool(Operation):
    """The largest element of each window; padding counts as −∞.

    >>> MaxPool((3, 3), (2, 2), ((0, 1), (0, 1))).infer(TensorType((64, 112, 112)))
    TensorType(shape=(64, 56, 56), dtype='float32')
    """

    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    pads: Pads

    @property
    def windows(self) -> Windows:
        """Those that it takes the maximum of."""
        return Windows(self.kernel, self.stride, self.pads, (1,) * len(self.kernel))

    def infer(self, x: TensorType) -> TensorType:
        """``[C, W…]`` to ``[C, (W − F + 2P)/S + 1…]``."""
        require_map(x, "pool")
        return x.with_shape((x.channels, *self.windows.counts(x.spatial, "pool")))

    def readings(self, output: TensorType, x: TensorType) -> Readings:
        """Each channel by itself, through the windows."""
        del output, x
        return Reading(0), *self.windows.readings()


@final
@dataclass(frozen=True, slots=True)
class AveragePool(Operation):
    """The mean of each window.

    The declared ``pads`` are zeros that count as elements only with ``count_padding``;
    ``remainder`` (elements after the end, one an axis) is what rounding up lets the last window
    reach beyond them, and never counts.

    >>> AveragePool((3, 3), (2, 2), ((1, 1), (1, 1)), (0, 0), False).infer(TensorType((8, 7, 7)))
    TensorType(shape=(8, 4, 4), dtype='float32')
    """

    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    pads: Pads
    remainder: tuple[Dim, ...]
    count_padding: bool

    @property
    def windows(self) -> Windows:
        """Those that it takes the mean of; their pads hold the remainder, too."""
        pads = tuple((b, e + r) for (b, e), r in zip(self.pads, self.remainder, strict=True))
        return Windows(self.kernel, self.stride, pads, (1,) * len(self.kernel))

    def infer(self, x: TensorType) -> TensorType:
        """``[C, W…]`` to ``[C, (W − F + 2P + remainder)/S + 1…]``."""
        require_map(x, "pool")
        return x.with_shape((x.channels, *self.windows.counts(x.spatial, "pool")))

    def readings(self, output: TensorType, x: TensorType) -> Readings:
        """Each channel by itself, through the windows."""
        del output, x
        return Reading(0), *self.windows.readings()


@final
@dataclass(frozen=True, slots=True)
class GlobalPool(Operation):
    """The mean or maximum over all positions: ``[C, …]`` to ``[C]``, a sequence ``[T, F]`` to ``[F]``.

    With ``keepdims`` the axes stay, of size 1.

    >>> GlobalPool("avg", keepdims=False).infer(TensorType((1024, 7, 7)))
    TensorType(shape=(1024,), dtype='float32')
    """

    mode: PoolMode
    keepdims: bool

    def infer(self, x: TensorType) -> TensorType:
        """Every axis but the channels', reduced."""
        require_float(x, "global_pool")
        if not (x.is_map or x.is_sequence):
            raise Mistake(
                "E401",
                "`global_pool` needs a feature map or a sequence",
                label=f"given {x.describe()}",
                help="leave it out: there are no positions to pool over",
            )
        if self.keepdims:
            return x.with_shape(tuple(d if a == x.channel_axis else 1 for a, d in enumerate(x.shape)))
        return TensorType((x.channels,))

    def readings(self, output: TensorType, x: TensorType) -> Readings:
        """Each channel by itself, at all positions."""
        reading = Reading(x.channel_axis)
        return tuple(reading if axis == output.channel_axis else None for axis in range(output.rank))


@final
@dataclass(frozen=True, slots=True)
class AdaptivePool(Operation):
    """Bins of nearly equal size, as many as ``to`` says along each spatial axis.

    PyTorch's rule: bin ``i`` of ``n`` over ``W`` elements goes from ``floor(i·W/n)`` to
    ``ceil((i + 1)·W/n)``; bins overlap where ``n`` does not divide ``W``, and repeat where it is larger.

    >>> AdaptivePool("avg", (6, 6)).infer(TensorType((256, 13, 13)))
    TensorType(shape=(256, 6, 6), dtype='float32')
    """

    mode: PoolMode
    to: tuple[int, ...]

    def infer(self, x: TensorType) -> TensorType:
        """``[C, W…]`` to ``[C, to…]``."""
        require_map(x, "adaptive_pool")
        if len(self.to) != len(x.spatial):
            raise Mistake(
                "E401",
                "`to` has one number for each spatial axis",
                label=f"{len(self.to)} numbers for {shape_text(x.spatial)}",
                option="to",
            )
        for extent, to in zip(x.spatial, self.to, strict=True):
            if not isinstance(extent, int) and to != 1:
                _check_equal_bins(extent, to, x.spatial)
        return x.with_shape((x.channels, *self.to))

    def readings(self, output: TensorType, x: TensorType) -> Readings:
        """Each channel by itself, through its bins; all positions for one bin, or bins of symbolic size."""
        del output
        spatial = (
            Reading(axis, 0, extent - 1, extent, to) if isinstance(extent, int) and to > 1 else None
            for axis, (extent, to) in enumerate(zip(x.spatial, self.to, strict=True), start=1)
        )
        return Reading(0), *spatial

    def bins(self, extent: Dim, axis: int) -> list[tuple[int, int]]:
        """Start and end of each bin along spatial axis ``axis`` (from 0) of ``extent`` elements.

        >>> AdaptivePool("avg", (3,)).bins(7, 0)
        [(0, 3), (2, 5), (4, 7)]
        """
        count, size = self.to[axis], number(extent, "bins of unequal size")
        return [(i * size // count, -(-(i + 1) * size // count)) for i in range(count)]


def _check_equal_bins(extent: Dim, to: int, spatial: Shape) -> None:
    """Raise unless every value of a symbolic extent makes bins of one size."""
    why = refute_divides(to, extent)
    if why is not None:
        raise Mistake(
            "E407",
            "`to` must divide a symbolic size, or be 1",
            label=why.label(
                f"{to} bins of {extent}, the input is {shape_text(spatial)}", "{second} bins of {first}"
            ),
            help=why.help(f"pool to 1, or make the size a multiple of {to}"),
            option="to",
        )
