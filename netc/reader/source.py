"""A file's text, and the places in it: lines and columns are counted only when asked for."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import final

from netc.diagnostics.model import Span

_LINE_END = re.compile(r"\r\n?|\n")


def split_lines(text: str) -> list[str]:
    r"""The lines of ``text`` without their ends, so that a span's line ``n`` is item ``n - 1``.

    A line ends at ``\n``, ``\r\n`` or ``\r`` and at nothing else; what follows the last end is a
    line too, be it empty. A byte order mark at the start belongs to no line.
    """
    return _LINE_END.split(text.removeprefix("\ufeff"))


@final
class Source:
    """A file's name and text. ``text`` has no byte order mark; an index counts its code points."""

    __slots__ = ("_starts", "file", "text")

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self._starts: list[int] | None = None

    def place(self, index: int) -> tuple[int, int]:
        """The line and the column, both from 1, of the code point at ``index``."""
        if self._starts is None:
            self._starts = [0, *(end.end() for end in _LINE_END.finditer(self.text))]
        line = bisect_right(self._starts, index)
        return line, index - self._starts[line - 1] + 1

    def span(self, start: int, end: int) -> Span:
        """The stretch from index ``start`` up to index ``end``, which is not part of it."""
        return Span(self.file, *self.place(start), *self.place(end))

    def line_start(self, index: int) -> int:
        """The index at which the line that holds ``index`` begins."""
        return index - self.place(index)[1] + 1

    def line_end(self, index: int) -> int:
        """The index of the line end that closes the line of ``index``, or the text's length."""
        end = _LINE_END.search(self.text, index)
        return end.start() if end else len(self.text)
