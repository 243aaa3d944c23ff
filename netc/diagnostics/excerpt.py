"""One line of a spec as it is shown, and where in it a span lies."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from netc.diagnostics.printable import printable_character, width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netc.diagnostics.model import Span

WIDEST = 100
"""The columns of a source line that are shown; a longer one is cut around its span."""

_LEFT_CONTEXT = WIDEST // 4
_BREAK = re.compile(r"\r\n|\r|\n")
_TAB = "    "


class Excerpt(NamedTuple):
    """What is shown of a line, and the stretch of it that a span marks, in terminal columns.

    ``before`` columns lie left of the marks, of which there are ``marks``, at least one.
    ``runs_on`` says that the span goes on in the lines below.
    """

    text: str
    before: int
    marks: int
    runs_on: bool


def split_lines(text: str) -> list[str]:
    """The lines of a spec, broken as YAML 1.2 does, without a leading byte order mark.

    A text that ends in a line break has one more, empty line: the end of the file lies there.
    """
    return _BREAK.split(text.removeprefix("\ufeff"))


def excerpt(lines: Sequence[str], span: Span) -> Excerpt:
    """The first line of a span, printable, cut to ``WIDEST`` columns around the span's start.

    Places beyond the line, or beyond the file, are drawn at its end.
    """
    line = lines[span.line - 1] if 1 <= span.line <= len(lines) else ""
    runs_on = _has_text_below(lines, span)
    start = min(max(span.column - 1, 0), len(line))
    end = span.end_column - 1 if span.end_line <= span.line else len(line.rstrip())
    end = max(start, min(end, len(line)))
    offset = max(0, start - WIDEST)  # no more than this can be shown, and a line may be 1 MiB long
    near = line[offset : start + WIDEST]
    cells = [_TAB if character == "\t" else printable_character(character) for character in near]
    columns = [width(cell) for cell in cells]
    first, last = start - offset, min(end - offset, len(cells))
    if len(near) == len(line) and sum(columns) <= WIDEST:
        begin, stop = 0, len(cells)
    else:
        begin, stop = _window(columns, first, last, whole_start=offset == 0)
    left = "…" if offset + begin > 0 else ""
    right = "…" if offset + stop < len(line) else ""
    return Excerpt(
        text=left + "".join(cells[begin:stop]) + right,
        before=len(left) + sum(columns[begin:first]),
        marks=max(1, sum(columns[first : min(last, stop)])),
        runs_on=runs_on,
    )


def _has_text_below(lines: Sequence[str], span: Span) -> bool:
    """Whether a span covers more than blanks below its first line, as block mappings' spans do."""
    if span.end_line <= span.line:
        return False
    between = any(lines[at].strip() for at in range(span.line, min(span.end_line - 1, len(lines))))
    if between or span.end_line > len(lines):
        return between
    return bool(lines[span.end_line - 1][: span.end_column - 1].strip())


def _window(columns: Sequence[int], first: int, last: int, *, whole_start: bool) -> tuple[int, int]:
    """Which cells to show, as a half-open range, so that they fit beside an ellipsis at each end."""
    room = WIDEST - 2
    fits_from_start = whole_start and sum(columns[:last]) <= room
    begin, used = _grown(columns, first, -1, room if fits_from_start else _LEFT_CONTEXT)
    stop, used_right = _grown(columns, first, 1, room - used)
    begin, _ = _grown(columns, begin, -1, room - used - used_right)
    return begin, stop


def _grown(columns: Sequence[int], edge: int, step: int, room: int) -> tuple[int, int]:
    """An edge moved by cells to the left (step -1) or right (1) while there is room; the columns used."""
    used = 0
    while 0 <= (cell := edge - 1 if step < 0 else edge) < len(columns) and used + columns[cell] <= room:
        used += columns[cell]
        edge += step
    return edge, used
