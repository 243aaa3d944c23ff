"""What `pad` adds and `crop` takes away, as a person writes it and as an op has it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from netc.errors import Mistake
from netc.layers.options import MOST_SPATIAL_AXES, one_or_pair, whole, within
from netc.layers.words import expected
from netc.ops.op import require_spatial
from netc.ops.window import counted
from netc.reader.plain import is_list
from netc.types.dims import at_least, refute_at_least, shape_text

if TYPE_CHECKING:
    from netc.ops.arrange import Crops
    from netc.ops.window import WholePads
    from netc.types import TensorType

Amounts: TypeAlias = int | tuple[int | tuple[int, int], ...]
"""Elements: a number for all sides, or for each spatial axis one number or a pair ``(before, after)``."""

_COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}
_PAIR: dict[str, Any] = {"type": "array", "items": _COUNT, "minItems": 2, "maxItems": 2}
AMOUNTS_SCHEMA: dict[str, Any] = {
    "anyOf": [
        _COUNT,
        {
            "type": "array",
            "items": {"anyOf": [_COUNT, _PAIR]},
            "minItems": 1,
            "maxItems": MOST_SPATIAL_AXES,
        },
    ]
}


def amounts_parser(opposite: str, also: str = "") -> Callable[[object], Amounts]:
    """The parser of amounts: ``opposite`` says what a negative one may mean, ``also`` what else would fit."""

    def check_sign(value: object) -> None:
        number = whole(value)
        if number is not None and number < 0:
            expected("a whole number, 0 or more", value, help=opposite)

    def parse_one(value: object) -> int | tuple[int, int]:
        for index, side in enumerate(value if is_list(value) else ()):
            within(index, check_sign, side)
        check_sign(value)
        return one_or_pair(value)

    def parse(value: object) -> Amounts:
        if is_list(value) and 1 <= len(value) <= MOST_SPATIAL_AXES:
            return tuple(within(index, parse_one, side) for index, side in enumerate(value))
        number = whole(value)
        if number is None:
            expected(f"a number, or one number or `[before, after]` pair a spatial axis{also}", value)
        parse_one(value)
        return number

    return parse


def pairs(amounts: Amounts, x: TensorType, kind: str) -> WholePads:
    """Amounts before and after each spatial axis of ``x``.

    Raises ``Mistake`` unless ``x`` is a feature map, and the amounts have one entry for each of its axes.
    """
    require_spatial(x, kind)
    axes = len(x.spatial)
    if isinstance(amounts, int):
        return ((amounts, amounts),) * axes
    if len(amounts) != axes:
        spatial = counted(axes, "spatial axis", "spatial axes")
        raise Mistake(
            "E401",
            f"`{kind}` needs one number or pair for each spatial axis",
            label=f"{len(amounts)} for {spatial}",
            help=f"write one number for all axes, or {axes} of them",
            option="amounts",
        )
    return tuple((side, side) if isinstance(side, int) else side for side in amounts)


def sides_between(x: TensorType, smaller: TensorType, name: str) -> Crops:
    """What lies around the middle of ``x`` that has the spatial size of ``smaller``, the odd one at the end.

    ``name`` is what a person calls ``smaller``. Raises ``Mistake`` where it is no feature map of as many
    axes, or larger.
    """
    require_spatial(x, "crop")
    if not smaller.is_map or smaller.rank != x.rank:
        axes = counted(len(x.spatial), "spatial axis", "spatial axes")
        raise Mistake(
            "E401",
            f"`crop` needs a feature map of {axes} to take the size from",
            label=f"given {x.describe()}, `{name}` is {smaller.describe()}",
            help="name another layer, or say in numbers what to crop",
            option="amounts",
        )
    both = tuple(zip(x.spatial, smaller.spatial, strict=True))
    for size, wanted in both:
        why = None if at_least(size, wanted) else refute_at_least(size, wanted)
        if why is not None:
            label = f"given {shape_text(x.spatial)}, `{name}` is {shape_text(smaller.spatial)}"
            raise Mistake(
                "E407",
                "`crop` makes nothing larger",
                label=why.label(label, "{first} to {second}"),
                help=why.help("crop the larger of the two: `from` names what is cropped"),
                option="amounts",
            )
    return tuple(((size - wanted) // 2, size - wanted - (size - wanted) // 2) for size, wanted in both)
