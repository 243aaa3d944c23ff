"""Pooling: windows, whole maps and bins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, final

from netc.errors import Mistake
from netc.ops.op import Operation, require_float, require_map
from netc.ops.window import Pads, Windows
from netc.types import TensorType
from netc.types.dims import shape_text

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

    def infer(self, x: TensorType) -> TensorType:
        """``[C, W…]`` to ``[C, (W − F + 2P)/S + 1…]``."""
        require_map(x, "pool")
        windows = Windows(self.kernel, self.stride, self.pads, (1,) * len(self.kernel))
        return x.with_shape((x.channels, *windows.counts(x.spatial, "pool")))


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
    remainder: tuple[int, ...]
    count_padding: bool

    def infer(self, x: TensorType) -> TensorType:
        """``[C, W…]`` to ``[C, (W − F + 2P + remainder)/S + 1…]``."""
        require_map(x, "pool")
        pads = tuple((b, e + r) for (b, e), r in zip(self.pads, self.remainder, strict=True))
        windows = Windows(self.kernel, self.stride, pads, (1,) * len(self.kernel))
        return x.with_shape((x.channels, *windows.counts(x.spatial, "pool")))


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
        return x.with_shape((x.channels, *self.to))

    def bins(self, extent: int, axis: int) -> list[tuple[int, int]]:
        """Start and end of each bin along spatial axis ``axis`` (from 0) of ``extent`` elements.

        >>> AdaptivePool("avg", (3,)).bins(7, 0)
        [(0, 3), (2, 5), (4, 7)]
        """
        count = self.to[axis]
        return [(i * extent // count, -(-(i + 1) * extent // count)) for i in range(count)]
