"""The format ``full``: each diagnostic with the source it speaks of, drawn as compilers draw it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from netc.diagnostics.excerpt import Excerpt, excerpt, split_lines
from netc.diagnostics.formats import counted
from netc.diagnostics.paint import Paint, Style, painter
from netc.diagnostics.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from netc.diagnostics.model import Diagnostic, Note, Span

MOST_NOTES = 8
"""How many notes with a place, and how many without, are shown for one diagnostic."""


class _Mark(NamedTuple):
    """A span to be underlined, with the text that stands beside the line drawn."""

    span: Span
    line: Literal["^", "-"]
    text: str
    style: Style


def render(diagnostics: Sequence[Diagnostic], sources: Mapping[str, str], *, color: bool = False) -> str:
    """The diagnostics with their source lines, a blank line between two; see ``formats.Renderer``.

    A file that ``sources`` lacks is named, but not shown.
    """
    paint = painter(color)
    files = {span.file for one in diagnostics for span in _spans(one)}
    lines = {file: split_lines(sources[file]) for file in files if file in sources}
    return "\n\n".join("\n".join(_rows(one, lines, paint)) for one in diagnostics)


def _spans(diagnostic: Diagnostic) -> Iterator[Span]:
    yield diagnostic.span
    for note in diagnostic.notes:
        if note.span is not None:
            yield note.span


def _rows(diagnostic: Diagnostic, lines: Mapping[str, Sequence[str]], paint: Paint) -> Iterator[str]:
    marks = [mark for mark in _marks(diagnostic) if mark.span.file in lines]
    margin = max((len(str(mark.span.line)) for mark in marks), default=1)
    severity = diagnostic.severity
    yield (
        paint(severity, f"{severity}[{printable(diagnostic.code)}]")
        + paint("strong", f": {printable(diagnostic.message)}")
    )
    yield f"{' ' * margin}{paint('gutter', '-->')} {_place(diagnostic.span)}"
    yield from _drawing(marks, diagnostic.span.file, margin, lines, paint)
    for word, text in _facts(diagnostic, lines):
        yield f"{' ' * margin} {paint('gutter', '=')} {paint('note', f'{word}:')} {printable(text)}"


def _marks(diagnostic: Diagnostic) -> Iterator[_Mark]:
    yield _Mark(diagnostic.span, "^", diagnostic.label, diagnostic.severity)
    for note in _with_place(diagnostic)[:MOST_NOTES]:
        if note.span is not None:
            yield _Mark(note.span, "-", note.message, "note")


def _with_place(diagnostic: Diagnostic) -> list[Note]:
    return [note for note in diagnostic.notes if note.span is not None]


def _drawing(
    marks: Sequence[_Mark], file: str, margin: int, lines: Mapping[str, Sequence[str]], paint: Paint
) -> Iterator[str]:
    """The source lines, each with what is marked in it; a change of file is announced with ``:::``."""
    bar = paint("gutter", "|")
    blank = f"{' ' * margin} {bar}"
    if marks and marks[0].span.file == file:
        yield blank
    shown = ""
    for mark in marks:
        found = excerpt(lines[mark.span.file], mark.span)
        if mark.span.file != file:
            file = mark.span.file
            yield f"{' ' * margin}{paint('gutter', ':::')} {_place(mark.span)}"
            yield blank
            shown = ""
        number = paint("gutter", f"{mark.span.line:>{margin}}")
        row = f"{number} {bar} {found.text}".rstrip()
        if row != shown:
            yield row
        shown = row
        yield f"{blank} {_underlined(mark, found, paint)}"


def _underlined(mark: _Mark, found: Excerpt, paint: Paint) -> str:
    line = mark.line * found.marks + ("…" if found.runs_on else "")
    return " " * found.before + paint(mark.style, f"{line} {printable(mark.text)}".rstrip())


def _facts(diagnostic: Diagnostic, lines: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    """What is said below the drawing: the notes that are not drawn, and the help."""
    if diagnostic.label and diagnostic.span.file not in lines:
        yield "note", diagnostic.label
    with_place = _with_place(diagnostic)
    for note in with_place[:MOST_NOTES]:
        if note.span is not None and note.span.file not in lines:
            yield "note", f"{note.message}, at {_place(note.span)}"
    facts = [note for note in diagnostic.notes if note.span is None]
    for note in facts[:MOST_NOTES]:
        yield "note", note.message
    left_out = max(0, len(with_place) - MOST_NOTES) + max(0, len(facts) - MOST_NOTES)
    if left_out:
        yield "note", f"{counted(left_out, 'further note')} not shown"
    if diagnostic.help:
        yield "help", diagnostic.help


def _place(span: Span) -> str:
    return f"{printable(span.file)}:{span.line}:{span.column}"
