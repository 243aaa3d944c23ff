"""The functions that an expression may call: all of them, and no others."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from netc.expressions.error import Refusal
from netc.expressions.operations import add, number, refuse_symbolic, whole, within
from netc.expressions.value import Number, Value, show


class Function(NamedTuple):
    """A function: how it is written, how many arguments it takes (``most`` −1: any), what it does."""

    signature: str
    least: int
    most: int
    apply: Callable[[list[Value]], Value]


def round_half_away(x: Number) -> int:
    """The nearest integer to ``x``, halves away from zero.

    The fraction of a float is exact, so 0.49999999999999994 gives 0.

    >>> round_half_away(2.5), round_half_away(-2.5), round_half_away(0.49999999999999994)
    (3, -3, 0)
    """
    towards_zero = math.trunc(x)
    if abs(x - towards_zero) < 0.5:
        return towards_zero
    return towards_zero + (1 if x > 0 else -1)


def divisible(x: Number, by: int) -> int:
    """The multiple of ``by`` nearest to ``x``, ties up, at least ``by``, at most 10 % below ``x``.

    The rule by which MobileNet rounds channels (``_make_divisible`` of the reference
    implementation in tensorflow/models, research/slim/nets/mobilenet): where the nearest multiple
    is below 0.9·x, the next one is taken. Computed exactly, a float being a ratio of integers.

    >>> divisible(33 * 0.75, 8), divisible(11, 8), divisible(12, 8), divisible(3, 8)
    (24, 16, 16, 8)
    """
    top, bottom = x.as_integer_ratio()
    nearest = max(by, (2 * top + by * bottom) // (2 * by * bottom) * by)
    return nearest + by if 10 * nearest * bottom < 9 * top else nearest


def _divisible(arguments: list[Value]) -> Value:
    x, by = number("divisible", arguments[0]), whole("divisible", arguments[1])
    if by < 1:
        raise Refusal(f"`divisible` rounds to a multiple of at least 1, found {by}")
    return within(f"divisible({show(x)}, {by})", divisible(x, by))


def _of_number(name: str, compute: Callable[[Number], Number]) -> Function:
    def apply(arguments: list[Value]) -> Value:
        x = number(name, arguments[0])
        return within(f"{name}({show(x)})", compute(x))

    return Function(f"{name}(x)", 1, 1, apply)


def _extreme(name: str, choose: Callable[[list[Number]], Number]) -> Function:
    """``min`` or ``max`` of one list of numbers, or of several numbers."""

    def apply(arguments: list[Value]) -> Value:
        several = arguments if len(arguments) > 1 else _list(name, arguments[0], "a list or several numbers")
        if not several:
            raise Refusal(f"`{name}` of an empty list")
        return choose([number(name, value) for value in several])

    return Function(f"{name}(list) or {name}(x, y, …)", 1, -1, apply)


def _list(name: str, value: Value, takes: str) -> list[Value]:
    refuse_symbolic(value)
    if isinstance(value, list):
        return value
    raise Refusal(f"`{name}` takes {takes}, found {show(value)}")


def _sum(arguments: list[Value]) -> Value:
    total: Value = 0
    for value in _list("sum", arguments[0], "a list of numbers"):
        total = add(total, number("sum", value))
    return total


def _length(arguments: list[Value]) -> Value:
    refuse_symbolic(arguments[0])
    if isinstance(arguments[0], list | str):
        return len(arguments[0])
    raise Refusal(f"`len` takes a list or a string, found {show(arguments[0])}")


FUNCTIONS: dict[str, Function] = {
    "abs": _of_number("abs", abs),
    "ceil": _of_number("ceil", math.ceil),
    "divisible": Function("divisible(x, by)", 2, 2, _divisible),
    "float": _of_number("float", float),
    "floor": _of_number("floor", math.floor),
    "int": _of_number("int", math.trunc),
    "len": Function("len(list or string)", 1, 1, _length),
    "max": _extreme("max", max),
    "min": _extreme("min", min),
    "round": _of_number("round", round_half_away),
    "sum": Function("sum(list)", 1, 1, _sum),
}
"""By name. ``int`` truncates toward zero; ``round``, ``floor``, ``ceil`` and ``int`` give integers."""
