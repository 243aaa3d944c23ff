"""Where and why libyaml stopped, and the words for what stands there."""

from __future__ import annotations

import re
from typing import NamedTuple

from netc.diagnostics.model import Diagnostic, Note, Span
from netc.reader.refusals import shown
from netc.reader.source import Source


class Fault(NamedTuple):
    """Where libyaml stopped: its words, and indices into the source's text.

    ``place`` is where the problem was met, ``begun`` where the construct around it begins, and
    ``opening`` the innermost bracket or brace open at that moment (``None``: there is none).
    """

    problem: str
    context: str
    place: int
    begun: int
    opening: int | None


_WORD = re.compile(r"[\w$.]+|[^ \t\r\n]")


def word(source: Source, index: int) -> Span:
    """The word or the sign at ``index``; an empty span at a line's end."""
    word = _WORD.match(source.text, index)
    return source.span(index, word.end() if word else index)


def found(source: Source, index: int) -> str:
    """How a message names what stands at ``index``."""
    word = _WORD.match(source.text, index)
    if word:
        return "a backtick" if word.group() == "`" else shown(word.group())
    return "the end of the line" if source.text[index:].strip(" \t\r\n") else "the end of the text"


def error(
    message: str, span: Span, way_out: str, notes: tuple[Note, ...] = (), label: str = ""
) -> Diagnostic:
    """An E101 at ``span``."""
    return Diagnostic("E101", "error", message, span, label, way_out, notes=notes)
