"""The operators: what each takes, what it gives, what it refuses.

Every operation takes evaluated values and raises :class:`Refusal`; the node that applies it adds
the place.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TypeAlias

from netc.expressions.error import Refusal
from netc.expressions.value import (
    INTEGER_BOUND,
    Number,
    Value,
    bounded,
    bounded_list,
    is_number,
    is_symbolic,
    show,
)

Binary: TypeAlias = Callable[[Value, Value], Value]

_NUMBER_HELP = "a boolean or a string never serves for a number"
_SYMBOL_HELP = "a symbolic dim has no one value: give the input a whole number there"


def refuse_symbolic(*values: Value, where: str = "arithmetic") -> None:
    """Raise where one of ``values`` is a symbolic dim: it stands for many numbers at once."""
    for value in values:
        if is_symbolic(value):
            raise Refusal(f"a symbolic dim in {where}: {show(value)}", _SYMBOL_HELP)


def _numbers(sign: str, left: Value, right: Value, takes: str = "two numbers") -> tuple[Number, Number]:
    refuse_symbolic(left, right)
    if is_number(left) and is_number(right):
        bounded(left)
        bounded(right)
        return left, right
    mistaken = isinstance(left, bool | str) or isinstance(right, bool | str)
    raise Refusal(
        f"`{sign}` takes {takes}, found {show(left)} and {show(right)}", _NUMBER_HELP if mistaken else ""
    )


def _arithmetic(sign: str, compute: Callable[[Number, Number], Number]) -> Binary:
    """``compute`` on two numbers, its result within the bounds."""

    def apply(left: Value, right: Value) -> Value:
        a, b = _numbers(sign, left, right)
        return _result(sign, a, b, compute)

    return apply


def _result(sign: str, a: Number, b: Number, compute: Callable[[Number, Number], Number]) -> Number:
    base = f"({show(a)})" if sign == "**" and a < 0 else show(a)
    written = f"{base} {sign} {show(b)}"
    try:
        return within(written, compute(a, b))
    except ZeroDivisionError:
        raise Refusal(f"{written} divides by zero") from None
    except OverflowError:
        raise Refusal(f"{written} is too large: floats stay finite") from None


def within(written: str, result: Number) -> Number:
    """``result``, which ``written`` gives, where it is within the bounds of a number."""
    try:
        bounded(result)
    except Refusal:
        bound = "integers stay below 2^63" if isinstance(result, int) else "floats stay finite"
        raise Refusal(f"{written} is too large: {bound}") from None
    return result


def add(left: Value, right: Value) -> Value:
    """The sum of two numbers, or two lists or two strings joined.

    >>> add([1], [2, 3])
    [1, 2, 3]
    """
    if isinstance(left, list) and isinstance(right, list):
        return bounded_list(left + right)
    if isinstance(left, str) and isinstance(right, str):
        return bounded(left + right)
    a, b = _numbers("+", left, right, "two numbers, two lists or two strings")
    return _result("+", a, b, lambda a, b: a + b)


def _power(base: Number, exponent: Number) -> Number:
    """``base ** exponent``, or the bound itself, uncomputed, where the power cannot stay below it.

    An integer of n bits is at least 2^(n−1), so its power is at least 2^((n−1)·exponent).
    """
    integers = isinstance(base, int) and isinstance(exponent, int)
    if integers and exponent > 0 and (int(base).bit_length() - 1) * exponent >= 63:
        return INTEGER_BOUND
    if base < 0 and exponent != int(exponent):
        raise Refusal(f"{show(base)} to the power {show(exponent)} is not a real number")
    result: Number = base**exponent
    return result


def negate(value: Value) -> Value:
    """``-value`` of a number."""
    return -number("-", value)


def keep(value: Value) -> Value:
    """``+value`` of a number: the number itself."""
    return number("+", value)


def invert(value: Value) -> Value:
    """``not value`` of a boolean."""
    return not boolean("not", value)


def number(taker: str, value: Value) -> Number:
    """``value``, which ``taker`` (an operator or function) needs to be a number within the bounds."""
    refuse_symbolic(value)
    if not is_number(value):
        raise Refusal(f"`{taker}` takes a number, found {show(value)}", _NUMBER_HELP)
    bounded(value)
    return value


def boolean(taker: str, value: Value) -> bool:
    """``value``, which ``taker`` (a word such as ``if``) needs to be a boolean."""
    if isinstance(value, bool):
        return value
    refuse_symbolic(value, where=f"`{taker}`")
    raise Refusal(f"`{taker}` takes true or false, found {show(value)}", "compare, as in `x != 0`")


def whole(taker: str, value: Value) -> int:
    """``value`` as an integer, which ``taker`` needs: an integer, or a float without a fraction."""
    found = number(taker, value)
    if found != int(found):
        raise Refusal(
            f"`{taker}` takes a whole number, found {show(found)}", "`round`, `floor` and `ceil` make one"
        )
    return int(found)


def equal(left: Value, right: Value) -> bool:
    """Whether two values are equal: number with number, else like type with like type, item by item.

    Unlike types are unequal, and a boolean is no number. A symbolic dim cannot be decided: Refusal.

    >>> equal([1, 2], [1.0, 2]), equal(1, True)
    (True, False)
    """
    refuse_symbolic(left, right, where="a comparison")
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(equal, left, right))
    if is_number(left) and is_number(right):
        return left == right
    return type(left) is type(right) and left == right


def unequal(left: Value, right: Value) -> bool:
    """The opposite of :func:`equal`."""
    return not equal(left, right)


def _order(
    sign: str, numbers: Callable[[Number, Number], bool], strings: Callable[[str, str], bool]
) -> Binary:
    """A comparison of two numbers, or of two strings by their code points."""

    def apply(left: Value, right: Value) -> Value:
        refuse_symbolic(left, right, where="a comparison")
        if isinstance(left, str) and isinstance(right, str):
            return strings(left, right)
        a, b = _numbers(sign, left, right, "two numbers or two strings")
        return numbers(a, b)

    return apply


def index(holder: Value, position: Value) -> Value:
    """The item of a list, or the character of a string, at a whole position; −1 is the last.

    >>> index([64, 128], -1)
    128
    """
    refuse_symbolic(holder)
    if not isinstance(holder, list | str):
        raise Refusal(f"only a list or a string has items, found {show(holder)}")
    at = whole("[…]", position)
    kind, items = ("list", "item") if isinstance(holder, list) else ("string", "character")
    if -len(holder) <= at < len(holder):
        return bounded(holder[at])
    if not holder:
        raise Refusal(f"index {at} is out of range: the {kind} is empty")
    count = f"{len(holder)} {items}{'s' * (len(holder) > 1)}"
    raise Refusal(
        f"index {at} is out of range: the {kind} has {count}", f"0 to {len(holder) - 1}, or -1 for the last"
    )


BINARY: dict[str, Binary] = {
    "+": add,
    "-": _arithmetic("-", lambda a, b: a - b),
    "*": _arithmetic("*", lambda a, b: a * b),
    "/": _arithmetic("/", lambda a, b: a / b),
    "//": _arithmetic("//", lambda a, b: a // b),
    "%": _arithmetic("%", lambda a, b: a % b),
    "**": _arithmetic("**", _power),
}
"""The arithmetic operators. ``//`` and ``%`` round down, as Python's do; ``/`` gives a float."""

COMPARISON: dict[str, Binary] = {
    "==": equal,
    "!=": unequal,
    "<": _order("<", operator.lt, operator.lt),
    "<=": _order("<=", operator.le, operator.le),
    ">": _order(">", operator.gt, operator.gt),
    ">=": _order(">=", operator.ge, operator.ge),
}
"""The comparisons; each gives a boolean."""
