"""The format ``json``: a list of objects, for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netc.diagnostics.model import Diagnostic, Note

_Fields: TypeAlias = "dict[str, str | int | list[_Fields] | None]"


def render(diagnostics: Sequence[Diagnostic], sources: Mapping[str, str], *, color: bool = False) -> str:
    """A JSON list in ASCII; ``sources`` and ``color`` change nothing; see ``formats.Renderer``.

    ``message`` holds the label, too. A note without a place has ``null`` for file, line and column.
    """
    return json.dumps([_diagnostic(one) for one in diagnostics], indent=2)


def _diagnostic(diagnostic: Diagnostic) -> _Fields:
    span = diagnostic.span
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "message": diagnostic.text,
        "help": diagnostic.help,
        "file": span.file,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
        "path": diagnostic.path,
        "notes": [_note(note) for note in diagnostic.notes],
    }


def _note(note: Note) -> _Fields:
    span = note.span
    return {
        "message": note.message,
        "file": span.file if span else None,
        "line": span.line if span else None,
        "column": span.column if span else None,
    }
