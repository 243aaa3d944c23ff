"""The format ``github``: workflow commands, which GitHub Actions shows at the lines of a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc.diagnostics.printable import printable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netc.diagnostics.model import Diagnostic


def render(diagnostics: Sequence[Diagnostic], sources: Mapping[str, str], *, color: bool = False) -> str:
    """A command each; ``sources`` and ``color`` change nothing; see ``formats.Renderer``.

    The form is that of "Workflow commands for GitHub Actions"; ``%``, line ends and, in properties, ``:`` and
    ``,`` are escaped as GitHub's own ``@actions/core`` does. Columns hold for a single line alone.
    """
    return "\n".join(map(_command, diagnostics))


def _command(diagnostic: Diagnostic) -> str:
    span = diagnostic.span
    place: dict[str, str | int] = {"file": span.file, "line": span.line, "endLine": span.end_line}
    if span.line == span.end_line:
        place |= {"col": span.column, "endColumn": span.end_column}
    place["title"] = diagnostic.code
    properties = ",".join(f"{key}={_property(str(value))}" for key, value in place.items())
    facts = [note.message for note in diagnostic.notes]
    helps = [f"help: {diagnostic.help}"] if diagnostic.help else []
    message = "%0A".join(map(_data, (diagnostic.text, *facts, *helps)))
    return f"::{diagnostic.severity} {properties}::{message}"


def _data(text: str) -> str:
    return printable(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
