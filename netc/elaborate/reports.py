"""Collects diagnostics: one a code and written place, further instances as a count."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from netc.diagnostics import Diagnostic, Note

if TYPE_CHECKING:
    from netc.diagnostics import Span


class Frame(NamedTuple):
    """A step that led to a layer: what stands there, and where."""

    message: str
    span: Span


class Reports:
    """The diagnostics of one run; ``chain`` are notes that each one added here gets behind its own."""

    def __init__(self, chain: tuple[Note, ...] = ()) -> None:
        self._chain = chain
        self._found: dict[tuple[str, Span, str], Diagnostic] = {}
        self._further: dict[tuple[str, Span, str], list[str]] = {}

    def of_import(self, chain: tuple[Note, ...]) -> Reports:
        """The same diagnostics, to which those of an imported file are added: ``chain`` says where it is."""
        inner = Reports(chain)
        inner._found, inner._further = self._found, self._further
        return inner

    def add(self, diagnostic: Diagnostic) -> None:
        """Keep a diagnostic, or count it where its like was found at the same place."""
        about = diagnostic.message if diagnostic.code[:2] in {"E1", "E2"} else ""
        key = (diagnostic.code, diagnostic.span, about)
        if key in self._found:
            self._further.setdefault(key, []).append(diagnostic.path)
        else:
            notes = (*diagnostic.notes, *self._chain)
            self._found[key] = diagnostic._replace(notes=notes) if self._chain else diagnostic

    def any(self) -> bool:
        """Whether an error was found."""
        return any(diagnostic.severity == "error" for diagnostic in self._found.values())

    def all(self) -> list[Diagnostic]:
        """The diagnostics, each with a note that counts its further instances."""
        return [self._counted(key, diagnostic) for key, diagnostic in self._found.items()]

    def _counted(self, key: tuple[str, Span, str], diagnostic: Diagnostic) -> Diagnostic:
        further = self._further.get(key, [])
        paths = [path for path in further if path and path != diagnostic.path]
        if not paths:
            return diagnostic
        shown = ", ".join(f"`{path}`" for path in paths[:3]) + (", …" if len(paths) > 3 else "")
        times = "once more" if len(paths) == 1 else f"{len(paths)} more times"
        return diagnostic._replace(notes=(*diagnostic.notes, Note(f"the same {times}: {shown}")))
