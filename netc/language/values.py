"""From the spanned tree to plain values with their expressions parsed, and back to places."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from netc.diagnostics import Diagnostic, Note, Span
from netc.expressions import Expression, ExpressionError, find
from netc.reader import Mapping, Refused, Scalar, Sequence, Tree
from netc.reader.plain import is_list, is_mapping

if TYPE_CHECKING:
    from collections.abc import Callable

    from netc.errors import Mistake

Report: TypeAlias = "Callable[[Diagnostic], None]"


class Inherited:
    """An expression written in ``defaults``: it sees the file's params, never a block's."""

    __slots__ = ("expression",)

    def __init__(self, expression: Expression) -> None:
        self.expression = expression

    def __str__(self) -> str:
        return self.expression.text


REFUSED = object()
"""Stands for a value that was reported already."""

UNREADABLE = ""
"""The name that stands among others for those that could not be read: any name may be one of them."""


class RefusedError(Exception):
    """A value that was reported already; what holds it is broken and stays silent."""


def plain(tree: Tree, report: Report) -> tuple[object, bool]:
    """The plain value of a tree, and whether an expression stands in it.

    A mistake in an expression is reported; ``RefusedError`` follows once the whole tree is read.
    """
    reader = _Plain(report)
    value = reader.read(tree)
    if reader.refused:
        raise RefusedError
    return value, reader.deferred


class _Plain:
    def __init__(self, report: Report) -> None:
        self.report = report
        self.deferred = False
        self.refused = False

    def read(self, tree: Tree) -> object:
        if isinstance(tree, Scalar):
            value = tree.value
            if isinstance(value, str) and value.startswith("$"):
                return self._expression(tree, value)
            return value
        if isinstance(tree, Sequence):
            return [self.read(item) for item in tree.items]
        if isinstance(tree, Mapping):
            return {key: self.read(item) for key, (_, item) in tree.entries.items()}
        self.refused = True
        return None

    def _expression(self, scalar: Scalar, text: str) -> object:
        try:
            value = find(text)
        except ExpressionError as error:
            self.refused = True
            self.report(
                Diagnostic(
                    "E205",
                    "error",
                    error.message,
                    inner_span(scalar, error.start, error.end),
                    help=error.help,
                )
            )
            return None
        if isinstance(value, Expression):
            self.deferred = True
        return value


def inner_span(scalar: Scalar, start: int, end: int) -> Span:
    """The place of characters ``start`` to ``end`` of a scalar's text.

    It is all of the scalar where that has several lines or escapes.
    """
    span = scalar.span
    quote = len(scalar.style) if scalar.style in {"'", '"'} else 0
    width = span.end_column - span.column
    if scalar.style in {"|", ">"} or span.line != span.end_line or width != len(scalar.text) + 2 * quote:
        return span
    begin = span.column + quote + start
    return span._replace(
        column=begin, end_column=max(begin + 1, span.column + quote + min(end, len(scalar.text)))
    )


def inherit(value: object) -> object:
    """The same value with every expression marked as the file's own."""
    if isinstance(value, Expression):
        return Inherited(value)
    if is_list(value):
        return [inherit(item) for item in value]
    if is_mapping(value):
        return {key: inherit(item) for key, item in value.items()}
    return value


def locate(tree: Tree, at: tuple[str | int, ...], *, at_key: bool) -> Tree:
    """The part of a tree that ``at`` leads to (its last key, where ``at_key``), as far as it goes."""
    for index, step in enumerate(at):
        if isinstance(tree, Mapping) and step in tree.entries:
            key, value = tree.entries[str(step)]
            tree = key if at_key and index == len(at) - 1 else value
        elif isinstance(tree, Sequence) and isinstance(step, int) and step < len(tree.items):
            tree = tree.items[step]
        else:
            break
    return tree


def diagnosis(mistake: Mistake, span: Span) -> Diagnostic:
    """A leaf's mistake as an error at a place."""
    notes = (Note(mistake.note),) if mistake.note else ()
    return Diagnostic(mistake.code, "error", mistake.message, span, mistake.label, mistake.help, notes=notes)


__all__ = [
    "REFUSED",
    "UNREADABLE",
    "Inherited",
    "Refused",
    "RefusedError",
    "Report",
    "diagnosis",
    "inherit",
    "inner_span",
    "locate",
    "plain",
]
