"""What goes wrong in an expression: the fact, the way out, and the place in its text."""

from __future__ import annotations

from typing import final


@final
class ExpressionError(Exception):
    """An expression that cannot be read, or cannot be evaluated.

    ``message`` states the fact with its numbers, ``help`` the way out (empty where the fact says
    it). ``start`` and ``end`` are code point offsets within the text as written, its dollar sign
    included, the end exclusive. ``unknown`` is the name that nothing in scope bears, where that is
    the cause, else ``None``; a function that does not exist is no such name.
    """

    def __init__(self, message: str, way_out: str, start: int, end: int, unknown: str | None = None) -> None:
        super().__init__(message, way_out, start, end, unknown)
        self.message = message
        self.help = way_out
        self.start = start
        self.end = end
        self.unknown = unknown

    def __str__(self) -> str:
        return self.message


@final
class Refusal(Exception):
    """What an operation says of the values it cannot take; its caller knows the place.

    It never leaves this package: the node that applied the operation turns it into an
    :class:`ExpressionError`.
    """

    def __init__(self, message: str, way_out: str = "") -> None:
        super().__init__(message, way_out)
        self.message = message
        self.help = way_out

    def at(self, start: int, end: int) -> ExpressionError:
        """The same, with its place."""
        return ExpressionError(self.message, self.help, start, end)
