"""The format ``concise``: a line for each diagnostic, as editors and ``grep`` like them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc.diagnostics.paint import Paint, painter
from netc.diagnostics.printable import printable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netc.diagnostics.model import Diagnostic


def render(diagnostics: Sequence[Diagnostic], sources: Mapping[str, str], *, color: bool = False) -> str:
    """One line each, without notes; ``sources`` are not shown; see ``formats.Renderer``."""
    paint = painter(color)
    return "\n".join(_line(one, paint) for one in diagnostics)


def _line(diagnostic: Diagnostic, paint: Paint) -> str:
    span = diagnostic.span
    place = paint("strong", f"{printable(span.file)}:{span.line}:{span.column}:")
    code = paint(diagnostic.severity, f"{diagnostic.severity}[{printable(diagnostic.code)}]")
    way_out = f" ({paint('note', 'help:')} {printable(diagnostic.help)})" if diagnostic.help else ""
    return f"{place} {code} {printable(diagnostic.text)}{way_out}"
