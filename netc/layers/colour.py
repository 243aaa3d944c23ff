"""Colours of images, and their scale."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, final, get_args

from pydantic import Field

from netc.errors import Mistake
from netc.layers.base import Context, Layer, one
from netc.layers.options import option, real, within, words_type
from netc.layers.words import expected, nearest
from netc.ops.colour import Gray, GrayMode, Normalize
from netc.reader.plain import is_list, is_mapping

if TYPE_CHECKING:
    from netc.graph import Value

Numbers = float | tuple[float, ...]

IMAGENET: Mapping[str, Numbers] = {"mean": (0.485, 0.456, 0.406), "std": (0.229, 0.224, 0.225)}
"""Of red, green and blue from 0 to 1 over ImageNet's training images, as torchvision's networks use them."""

BYTE_SCALE = 1 / 255


@final
class GrayLayer(Layer):
    """Red, green and blue to one channel.

    ``luma`` is ``0.299·R + 0.587·G + 0.114·B`` (Y of ITU-R BT.601), ``mean`` one third each; the same weights
    at every position, and none of them is learned.
    """

    kind: ClassVar[str] = "gray"
    value_field: ClassVar[str] = "mode"

    mode: Annotated[GrayMode, *words_type(*get_args(GrayMode))] = Field(description="`luma` or `mean`.")

    def build(self, context: Context, *values: Value) -> Value:
        """One op."""
        return context.emit(Gray(self.mode), one(values, self.kind))


def _positive(value: object) -> float:
    number = real(value)
    if number <= 0:
        expected("a number above 0", value, help="the values are divided by it")
    return number


_PARSERS = {"mean": real, "std": _positive, "scale": real}


def _numbers(value: object) -> str | Mapping[str, Numbers]:
    if value == "imagenet":
        return "imagenet"
    if not is_mapping(value):
        help_ = nearest(value, ("imagenet",)) if isinstance(value, str) else ""
        expected("`imagenet` or a mapping such as `{mean: 0.5, std: 0.25}`", value, help=help_)
    result: dict[str, Numbers] = {}
    for key, item in value.items():
        if key not in _PARSERS:
            hint = nearest(key, tuple(_PARSERS)) or "there are `mean`, `std` and `scale`"
            raise Mistake("E201", f"`normalize` has no key `{key}`", help=hint, at=(key,), at_key=True)
        result[key] = within(key, partial(_one_or_each, _PARSERS[key]), item)
    return result


def _one_or_each(parse: Callable[[object], float], value: object) -> Numbers:
    if not is_list(value):
        return parse(value)
    if not value:
        expected("a number, or one a channel", value)
    return tuple(within(index, parse, number) for index, number in enumerate(value))


def _schema() -> dict[str, Any]:
    number: dict[str, Any] = {"type": "number"}
    above_0: dict[str, Any] = {"type": "number", "exclusiveMinimum": 0}
    keys = {
        key: {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}
        for key, one in (("mean", number), ("std", above_0), ("scale", number))
    }
    return {
        "anyOf": [
            {"enum": ["imagenet"]},
            {"type": "object", "properties": keys, "additionalProperties": False},
        ]
    }


@final
class NormalizeLayer(Layer):
    """``(x·scale − mean)/std`` in float32.

    ``mean`` is 0, ``std`` is 1 and ``scale`` is 1/255 for uint8 and 1 for float32 unless given, each as a
    number or as a list with one a channel. ``imagenet`` is the mean 0.485, 0.456, 0.406 and the standard
    deviation 0.229, 0.224, 0.225 of red, green and blue from 0 to 1.
    """

    kind: ClassVar[str] = "normalize"
    value_field: ClassVar[str] = "numbers"

    numbers: Annotated[str | Mapping[str, Numbers], *option(_numbers, _schema())] = Field(
        {}, description="`imagenet`, or a mapping with any of `mean`, `std` and `scale`."
    )

    def build(self, context: Context, *values: Value) -> Value:
        """One op."""
        x = one(values, self.kind)
        given = IMAGENET if isinstance(self.numbers, str) else self.numbers
        scale = BYTE_SCALE if x.type.dtype == "uint8" else 1.0
        op = Normalize(
            _each(given.get("mean", 0.0)), _each(given.get("std", 1.0)), _each(given.get("scale", scale))
        )
        return context.emit(op, x)


def _each(numbers: Numbers) -> tuple[float, ...]:
    return numbers if isinstance(numbers, tuple) else (numbers,)


LAYERS: tuple[type[Layer], ...] = (GrayLayer, NormalizeLayer)
