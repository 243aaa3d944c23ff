"""What a check reports: a diagnostic, its place and its notes."""

from __future__ import annotations

from typing import Literal, NamedTuple

Severity = Literal["error", "warning"]


class Span(NamedTuple):
    """A stretch of a file: lines and columns from 1, in code points, the end exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


class Note(NamedTuple):
    """A further place, or a further fact, that explains a diagnostic."""

    message: str
    span: Span | None = None


class Diagnostic(NamedTuple):
    """One mistake: its code, what was found at which place, and a way out.

    ``message`` states the fact; ``label`` holds the numbers that stand beside the carets in
    the ``full`` rendering; ``help`` is the way out; ``path`` is the layer's path in the network
    (empty where no layer is meant); ``notes`` hold the chain of ``use``, ``for`` and ``repeat``.
    """

    code: str
    severity: Severity
    message: str
    span: Span
    label: str = ""
    help: str = ""
    path: str = ""
    notes: tuple[Note, ...] = ()

    @property
    def text(self) -> str:
        """The message with its numbers, in one line."""
        return f"{self.message}: {self.label}" if self.label else self.message
