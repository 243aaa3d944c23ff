"""Text that is safe to print, and how wide a terminal draws it.

A spec is a stranger's text: an escape sequence in it could move the cursor, and a bidi control
could show another line than the one that is checked. So nothing unprintable is ever printed raw.
"""

from __future__ import annotations

from unicodedata import category, east_asian_width

_INVISIBLE = frozenset("\u034f\u115f\u1160\u3164\uffa0")
"""Printable by category, yet drawn as nothing: the grapheme joiner and the Hangul fillers."""


def printable(text: str) -> str:
    """The text in one line, each unprintable character escaped; see ``printable_character``."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(printable_character, text))


def printable_character(character: str) -> str:
    """One character as it may be printed: itself, a control picture, or a backslash escape.

    Unprintable are Unicode's categories Other and Separator, the space excepted.
    """
    if character.isprintable() and character not in _INVISIBLE:
        return character
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def width(text: str) -> int:
    """The columns that a terminal gives to printable text (East Asian Width, UAX #11)."""
    return len(text) if text.isascii() else sum(map(_character_width, text))


def _character_width(character: str) -> int:
    if category(character) in ("Mn", "Me") or "\u1160" <= character <= "\u11ff":
        return 0
    return 2 if east_asian_width(character) in ("W", "F") else 1
