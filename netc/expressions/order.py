"""The order of tokens: values and operators take turns, and nothing nests too deep.

This finds, in our own words, almost all that would else be Python's "invalid syntax", and it bounds
the nesting before Python's parser sees it.
"""

from __future__ import annotations

from typing import final

from netc.expressions.error import ExpressionError
from netc.expressions.tokens import Token
from netc.expressions.value import quoted

DEPTH_BOUND = 50
"""Levels of nesting, at most: parentheses and lists, signs and words before a value, and so on.

The operands of ``a + b + c`` lie side by side.
"""

_LOOSE = frozenset({"and", "or", "not", "if", "else"})


def check_order(tokens: list[Token]) -> None:
    """Raise ExpressionError where two tokens cannot stand side by side, or where they nest too deep."""
    turns = _Turns()
    for token in tokens:
        turns.take(token)
    if turns.deepest > DEPTH_BOUND:
        raise too_deep(turns.deepest, tokens[-1].end)


def too_deep(levels: int, end: int) -> ExpressionError:
    """The error of an expression, written up to ``end``, that nests deeper than the bound."""
    message = f"an expression nested {levels} levels deep: at most {DEPTH_BOUND}"
    return ExpressionError(message, "name a part of it in `params`", 0, end)


@final
class _Turns:
    """Whose turn it is: a value's, after an operator or at a beginning, or an operator's."""

    __slots__ = ("_brackets", "_indexes", "_prefixes", "_previous", "_value_next", "deepest")

    def __init__(self) -> None:
        self.deepest = 0
        self._brackets = -1  # the parenthesis of `$(` itself is no level
        self._indexes = False  # whether the last `[` reads an item
        self._prefixes = 0
        self._previous = Token("open", "$(", 0, 2)
        self._value_next = True

    def take(self, token: Token) -> None:
        match token.kind:
            case "open":
                self._open(token)
            case "close":
                self._close(token)
            case "operator" if self._value_next:
                self._prefix(token)
            case "operator" if token.text == "not":
                raise self._missing_operator(token)
            case "operator" | "comma":
                self._between(token)
            case _:
                self._value(token)
        self._previous = token
        self.deepest = max(self.deepest, self._brackets + self._prefixes)

    def _open(self, token: Token) -> None:
        self._indexes = token.text == "[" and not self._value_next
        self._brackets += 1
        self._value_next = True
        self._prefixes = 0

    def _value(self, token: Token) -> None:
        if not self._value_next:
            raise self._missing_operator(token)
        self._value_next = False
        self._prefixes = 0

    def _between(self, token: Token) -> None:
        if self._value_next:
            raise self._missing_value(token)
        self._value_next = True

    def _prefix(self, token: Token) -> None:
        previous = self._previous
        if token.text in ("*", "**") and previous.kind in ("open", "comma") and previous.start > 1:
            message = f"`{token.text}` before a value does not exist in expressions"
            raise ExpressionError(message, "a list is not unpacked: `+` joins lists", token.start, token.end)
        if token.text not in ("+", "-", "not"):
            raise self._missing_value(token)
        if token.text == "not" and previous.kind == "operator" and previous.text not in _LOOSE:
            message = f"`not` cannot follow `{previous.text}`"
            raise ExpressionError(message, "put it in parentheses: `(not …)`", token.start, token.end)
        self._prefixes += 1

    def _close(self, token: Token) -> None:
        if self._previous.kind == "operator":
            raise self._missing_value(token)
        if self._brackets == 0 and self._previous.end == 2 and self._value_next:
            raise ExpressionError("`$()` holds no value", "write one between `$(` and `)`", 0, token.end)
        if self._previous.kind == "open" and self._indexes:
            raise ExpressionError(
                "`[]` holds no index", "an item is read as `rows[0]`", token.start, token.end
            )
        self._brackets -= 1
        self._value_next = False
        self._prefixes = 0

    def _missing_value(self, token: Token) -> ExpressionError:
        where = f"before `{token.text}`"
        if self._previous.kind in ("operator", "comma"):
            where = f"between `{self._previous.text}` and `{token.text}`"
        return ExpressionError(f"a value is missing {where}", "", token.start, token.end)

    def _missing_operator(self, token: Token) -> ExpressionError:
        message = f"an operator is missing between {quoted(self._previous.text)} and {quoted(token.text)}"
        strings = self._previous.kind == token.kind == "string"
        way_out = "`+` joins two strings" if strings else ""
        return ExpressionError(message, way_out, token.start, token.end)
