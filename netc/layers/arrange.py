"""Layers that move, add or take away elements."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import prod
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, cast, final, get_args

from pydantic import Field

from netc.errors import Mistake
from netc.layers.amounts import AMOUNTS_SCHEMA, Amounts, amounts_parser, pairs, sides_between
from netc.layers.base import Context, Layer, one
from netc.layers.options import Count, Positive, at_least, option, real, whole, within, words_type
from netc.layers.words import did_you_mean, expected, nearest
from netc.ops.arrange import Crop, Pad, PadMode, Permute, Reshape
from netc.ops.colour import LARGEST_FLOAT32
from netc.ops.elementwise import axes_help
from netc.ops.shape import Slice
from netc.reader.plain import is_list, is_mapping
from netc.types import Dim, Layout, Shape, TensorType, shape_text
from netc.types.dims import LARGEST_DIM, divides, refute_at_least, refute_divides
from netc.types.dims import at_least as least
from netc.types.tensor import MOST_AXES

if TYPE_CHECKING:
    from netc.graph import Value

_NAME = re.compile(r"[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*")
_ANY_NUMBER = re.compile(r"[0-9_.]+")


def _dim(value: object) -> int:
    number = whole(value)
    if number is None or (number < 1 and number != -1):
        expected("a positive whole number, or `-1` for what the others leave", value)
    return number if number == -1 else at_least(1)(number)


def _dims(value: object) -> tuple[int, ...]:
    if not is_list(value):
        example = f"[{value}]" if whole(value) is not None else ""
        help_ = f"a list of one is written `{example}`" if example else ""
        expected("a list of dims, without the batch, such as `[64, 7, 7]`", value, help=help_)
    if len(value) > MOST_AXES:
        raise Mistake("E104", f"a value has at most {MOST_AXES} axes", label=f"{len(value)} here")
    dims = tuple(within(index, _dim, dim) for index, dim in enumerate(value))
    if dims.count(-1) > 1:
        expected("`-1` once: it is what the others leave", value)
    return dims


def _order(value: object) -> tuple[int, ...]:
    if not is_list(value):
        expected("a list of axes, without the batch, such as `[1, 0]`", value)
    return tuple(within(index, _axis, axis) for index, axis in enumerate(value))


def _axis(value: object) -> int:
    number = whole(value)
    if number is not None and number < 0:
        expected(
            "a whole number, 0 or more", value, help="axes are counted from 0, the first after the batch"
        )
    return at_least(0)(value)


def _index(value: object) -> int:
    number = whole(value)
    if number is None:
        expected("a whole number", value)
    if abs(number) > LARGEST_DIM:
        raise Mistake("E104", "a number here must be below 2^31", label=f"{number:,}")
    return number


def _fill(value: object) -> str | Mapping[str, float]:
    words = ("zero", "reflect", "replicate")
    if isinstance(value, str) and value in words:
        return value
    if is_mapping(value) and list(value) == ["constant"]:
        return {"constant": within("constant", _constant, value["constant"])}
    meant = {"constant": "{constant: 0.5}", "edge": "replicate", "mirror": "reflect", "zeros": "zero"}
    hint = ""
    if isinstance(value, str):
        hint = did_you_mean(meant[value]) if value in meant else nearest(value, words)
    expected("`zero`, `reflect`, `replicate` or `{constant: NUMBER}`", value, help=hint)


def _constant(value: object) -> float:
    number = real(value)
    if abs(number) > LARGEST_FLOAT32:
        expected(f"a number of float32, at most {LARGEST_FLOAT32:.3g}", value)
    return number


_amounts_to_add = amounts_parser("`crop` takes elements away")
_numbers_to_crop = amounts_parser("`pad` adds elements", ", or a layer's name")


def _crop(value: object) -> Amounts | str:
    if isinstance(value, str) and _NAME.fullmatch(value) and not _ANY_NUMBER.fullmatch(value):
        return value
    return _numbers_to_crop(value)


_INTEGER: dict[str, Any] = {"type": "integer"}
_DIMS: dict[str, Any] = {"type": "array", "items": {"type": "integer", "minimum": -1}, "maxItems": MOST_AXES}
_ORDER: dict[str, Any] = {"type": "array", "items": {"type": "integer", "minimum": 0}}
_FILL: dict[str, Any] = {
    "anyOf": [
        {"enum": ["zero", "reflect", "replicate"]},
        {
            "type": "object",
            "properties": {"constant": {"type": "number"}},
            "required": ["constant"],
            "additionalProperties": False,
        },
    ]
}
_CROP: dict[str, Any] = {
    "anyOf": [*AMOUNTS_SCHEMA["anyOf"], {"type": "string", "pattern": f"^{_NAME.pattern}$"}]
}


@final
class ReshapeLayer(Layer):
    """The same elements in the same order (the last axis fastest) in another shape.

    The result is a feature map, a vector where it has one axis, or with ``layout: sequence`` a sequence
    ``[T, F]``. It has at most 8 axes.
    """

    kind: ClassVar[str] = "reshape"
    value_field: ClassVar[str] = "dims"

    dims: Annotated[tuple[int, ...], *option(_dims, _DIMS)] = Field(
        description="The dims, without the batch; one may be `-1`: what the others leave."
    )
    layout: Annotated[Layout, *words_type(*get_args(Layout))] = Field(
        "channels_first", description="`sequence` for `[T, F]`, time first."
    )

    def build(self, context: Context, *values: Value) -> Value:
        """One op, its ``-1`` in numbers."""
        x = one(values, self.kind)
        return context.emit(Reshape(filled(self.dims, x.type), self.layout), x)


def filled(dims: tuple[int, ...], x: TensorType) -> Shape:
    """The dims with what the others leave in place of ``-1``. Raises ``Mistake`` where that is not whole."""
    if -1 not in dims:
        return dims
    known = prod(dim for dim in dims if dim != -1)
    why = None if divides(known, x.elements) else refute_divides(known, x.elements)
    if why is not None:
        label = f"{shape_text(x.shape)} has {x.elements} elements, the other dims make {known}"
        raise Mistake(
            "E407",
            "the `-1` of `reshape` is not whole",
            label=why.label(label, "{first} elements"),
            help=why.help("the other dims, multiplied, must divide the number of elements"),
            option="dims",
        )
    return tuple(x.elements // known if dim == -1 else dim for dim in dims)


@final
class PermuteLayer(Layer):
    """The axes in another order: axis ``i`` of the result is the axis at place ``i`` of the list.

    ``permute: [1, 0]`` turns a sequence ``[T, F]`` into a feature map ``[F, T]``, and a feature map of one
    spatial axis into a sequence.
    """

    kind: ClassVar[str] = "permute"
    value_field: ClassVar[str] = "order"

    order: Annotated[tuple[int, ...], *option(_order, _ORDER)] = Field(
        description="Every axis once, counted from 0 without the batch."
    )

    def build(self, context: Context, *values: Value) -> Value:
        """One op."""
        return context.emit(Permute(self.order), one(values, self.kind))


@final
class PadLayer(Layer):
    """More elements before and after each spatial axis of a feature map.

    They are zeros, a constant, with ``reflect`` the mirror image about the outermost element, which is not
    repeated (``c b | a b c``), or with ``replicate`` the outermost element.
    """

    kind: ClassVar[str] = "pad"
    value_field: ClassVar[str] = "amounts"

    amounts: Annotated[Amounts, *option(_amounts_to_add, AMOUNTS_SCHEMA)] = Field(
        description="How many: a number, or one number or `[before, after]` pair a spatial axis."
    )
    mode: Annotated[str | Mapping[str, float], *option(_fill, _FILL)] = Field(
        "zero", description="What they are: `zero`, `reflect`, `replicate` or `{constant: NUMBER}`."
    )

    def build(self, context: Context, *values: Value) -> Value:
        """One op, its pads in pairs."""
        x = one(values, self.kind)
        sides = pairs(self.amounts, x.type, self.kind)
        if not isinstance(self.mode, str):
            return context.emit(Pad(sides, "constant", self.mode["constant"]), x)
        mode = "constant" if self.mode == "zero" else cast("PadMode", self.mode)
        return context.emit(Pad(sides, mode, 0.0), x)


@final
class CropLayer(Layer):
    """Fewer elements before and after each spatial axis of a feature map.

    With a layer's name, as many as leave that value's spatial size about the centre, the odd one taken from
    the end: ``floor(d/2)`` before and ``ceil(d/2)`` after, ``d`` being the difference.
    """

    kind: ClassVar[str] = "crop"
    value_field: ClassVar[str] = "amounts"

    amounts: Annotated[Amounts | str, *option(_crop, _CROP)] = Field(
        description="How many: a number, one number or `[before, after]` pair a spatial axis, or the name "
        "of a layer whose size is wanted."
    )

    def build(self, context: Context, *values: Value) -> Value:
        """One op, in numbers."""
        x = one(values, self.kind)
        if not isinstance(self.amounts, str):
            return context.emit(Crop(pairs(self.amounts, x.type, self.kind)), x)
        try:
            smaller = context.measured(self.amounts)
        except Mistake as mistake:
            mistake.option = "amounts"
            raise
        if context.is_broken(smaller):
            return smaller
        return context.emit(Crop(sides_between(x.type, smaller.type, self.amounts)), x)


@final
class SliceLayer(Layer):
    """The elements ``start`` to ``stop`` (exclusive) of one axis, ``step`` apart.

    Negative places count from the end: -1 is the last element.
    """

    kind: ClassVar[str] = "slice"
    value_field: ClassVar[str] = "axis"

    axis: Count = Field(description="The axis (from 0, without the batch).")
    start: Annotated[int, *option(_index, _INTEGER)] = Field(0, description="The first element.")
    stop: Annotated[int | None, *option(_index, _INTEGER)] = Field(
        None, description="The element after the last; by default the axis's end."
    )
    step: Positive = Field(1, description="How far apart the elements lie.")

    def build(self, context: Context, *values: Value) -> Value:
        """One op, its places counted from the beginning."""
        x = one(values, self.kind)
        start, stop = self._places(x.type)
        return context.emit(Slice(self.axis, start, stop, self.step), x)

    def _places(self, x: TensorType) -> tuple[Dim, Dim]:
        if self.axis >= x.rank:
            raise Mistake(
                "E401",
                "`slice` is along an axis that is not there",
                label=f"axis {self.axis} of {x.describe()}",
                help=axes_help(x.rank),
                option="axis",
            )
        size = x.shape[self.axis]
        start = _counted_from_0("start", self.start, size)
        stop = size if self.stop is None else _counted_from_0("stop", self.stop, size)
        why = None if least(stop, start + 1) else refute_at_least(stop, start + 1)
        if why is not None:
            label = f"from {start} to {stop} (exclusive) of {size} along axis {self.axis}"
            raise Mistake(
                "E407",
                "`slice` keeps nothing",
                label=why.label(label, "up to {first}"),
                help=why.help(
                    "`start` is the first element that stays, `stop` the first after it that does not"
                ),
                option="start" if self.stop is None else "stop",
            )
        return start, stop


def _counted_from_0(name: str, place: int, size: Dim) -> Dim:
    """A place along an axis of ``size`` elements. Raises ``Mistake`` where it is beyond either end."""
    counted = place if place >= 0 else size + place
    why = None if least(size, abs(place)) else refute_at_least(size, abs(place))
    if why is None:
        return counted
    raise Mistake(
        "E407",
        f"`slice` {'starts' if name == 'start' else 'stops'} beyond the axis",
        label=why.label(f"{name} {place}, the axis has {size} elements", "it has {first}"),
        help=why.help(f"places are 0 to {size}, or -{size} to -1 counted from the end"),
        option=name,
    )


LAYERS: tuple[type[Layer], ...] = (ReshapeLayer, PermuteLayer, PadLayer, CropLayer, SliceLayer)
