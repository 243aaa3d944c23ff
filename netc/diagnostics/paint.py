"""ANSI colours by hand: five styles need no library."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias

Style = Literal["error", "warning", "note", "gutter", "strong"]
Paint: TypeAlias = Callable[[Style, str], str]

_SEQUENCES: Mapping[Style, str] = {
    "error": "\x1b[1;31m",
    "warning": "\x1b[1;33m",
    "note": "\x1b[36m",
    "gutter": "\x1b[34m",
    "strong": "\x1b[1m",
}


def painter(color: bool) -> Paint:
    """A function of style and text: the text in that style, or as it is where ``color`` is false."""
    return _painted if color else _plain


def _painted(style: Style, text: str) -> str:
    return f"{_SEQUENCES[style]}{text}\x1b[0m"


def _plain(style: Style, text: str) -> str:
    return text
