"""What is said where a single value, its quotes or its escapes cannot be read."""

from __future__ import annotations

import re

from netc.diagnostics.model import Diagnostic
from netc.reader.fault import Fault, error, word
from netc.reader.refusals import shown
from netc.reader.source import Source


def question_mark(source: Source, fault: Fault) -> Diagnostic:
    """A ``? `` where no key can begin."""
    return error("a value cannot begin with `? `", word(source, fault.place), "put the value in quotes")


def no_token(source: Source, fault: Fault) -> Diagnostic:
    """A sign that begins nothing in YAML."""
    character = source.text[fault.place : fault.place + 1]
    if character == "\t":
        return tab(source, fault)
    name = "a backtick" if character == "`" else f"`{character}`"
    return error(f"a value cannot begin with {name}", word(source, fault.place), "put the value in quotes")


def tab(source: Source, fault: Fault) -> Diagnostic:
    """A tab as indentation."""
    tabs = re.compile(r"\t*").match(source.text, fault.place)
    end = tabs.end() if tabs else fault.place
    message = "a tab stands where YAML takes only spaces"
    return error(message, source.span(fault.place, end), "indent with spaces, two a level")


def percent(source: Source, fault: Fault) -> Diagnostic:
    """A line that begins with ``%`` and is not above the document."""
    return error("a line cannot begin with `%` here", word(source, fault.begun), "put the value in quotes")


def indicator_without_name(source: Source, fault: Fault) -> Diagnostic:
    """A ``*`` or ``&`` that no name follows."""
    character = source.text[fault.begun]
    way_out = "put the value in quotes; a spec has neither anchors nor aliases"
    return error(f"a value cannot begin with `{character}`", word(source, fault.begun), way_out)


def open_quote(source: Source, fault: Fault) -> Diagnostic:
    """A quoted text without its end."""
    quote = source.text[fault.begun]
    way_out = f"write the `{quote}` where the text ends"
    return error(f"the `{quote}` is never closed", source.span(fault.begun, fault.begun + 1), way_out)


def unknown_escape(source: Source, fault: Fault) -> Diagnostic:
    """A backslash before a sign that it does not escape."""
    if fault.place + 1 >= len(source.text):
        return open_quote(source, fault)
    span = source.span(fault.place, fault.place + 2)
    way_out = "write `\\\\` for a backslash, or put the text in single quotes, where a backslash is just that"
    return error(f"{shown(source.text[fault.place : fault.place + 2])} is no escape", span, way_out)


_ESCAPE_DIGITS = {"x": 2, "u": 4, "U": 8}


def short_escape(source: Source, fault: Fault) -> Diagnostic:
    r"""``\x``, ``\u`` or ``\U`` with too few digits."""
    start = source.text.rfind("\\", 0, fault.place)
    letter = source.text[start + 1]
    digits = _ESCAPE_DIGITS.get(letter, 2)
    return error(
        f"`\\{letter}` is not followed by {digits} hexadecimal digits",
        source.span(start, fault.place),
        "write all of them, or `\\\\` for a backslash",
    )


def no_character(source: Source, fault: Fault) -> Diagnostic:
    """An escape for half a surrogate pair or beyond Unicode."""
    start = source.text.rfind("\\", 0, fault.place)
    end = start + 2 + _ESCAPE_DIGITS.get(source.text[start + 1], 4)
    return error(
        f"{shown(source.text[start:end])} is no character",
        source.span(start, end),
        "write the character itself, or `\\U` and its code in eight hexadecimal digits",
    )


def block_header(source: Source, fault: Fault) -> Diagnostic:
    """Text on the line of ``|`` or ``>``."""
    sign = source.text[fault.begun]
    way_out = f"begin the text on the next line; a value that begins with `{sign}` as text needs quotes"
    return error(
        f"`{sign}` begins a text of several lines and must end its own", word(source, fault.begun), way_out
    )
