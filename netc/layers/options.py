"""The types of options: one parser each, which says what it expected and what it found.

A parser takes a plain YAML value and gives the option's value or raises ``Mistake``. ``option`` makes
a pydantic field type of it: the parser alone validates, so that one mistake is one error, and a
deferred value (one that holds an expression) satisfies it until the expression is evaluated.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias, TypeVar, final

from pydantic_core.core_schema import no_info_plain_validator_function

from netc.errors import Mistake
from netc.expressions.vocabulary import why_no_name
from netc.layers.words import expected, nearest, shown
from netc.reader.plain import is_list, is_mapping
from netc.types.dims import LARGEST_DIM

if TYPE_CHECKING:
    from pydantic_core import CoreSchema

T = TypeVar("T")

MOST_SPATIAL_AXES = 3

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
NAME_SCHEMA: dict[str, Any] = {"type": "string", "pattern": f"^{NAME.pattern}$"}


class Deferred:
    """Stands in for a value that holds an expression, in the check of a spec as written."""

    __slots__ = ()


DEFERRED = Deferred()


@final
class FieldType:
    """How pydantic reads a field: ``func`` alone validates, and ``schema`` is the field's JSON Schema.

    An expression can stand in place of the value unless it is ``literal``.

    ``PlainValidator`` would look into the annotated type as well, to know how to write the value out again.
    Nothing does that with a spec, and the look is most of what making a model costs.
    """

    __slots__ = ("func", "literal", "schema")

    def __init__(
        self, func: Callable[[object], object], schema: dict[str, Any], *, literal: bool = False
    ) -> None:
        self.func = func
        self.schema = schema
        self.literal = literal

    def __get_pydantic_core_schema__(self, source: object, handler: object) -> CoreSchema:
        return no_info_plain_validator_function(self.func)

    def __get_pydantic_json_schema__(self, core_schema: object, handler: object) -> dict[str, Any]:
        return dict(self.schema)


def option(parse: Callable[[Any], T], schema: dict[str, Any]) -> tuple[FieldType]:
    """What ``Annotated`` needs for an option that ``parse`` reads, whose JSON Schema is ``schema``."""

    def validate(value: object) -> object:
        return value if value is DEFERRED else parse(value)

    return (FieldType(validate, schema),)


def literal(parse: Callable[[Any], T], schema: dict[str, Any]) -> tuple[FieldType]:
    """The same for an option that is literal: an expression cannot stand there."""

    def validate(value: object) -> object:
        if value is DEFERRED:
            raise Mistake(
                "E202", "an expression cannot stand here", help="this is literal: write the name itself"
            )
        return parse(value)

    return (FieldType(validate, schema, literal=True),)


def whole(value: object) -> int | None:
    """The whole number that ``value`` is, a whole float included; a boolean is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return None


def whole_number(least: int) -> str:
    """A whole number from ``least`` up, in words."""
    words = {0: "a whole number, 0 or more", 1: "a positive whole number"}
    return words.get(least, f"a whole number ≥ {least}")


def at_least(least: int) -> Callable[[object], int]:
    """The parser of a whole number from ``least`` up, below 2^31."""
    what = whole_number(least)

    def parse(value: object) -> int:
        number = whole(value)
        if number is None or number < least:
            expected(what, value)
        if number > LARGEST_DIM:
            raise Mistake("E104", "a number here must be below 2^31", label=f"{number:,}")
        return number

    return parse


positive = at_least(1)


def numbers(least: int) -> Callable[[object], int | tuple[int, ...]]:
    """The parser of one whole number for all spatial axes, or of one an axis."""
    parse_one = at_least(least)
    one = whole_number(least)

    def parse(value: object) -> int | tuple[int, ...]:
        if not is_list(value):
            if whole(value) is None:
                expected(f"{one}, or a list with one for each spatial axis", value)
            return parse_one(value)
        if not 1 <= len(value) <= MOST_SPATIAL_AXES:
            expected("one number for each spatial axis (1 to 3)", value)
        return tuple(within(index, parse_one, item) for index, item in enumerate(value))

    return parse


def within(step: str | int, parse: Callable[[Any], T], value: object) -> T:
    """Parse a part of a value, its place kept in the mistake."""
    try:
        return parse(value)
    except Mistake as mistake:
        mistake.at = (step, *mistake.at)
        raise


def real(value: object) -> float:
    """A finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        expected("a number", value)
    return float(value)


def real_at_least_0(value: object) -> float:
    """A finite number, 0 or more."""
    number = real(value)
    if number < 0:
        expected("a number, 0 or more", value)
    return number


def probability(value: object) -> float:
    """A number from 0 to 1."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        expected("a probability from 0 to 1", value)
    return float(value)


def flag(value: object) -> bool:
    """``true`` or ``false``."""
    if not isinstance(value, bool):
        expected("`true` or `false`", value, help=flag_help(value))
    return value


def flag_help(value: object) -> str:
    """What is said of a word that other versions of YAML take for a boolean."""
    if isinstance(value, str) and value.lower() in {"yes", "no", "on", "off", "y", "n"}:
        return f"in YAML 1.2 `{value}` is text: write `true` or `false`"
    return ""


def word(*words: str) -> Callable[[object], str]:
    """The parser of one of ``words``."""

    def parse(value: object) -> str:
        if isinstance(value, str) and value in words:
            return value
        hint = nearest(value, words) if isinstance(value, str) else ""
        if is_mapping(value) and len(value) == 1 and next(iter(value)) in words:
            hint = f"write `{next(iter(value))}` alone, and its options beside it"
        listed = ", ".join(f"`{known}`" for known in words)
        expected(f"one of {listed}" if len(words) > 1 else listed, value, help=hint)

    return parse


def identifier(value: object) -> str:
    """A name: a letter or ``_``, then letters, digits or ``_``, at most 64."""
    if not isinstance(value, str):
        expected("a name", value)
    if not NAME.fullmatch(value):
        message = f"{shown(value)} is no name"
        raise Mistake("E202", message, help="letters, digits and `_`, no digit first, at most 64")
    return value


def variable(value: object) -> str:
    """A name that expressions can read."""
    name = identifier(value)
    if reason := why_no_name(name):
        raise Mistake("E305", f"no variable can be named `{name}`", help=f"{reason}: choose another")
    return name


PaddingWord: TypeAlias = Literal["valid", "same", "half"]
Padding: TypeAlias = PaddingWord | int | tuple[int | tuple[int, int], ...]


def one_or_pair(side: object) -> int | tuple[int, int]:
    """A number, 0 or more, for both sides of an axis, or a pair ``[before, after]``."""
    zero_or_more = at_least(0)
    if not is_list(side):
        return zero_or_more(side)
    if len(side) != 2:  # before and after
        expected("a pair `[before, after]`", side)
    return within(0, zero_or_more, side[0]), within(1, zero_or_more, side[1])


def padding(value: object) -> Padding:
    """``valid``, ``same``, ``half``, a number, or one number or ``[before, after]`` pair an axis."""
    words: tuple[PaddingWord, ...] = ("valid", "same", "half")
    for known in words:
        if value == known:
            return known
    if isinstance(value, str):
        expected("`valid`, `same`, `half` or numbers", value, help=nearest(value, words))
    if is_list(value) and 1 <= len(value) <= MOST_SPATIAL_AXES:
        return tuple(within(index, one_or_pair, side) for index, side in enumerate(value))
    if whole(value) is not None:
        return at_least(0)(value)
    expected("`valid`, `same`, `half`, a number, or one number or `[before, after]` pair an axis", value)


def positive_numbers_schema(least: int = 1) -> dict[str, Any]:
    """The JSON Schema of ``numbers``."""
    one = {"type": "integer", "minimum": least}
    return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1, "maxItems": 3}]}


_PADDING_SCHEMA: dict[str, Any] = {
    "anyOf": [
        {"enum": ["valid", "same", "half"]},
        {"type": "integer", "minimum": 0},
        {
            "type": "array",
            "minItems": 1,
            "maxItems": 3,
            "items": {
                "anyOf": [
                    {"type": "integer", "minimum": 0},
                    {
                        "type": "array",
                        "items": {"type": "integer", "minimum": 0},
                        "minItems": 2,
                        "maxItems": 2,
                    },
                ]
            },
        },
    ]
}


Positive: TypeAlias = Annotated[int, *option(positive, {"type": "integer", "minimum": 1})]
Count: TypeAlias = Annotated[int, *option(at_least(0), {"type": "integer", "minimum": 0})]
Sizes: TypeAlias = Annotated[int | tuple[int, ...], *option(numbers(1), positive_numbers_schema())]
OptionalSizes: TypeAlias = Annotated[
    int | tuple[int, ...] | None, *option(numbers(1), positive_numbers_schema())
]
OptionalPositive: TypeAlias = Annotated[int | None, *option(positive, {"type": "integer", "minimum": 1})]
OptionalCount: TypeAlias = Annotated[int | None, *option(at_least(0), {"type": "integer", "minimum": 0})]
OptionalReal: TypeAlias = Annotated[float | None, *option(real, {"type": "number"})]
Pads: TypeAlias = Annotated[Padding, *option(padding, _PADDING_SCHEMA)]
Flag: TypeAlias = Annotated[bool, *option(flag, {"type": "boolean"})]
Real: TypeAlias = Annotated[float, *option(real, {"type": "number"})]
RealAtLeast0: TypeAlias = Annotated[float, *option(real_at_least_0, {"type": "number", "minimum": 0})]
Probability: TypeAlias = Annotated[
    float, *option(probability, {"type": "number", "minimum": 0, "maximum": 1})
]
Identifier: TypeAlias = Annotated[str, *literal(identifier, NAME_SCHEMA)]


def words_type(*words: str) -> Any:
    """The field metadata of an option that is one of ``words``."""
    return option(word(*words), {"enum": list(words)})
