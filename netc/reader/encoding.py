"""From bytes to text: UTF-8 only, and only characters that YAML admits."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from typing import Final

from netc.diagnostics.model import Diagnostic, Note, Span
from netc.reader.source import Source

DAMAGE: Final = "\ufffd"
"""What stands in a damaged text for each byte and character that could not be kept."""

_WIDE_MARKS = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
_FORBIDDEN = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def decode(data: bytes, file: str, report: Callable[[Diagnostic], None]) -> tuple[Source, bool] | None:
    """The text of ``data`` without its byte order mark, and whether it is damaged.

    Bytes that are not UTF-8 and control characters are reported, the first of each with a count
    of the rest, and replaced by ``DAMAGE``, so that reading can go on. ``None``, with a report:
    ``data`` is UTF-16 or UTF-32, or no text at all.
    """
    hopeless = _not_text(data, file)
    if hopeless:
        report(hopeless)
        return None
    data = data.removeprefix(codecs.BOM_UTF8)
    damaged = False
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        text = data.decode(errors="replace")
        damaged = True
        bad = text.count(DAMAGE) - data.count(DAMAGE.encode())
        report(_bad_byte(data, error.start, bad, Source(file, text)))
    first = _FORBIDDEN.search(text)
    if first:
        clean, count = _FORBIDDEN.subn(DAMAGE, text)
        report(_control_character(first.group(), first.start(), count, Source(file, clean)))
        return Source(file, clean), True
    return Source(file, text), damaged


def _not_text(data: bytes, file: str) -> Diagnostic | None:
    way_out = "save the file as UTF-8"
    for mark, name in _WIDE_MARKS.items():
        if data.startswith(mark):
            return _unreadable(f"the file is {name}, and a spec is UTF-8", Span(file, 1, 1, 1, 1), way_out)
    index = data.find(0)
    if index < 0:
        return None
    if index < 4 and data[1 - index % 2 : 64 : 2].isascii() and data[index:64:2].count(0) >= 2:
        return _unreadable("the file looks like UTF-16, and a spec is UTF-8", Span(file, 1, 1, 1, 1), way_out)
    source = Source(file, data[: index + 1].decode(errors="replace").removeprefix("\ufeff"))
    end = len(source.text)
    message = "the file is no text: it holds the byte 0x00"
    return _unreadable(message, source.span(end - 1, end), "a spec is UTF-8 text; remove the byte")


def _bad_byte(data: bytes, offset: int, count: int, source: Source) -> Diagnostic:
    byte = data[offset : offset + 1]
    index = len(data[:offset].decode())
    guess = byte.decode("cp1252", errors="replace")
    known = guess.isprintable() and guess != DAMAGE
    way_out = (
        f"save the file as UTF-8 (in Windows-1252 this byte is `{guess}`)" if known else "save it as UTF-8"
    )
    message = f"the byte 0x{byte.hex().upper()} is not UTF-8 here"
    return _unreadable(message, source.span(index, index + 1), way_out, count - 1)


def _control_character(character: str, index: int, count: int, source: Source) -> Diagnostic:
    code = ord(character)
    message = f"the character U+{code:04X} cannot stand in a YAML text"
    way_out = f'remove it, or write "\\x{code:02x}" in double quotes' if code < 0x100 else "remove it"
    return _unreadable(message, source.span(index, index + 1), way_out, count - 1)


def _unreadable(message: str, span: Span, way_out: str, more: int = 0) -> Diagnostic:
    notes = (Note(f"{more:,} more like it below"),) if more else ()
    return Diagnostic("E101", "error", message, span, help=way_out, notes=notes)
