"""Ops that move, add or take away elements, of whatever type, and compute nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, final

from netc.errors import Mistake
from netc.ops.elementwise import axes_help
from netc.ops.op import Operation, require_spatial
from netc.ops.reading import Reading, Readings, kept
from netc.ops.window import WholePads
from netc.types import Dim, Dtype, Layout, Shape, TensorType, shape_text
from netc.types.dims import at_least, equal, refute_at_least, refute_equal, smallest
from netc.types.tensor import AXES

PadMode = Literal["constant", "reflect", "replicate"]
Crops = tuple[tuple[Dim, Dim], ...]
"""Elements taken away before and after, one pair a spatial axis."""

WHOLE_FILLS: dict[Dtype, tuple[int, int]] = {"uint8": (0, 2**8 - 1), "int64": (-(2**53), 2**53)}
"""The least and the largest number that a padding of whole elements can hold."""


@final
@dataclass(frozen=True, slots=True)
class Reshape(Operation):
    """The same elements in the same order, the last axis fastest, in another shape and layout.

    >>> Reshape((64, 7, 7), "channels_first").infer(TensorType((3136,)))
    TensorType(shape=(64, 7, 7), dtype='float32')
    """

    shape: Shape
    layout: Layout

    def infer(self, x: TensorType) -> TensorType:
        """``shape``, which has as many elements as the value."""
        result = TensorType(self.shape, x.dtype, self.layout)
        why = None if equal(x.elements, result.elements) else refute_equal(x.elements, result.elements)
        if why is not None:
            before, after = f"{shape_text(x.shape)} has {x.elements}", f"{shape_text(self.shape)} has"
            raise Mistake(
                "E407",
                "`reshape` keeps every element",
                label=why.label(f"{before} elements, {after} {result.elements}"),
                help="one of the dims may be `-1`: it becomes what the others leave",
                option="dims",
            )
        axes = 1 if x.dtype == "int64" else 2
        if result.is_sequence and result.rank != axes:
            raise Mistake(
                "E401",
                f"a sequence has the shape {'[T]' if axes == 1 else '[T, F]'}",
                label=f"`layout: sequence` beside {shape_text(self.shape)}",
                help="give it these axes, time first, or leave `layout` out",
                option="layout",
            )
        return result

    def readings(self, output: TensorType, x: TensorType) -> Readings:
        """No axis is an old one's."""
        del x
        return kept(output.rank, range(output.rank))


@final
@dataclass(frozen=True, slots=True)
class Permute(Operation):
    """The axes in another order: axis ``i`` of the result is axis ``order[i]`` (from 0, without the batch).

    Of two axes changed about, a feature map becomes a sequence, and a sequence a feature map. What is fed
    as ``hwc`` becomes a feature map. Else the layout stays.

    >>> Permute((2, 0, 1)).infer(TensorType((32, 48, 3)))
    TensorType(shape=(3, 32, 48), dtype='float32')
    """

    order: tuple[int, ...]

    def infer(self, x: TensorType) -> TensorType:
        """``[a, b, c]`` to its axes in the order given, each of them once."""
        if sorted(self.order) != list(range(x.rank)):
            raise Mistake(
                "E401",
                "`permute` names every axis once",
                label=f"[{', '.join(map(str, self.order))}] of {x.describe()}",
                help=axes_help(x.rank),
                option="order",
            )
        return TensorType(tuple(x.shape[axis] for axis in self.order), x.dtype, self._layout(x))

    def _layout(self, x: TensorType) -> Layout:
        if x.layout == "hwc":
            return "channels_first"
        if self.order != (1, 0) or x.dtype == "int64":
            return x.layout
        return "channels_first" if x.is_sequence else "sequence"

    def readings(self, output: TensorType, x: TensorType) -> Readings:
        """The axes in their new order."""
        del output, x
        return tuple(map(Reading, self.order))


@final
@dataclass(frozen=True, slots=True)
class Pad(Operation):
    """More elements before and after each spatial axis of a feature map.

    They are ``value`` (``constant``), the elements next to the edge as a mirror on its outermost elements
    shows them (``reflect``: ``c b | a b c``), or the outermost element again (``replicate``).

    >>> Pad(((1, 1), (0, 2)), "constant", 0.0).infer(TensorType((3, 32, 32)))
    TensorType(shape=(3, 34, 34), dtype='float32')
    """

    pads: WholePads
    mode: PadMode
    value: float

    def infer(self, x: TensorType) -> TensorType:
        """``[C, W…]`` to ``[C, W + before + after…]``."""
        require_spatial(x, "pad")
        self._check_value(x)
        if self.mode == "reflect":
            self._check_mirror(x)
        fields = zip(x.spatial, self.pads, strict=True)
        return x.with_shape((x.channels, *(size + before + after for size, (before, after) in fields)))

    def _check_value(self, x: TensorType) -> None:
        if x.dtype == "float32":
            return
        least, most = WHOLE_FILLS[x.dtype]
        if not self.value.is_integer() or not least <= self.value <= most:
            raise Mistake(
                "E406",
                f"`pad` fills {x.dtype} with a whole number from {least} to {most}",
                label=f"given {self.value:g}",
                help="choose one of these" + (", or `normalize` before it" if x.dtype == "uint8" else ""),
                option="mode",
            )

    def _check_mirror(self, x: TensorType) -> None:
        for axis, (size, sides) in enumerate(zip(x.spatial, self.pads, strict=True)):
            most = max(sides)
            why = None if at_least(size, most + 1) else refute_at_least(size, most + 1)
            if why is not None:
                name = AXES[len(x.spatial)][axis]
                label = f"{most} along {name}, which has {size}, the input is {shape_text(x.spatial)}"
                raise Mistake(
                    "E407",
                    "`mode: reflect` adds fewer elements than there are",
                    label=why.label(label, f"{most} of {{first}}"),
                    help=why.help("pad less, or use `mode: replicate`, which takes any number"),
                    option="amounts",
                )

    def readings(self, output: TensorType, x: TensorType) -> Readings:
        """Each element, moved by what stands before it."""
        del output, x
        moved = (Reading(axis, -before, -before) for axis, (before, _) in enumerate(self.pads, start=1))
        return Reading(0), *moved


@final
@dataclass(frozen=True, slots=True)
class Crop(Operation):
    """Fewer elements before and after each spatial axis of a feature map.

    >>> Crop(((2, 2), (0, 1))).infer(TensorType((64, 32, 32)))
    TensorType(shape=(64, 28, 31), dtype='float32')
    """

    crops: Crops

    def infer(self, x: TensorType) -> TensorType:
        """``[C, W…]`` to ``[C, W − before − after…]``."""
        require_spatial(x, "crop")
        rest: list[Dim] = []
        for axis, (size, (before, after)) in enumerate(zip(x.spatial, self.crops, strict=True)):
            rest.append(size - before - after)
            why = None if at_least(rest[-1], 1) else refute_at_least(size, before + after + 1)
            if why is not None:
                label = f"{before} + {after} of {size} along {AXES[len(x.spatial)][axis]}"
                raise Mistake(
                    "E407",
                    "`crop` leaves nothing",
                    label=why.label(f"{label}, the input is {shape_text(x.spatial)}", "{first} elements"),
                    help=why.help("crop less, or use fewer strides before it"),
                    option="amounts",
                )
        return x.with_shape((x.channels, *rest))

    def readings(self, output: TensorType, x: TensorType) -> Readings:
        """Each element, moved by what is taken away before it; a symbolic number as where it is smallest."""
        del output, x
        starts = (smallest(before) for before, _ in self.crops)
        return Reading(0), *(Reading(axis, start, start) for axis, start in enumerate(starts, start=1))
