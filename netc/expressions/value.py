"""The values of expressions: what they are, how messages write them, and how large they may be."""

from __future__ import annotations

from typing import TypeAlias, TypeGuard, cast

from netc.expressions.error import Refusal

Value: TypeAlias = "bool | int | float | str | list[Value]"
"""What an expression reads and gives. A boolean is never a number, though Python's ``bool`` is an ``int``."""

Number: TypeAlias = "int | float"

INTEGER_BOUND = 2**63
"""Integers stay below this in absolute value."""

ITEM_BOUND = 1_000
"""Items of a list and characters of a string, at most."""

TOTAL_BOUND = 10_000
"""Items of a list that an expression makes, those of inner lists included, at most.

Without it ``$([a, a, …])`` over ``$([b, b, …])`` and so on would grow as a power of their number.
"""

NESTING_BOUND = 50
"""Levels of lists in a list that an expression makes, at most."""

_SHOWN_CHARACTERS = 60
_SHOWN_ITEMS = 8
_SHOWN_LEVELS = 2
_SHOWN_BITS = 256


def is_number(value: object) -> TypeGuard[Number]:
    """Whether ``value`` is an integer or a float; a boolean is neither."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_symbolic(value: object) -> bool:
    """Whether ``value`` is none of ours: the seam where a symbolic dim of ``in_shape`` comes through."""
    return not isinstance(value, bool | int | float | str | list)


def show(value: object) -> str:
    """``value`` as an expression writes it, shortened to about sixty characters.

    >>> show([1, True, "same"])
    "[1, true, 'same']"
    """
    text = _written(value, _SHOWN_LEVELS)
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[: _SHOWN_CHARACTERS - 1]}…"


def quoted(text: str) -> str:
    r"""A piece of a spec's text within a message: in backticks, or escaped where it does not print.

    >>> print(quoted("width"), quoted("width" + chr(0)))
    `width` 'width\x00'
    """
    shown = text if len(text) <= _SHOWN_CHARACTERS else f"{text[: _SHOWN_CHARACTERS - 1]}…"
    return f"`{shown}`" if shown.isprintable() else ascii(shown)


def _written(value: object, levels: int) -> str:
    if isinstance(value, list):
        return _written_list(cast("list[Value]", value), levels)
    match value:
        case bool():
            return "true" if value else "false"
        case int() if value.bit_length() > _SHOWN_BITS:
            return f"an integer of {value.bit_length()} bits"
        case int() | float():
            return repr(value)
        case str():
            return repr(value[:_SHOWN_CHARACTERS])
        case _:
            return str(value)


def _written_list(items: list[Value], levels: int) -> str:
    if items and levels == 0:
        return "[…]"
    shown = [_written(item, levels - 1) for item in items[:_SHOWN_ITEMS]]
    return f"[{', '.join(shown + ['…'] * (len(items) > _SHOWN_ITEMS))}]"


def bounded(value: Value) -> Value:
    """``value`` itself, where it is within the bounds of a number, a string or one list.

    Raises Refusal with the bound and the count. Costs the same for every value: the items of a
    list are looked at when they are used.
    """
    match value:
        case bool():
            return value
        case int() if abs(value) >= INTEGER_BOUND:
            raise Refusal(f"{show(value)} is too large: integers stay below 2^63")
        case float() if value - value != 0:  # infinite or not a number
            raise Refusal(f"{show(value)} is not a finite number")
        case str() if len(value) > ITEM_BOUND:
            raise Refusal(f"a string of {len(value):,} characters: at most {ITEM_BOUND:,}")
        case list() if len(value) > ITEM_BOUND:
            raise Refusal(f"a list of {len(value):,} items: at most {ITEM_BOUND:,}")
        case _:
            return value


def bounded_list(items: list[Value]) -> list[Value]:
    """A list that an expression makes, where it is within all bounds, inner lists counted.

    Raises Refusal with the bound; the walk ends where a bound is met.
    """
    bounded(items)
    count, level, row = 0, 0, items
    while row:
        count, level = count + len(row), level + 1
        if count > TOTAL_BOUND:
            raise Refusal(
                f"a list of more than {TOTAL_BOUND:,} items, inner lists counted: at most {TOTAL_BOUND:,}"
            )
        if level > NESTING_BOUND:
            raise Refusal(f"lists nested more than {NESTING_BOUND} deep: at most {NESTING_BOUND}")
        row = _inner_items(row)
    return items


def _inner_items(row: list[Value]) -> list[Value]:
    """The items of the lists in ``row``, at most one more than the bound on all of them."""
    inner: list[Value] = []
    for item in row:
        if isinstance(item, list):
            inner += item[: TOTAL_BOUND + 1]
            if len(inner) > TOTAL_BOUND:
                break
    return inner
