"""Ops that arrange elements anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from netc.errors import Mistake
from netc.ops.elementwise import axes_help, unequal
from netc.ops.op import Operation
from netc.ops.reading import Reading, Readings, kept
from netc.types import Dim, TensorType
from netc.types.dims import ceil_divide, equal, number, product, smallest


@final
@dataclass(frozen=True, slots=True)
class Flatten(Operation):
    """Axis ``axis`` (from 0, without the batch) and all after it to one.

    >>> Flatten(0).infer(TensorType((16, 5, 5))), Flatten(1).infer(TensorType((64, 8, 8)))
    (TensorType(shape=(400,), dtype='float32'), TensorType(shape=(64, 64), dtype='float32'))
    """

    axis: int

    def infer(self, x: TensorType) -> TensorType:
        """``[a, b, c]`` to ``[a·b·c]`` or ``[a, b·c]``."""
        if self.axis and self.axis >= x.rank:
            raise Mistake(
                "E401",
                "`flatten` starts beyond the last axis",
                label=f"axis {self.axis} of {x.describe()}",
                help=axes_help(x.rank),
                option="axis",
            )
        shape = (*x.shape[: self.axis], product(x.shape[self.axis :]))
        return TensorType(shape, x.dtype, x.layout if len(shape) > 1 else "channels_first")

    def readings(self, output: TensorType, x: TensorType) -> Readings:
        """What becomes one with others has no place along any axis."""
        return kept(output.rank, [self.axis] if output.rank != x.rank else ())


@final
@dataclass(frozen=True, slots=True)
class Slice(Operation):
    """Elements ``start`` to ``stop`` (exclusive), ``step`` apart, along ``axis`` (without the batch).

    ``0 ≤ start < stop ≤ size``; each of both is a number, or a number less than the axis's size.

    >>> Slice(0, 0, 24, 1).infer(TensorType((48, 28, 28)))
    TensorType(shape=(24, 28, 28), dtype='float32')
    """

    axis: int
    start: Dim
    stop: Dim
    step: int

    def infer(self, x: TensorType) -> TensorType:
        """The axis's size becomes ``ceil((stop − start)/step)``."""
        size = ceil_divide(self.stop - self.start, self.step)
        return x.with_shape((*x.shape[: self.axis], size, *x.shape[self.axis + 1 :]))

    def places(self, x: TensorType) -> tuple[int, int | None]:
        """Start and stop in numbers: from 0, or below 0 from the axis's end; ``None`` is the end itself."""
        size, what = x.shape[self.axis], "the places of a slice"
        start = self.start if isinstance(self.start, int) else number(self.start - size, what)
        if isinstance(self.stop, int):
            return start, self.stop
        return start, number(self.stop - size, what) or None

    def readings(self, output: TensorType, x: TensorType) -> Readings:
        """Some elements along its axis; where they begin at a symbol's, as where that is smallest."""
        del x
        start = smallest(self.start)
        sliced = Reading(self.axis, start, start, self.step)
        return tuple(sliced if axis == self.axis else Reading(axis) for axis in range(output.rank))


@final
@dataclass(frozen=True, slots=True)
class Concat(Operation):
    """Several values side by side along ``axis`` (from 0, without the batch).

    >>> Concat(0).infer(TensorType((64, 28, 28)), TensorType((128, 28, 28)))
    TensorType(shape=(192, 28, 28), dtype='float32')
    """

    axis: int

    def infer(self, *inputs: TensorType) -> TensorType:
        """The axis's sizes add up; all else is equal."""
        first = inputs[0]
        if not 0 <= self.axis < first.rank:
            raise Mistake(
                "E401",
                "`axis` is beyond the values' axes",
                label=f"axis {self.axis} of {first.describe()}",
                help=axes_help(first.rank),
                option="axis",
            )
        for index, value in enumerate(inputs[1:], start=2):
            if value.rank != first.rank or value.layout != first.layout or value.dtype != first.dtype:
                raise unequal("`concat` needs values of one kind", first, value, index)
            others = (
                equal(a, b)
                for axis, (a, b) in enumerate(zip(first.shape, value.shape, strict=True))
                if axis != self.axis
            )
            if not all(others):
                message = "`concat` needs equal shapes but for its axis"
                raise unequal(message, first, value, index, self.axis)
        total: Dim = sum(value.shape[self.axis] for value in inputs)
        return first.with_shape((*first.shape[: self.axis], total, *first.shape[self.axis + 1 :]))

    def readings(self, output: TensorType, x: TensorType) -> Readings:
        """Along its axis a place means another input's element each time."""
        del x
        return kept(output.rank, [self.axis])
