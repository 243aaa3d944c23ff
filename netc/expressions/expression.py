"""A scalar's text: an expression, or itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import final

from netc.expressions.error import ExpressionError
from netc.expressions.evaluation import evaluate
from netc.expressions.grammar import tree_of
from netc.expressions.tree import Constant, Name, Node
from netc.expressions.value import Value, quoted
from netc.expressions.vocabulary import LITERALS, OPERATOR_WORDS, refused_word

CHARACTER_BOUND = 1_000
"""Characters of an expression as written, its dollar sign included, at most."""

_NAME = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)[ \t\r\n]*")
_WAYS = "write `$name`, `$(…)`, or `$$` for a literal dollar sign"


@final
class Expression:
    """An expression, read and not yet evaluated.

    ``text`` is the text as written, ``names`` every name that it reads, in whichever branch.
    It is never changed; equal where the text is equal; pickled as its text.
    """

    __slots__ = ("_root", "names", "text")

    def __init__(self, text: str, root: Node, names: frozenset[str]) -> None:
        self.text = text
        self.names = names
        self._root = root

    def evaluate(self, names: Mapping[str, Value]) -> Value:
        """The value in a scope, which is asked for the names that are needed and no others.

        Raises ExpressionError at the failing part. An exception that ``names`` raises passes
        through, but for KeyError, which says that a name is unknown; the nearest among the
        mapping's keys is then suggested. A value of a type that is none of ``Value`` (a symbolic
        dim of ``in_shape``) may be handed on, never computed or compared with.

        >>> find("$(width * 2 if wide else width)").evaluate({"width": 64, "wide": True})
        128
        """
        return evaluate(self._root, names)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Expression) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<Expression {self.text}>"

    def __reduce__(self) -> tuple[Callable[[str], Expression | str], tuple[str]]:
        return find, (self.text,)


def find(text: str) -> Expression | str:
    """What a scalar's text means: an expression, or the text itself.

    ``$name`` and ``$(…)`` are expressions, white space behind them ignored; ``$$…`` is the text
    with one dollar sign taken off; a text that begins otherwise is itself. Raises ExpressionError
    for any other text that begins with a dollar sign, and for an expression that cannot be read.

    >>> find("$width")
    <Expression $width>
    >>> find("same"), find("$$5")
    ('same', '$5')
    """
    if not text.startswith("$"):
        return text
    if text.startswith("$$"):
        return text[1:]
    if text.startswith("$("):
        _check_length(text)
        return Expression(text, *tree_of(text))
    return _named(text)


def parse(text: str) -> Expression:
    """The expression ``$(text)``: ``text`` is what stands inside the parentheses.

    Raises ExpressionError, whose offsets count the two characters before ``text``.

    >>> parse("4 * width").text
    '$(4 * width)'
    """
    whole = f"$({text})"
    _check_length(whole)
    return Expression(whole, *tree_of(whole))


def _check_length(text: str) -> None:
    if len(text) > CHARACTER_BOUND:
        message = f"an expression of {len(text):,} characters: at most {CHARACTER_BOUND:,}"
        raise ExpressionError(message, "name a part of it in `params`", 0, len(text))


def _named(text: str) -> Expression:
    """The expression ``$name``."""
    match = _NAME.fullmatch(text)
    if match is None:
        raise _neither(text)
    _check_length(text)
    name, (start, end) = match[1], match.span(1)
    instead = "it is an operator" if name in OPERATOR_WORDS else refused_word(name)
    if instead is not None:
        raise ExpressionError(f"`{name}` cannot be a name", instead, start, end)
    if name in LITERALS:
        return Expression(text, Constant(LITERALS[name], start, end), frozenset())
    return Expression(text, Name(name, start, end), frozenset({name}))


def _neither(text: str) -> ExpressionError:
    """The error of a text that begins with a dollar sign and is no expression."""
    if text == "$":
        return ExpressionError("`$` alone is no expression", _WAYS, 0, 1)
    if text.startswith("${"):
        message = f"{quoted(text)} is no expression: braces do not hold one"
        return ExpressionError(message, _WAYS, 0, len(text))
    match = _NAME.match(text)
    if match is None:
        message = f"{quoted(text)} is no expression: no name follows the dollar sign"
        way_out = f"{_WAYS}; a name begins with a letter or `_`"
        return ExpressionError(message, way_out, 0, len(text))
    message = f"{quoted(text)} is no expression: the name ends before {quoted(text[match.end(1) :])}"
    whole = quoted(f"$({text[1:]})")
    way_out = f"what is more than a name stands in parentheses, {whole}; `$$` is a literal dollar sign"
    return ExpressionError(message, way_out, match.end(1), len(text))
