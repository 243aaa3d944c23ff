"""The formats in which diagnostics are shown, each loaded only when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netc.diagnostics.model import Diagnostic

MODULES: Mapping[str, str] = {
    "full": "netc.diagnostics.full",
    "concise": "netc.diagnostics.concise",
    "json": "netc.diagnostics.as_json",
    "github": "netc.diagnostics.as_github",
    "sarif": "netc.diagnostics.as_sarif",
}
"""For each format the module whose ``render`` draws it."""


class Renderer(Protocol):
    """Draws diagnostics as text.

    ``sources`` maps the name of a file, as spans give it, to its text; ``color`` asks for ANSI
    sequences. The text does not end in a newline and is empty where nothing is to be shown
    (``json`` and ``sarif`` excepted). But for the newlines between rows and the renderer's own ANSI sequences
    it holds no control characters, whatever the spec holds.
    """

    def __call__(
        self, diagnostics: Sequence[Diagnostic], sources: Mapping[str, str], *, color: bool = False
    ) -> str:
        """The diagnostics, in the order given, as one text."""
        ...


def renderer(name: str) -> Renderer:
    """The renderer of the format ``name``, a key of ``MODULES``; ``KeyError`` for any other name."""
    render: Renderer = import_module(MODULES[name]).render
    return render


def summary_line(diagnostics: Sequence[Diagnostic]) -> str:
    """How many of each severity in how many files: ``2 errors, 1 warning in 1 file``."""
    errors = sum(one.severity == "error" for one in diagnostics)
    counts = [counted(errors, "error"), counted(len(diagnostics) - errors, "warning")]
    found = [count for count in counts if not count.startswith("0 ")]
    if not found:
        return "no errors, no warnings"
    files = {one.span.file for one in diagnostics}
    return f"{', '.join(found)} in {counted(len(files), 'file')}"


def counted(number: int, noun: str) -> str:
    """A number with its noun: ``1 file``, ``2 files``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
