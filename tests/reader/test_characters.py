"""What is said about values that cannot be read, and about what is not text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

Reports: TypeAlias = Callable[[str | bytes], str]
Values: TypeAlias = Callable[[str | bytes], Any]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "doc: 'it's a net'\n",
            """\
E101 1:10-1:11 `s` follows a closing `'`
  help: put all of the value into the quotes; a `'` inside is written `''`
""",
        ),
        (
            'doc: "a \\d"\n',
            """\
E101 1:9-1:11 `\\d` is no escape
  help: write `\\\\` for a backslash, or put the text in single quotes, where a backslash is just that
""",
        ),
        (
            'doc: "never closed\n',
            """\
E101 1:6-1:7 the `"` is never closed
  help: write the `"` where the text ends
""",
        ),
        (
            "doc: 'never closed\n---\n'",
            """\
E101 1:6-1:7 the `'` is never closed
  help: write the `'` where the text ends
""",
        ),
        (
            'doc: "\\x4"\n',
            """\
E101 1:7-1:9 `\\x` is not followed by 2 hexadecimal digits
  help: write all of them, or `\\\\` for a backslash
""",
        ),
        (
            'doc: "\\ud83d\\ude00"\n',
            """\
E101 1:7-1:13 `\\ud83d` is no character
  help: write the character itself, or `\\U` and its code in eight hexadecimal digits
""",
        ),
        (
            '"a" "b"\n',
            """\
E101 1:5-1:6 `"` follows a closing `"`
  help: put all of the value into the quotes; a `"` inside is written `\\"`
""",
        ),
        (
            'doc: "a\\',
            """\
E101 1:6-1:7 the `"` is never closed
  help: write the `"` where the text ends
""",
        ),
    ],
)
def test_quotes(reports: Reports, text: str, expected: str) -> None:
    assert reports(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "a: @b\n",
            """\
E101 1:4-1:5 a value cannot begin with `@`
  help: put the value in quotes
""",
        ),
        (
            "a: `b`\n",
            """\
E101 1:4-1:5 a value cannot begin with a backtick
  help: put the value in quotes
""",
        ),
        (
            "a: %b\n",
            """\
E101 1:4-1:5 a value cannot begin with `%`
  help: put the value in quotes
""",
        ),
        (
            "a: *.yaml\n",
            """\
E101 1:4-1:5 a value cannot begin with `*`
  help: put the value in quotes; a spec has neither anchors nor aliases
""",
        ),
        (
            "a: & b\n",
            """\
E101 1:4-1:5 a value cannot begin with `&`
  help: put the value in quotes; a spec has neither anchors nor aliases
""",
        ),
        (
            "a: | b\n",
            """\
E101 1:4-1:5 `|` begins a text of several lines and must end its own
  help: begin the text on the next line; a value that begins with `|` as text needs quotes
""",
        ),
        (
            "a: ]\n",
            """\
E101 1:4-1:5 `]` closes nothing
  help: remove it, or write the `[` it belongs to
""",
        ),
        (
            "a: b\n%c\n",
            """\
E101 2:1-2:2 a line cannot begin with `%` here
  help: put the value in quotes
""",
        ),
        (
            "a: !<x\n",
            """\
E103 1:4-1:7 the tag `!<x` is not part of a spec
  help: remove it: a value's type follows from how it is written; text that begins with `!` needs quotes
""",
        ),
    ],
)
def test_signs_that_begin_no_value(reports: Reports, text: str, expected: str) -> None:
    assert reports(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "a:\n\tb: 1\n",
            """\
E101 2:1-2:2 a tab stands where YAML takes only spaces
  help: indent with spaces, two a level
""",
        ),
        (
            "a:\n- \tb: 1\n  c: 2\n",
            """\
E101 2:3-2:4 a tab stands where YAML takes only spaces
  help: indent with spaces, two a level
""",
        ),
        (
            "a: |\n\tb\n",
            """\
E101 2:1-2:2 a tab stands where YAML takes only spaces
  help: indent with spaces, two a level
""",
        ),
    ],
)
def test_tabs(reports: Reports, text: str, expected: str) -> None:
    assert reports(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            b"a: caf\xe9\n",
            """\
E101 1:7-1:8 the byte 0xE9 is not UTF-8 here
  help: save the file as UTF-8 (in Windows-1252 this byte is `é`)
""",
        ),
        (
            b"a: 1\nb: \xc3(\xa0\n",
            """\
E101 2:4-2:5 the byte 0xC3 is not UTF-8 here
  help: save the file as UTF-8 (in Windows-1252 this byte is `Ã`)
  note: 1 more like it below
""",
        ),
        (
            b"\xff\xfea\x00:\x00 \x001\x00",
            """\
E101 1:1-1:1 the file is UTF-16, and a spec is UTF-8
  help: save the file as UTF-8
""",
        ),
        (
            b"a\x00b\x00c\x00:\x00 \x001\x00",
            """\
E101 1:1-1:1 the file looks like UTF-16, and a spec is UTF-8
  help: save the file as UTF-8
""",
        ),
        (
            b"\xff\xfe\x00\x00a\x00\x00\x00:\x00\x00\x00 \x00\x00\x001\x00\x00\x00",
            """\
E101 1:1-1:1 the file is UTF-32, and a spec is UTF-8
  help: save the file as UTF-8
""",
        ),
        (
            b"\x89PNG\r\n\x1a\n\x00\x00\x00",
            """\
E101 3:1-3:2 the file is no text: it holds the byte 0x00
  help: a spec is UTF-8 text; remove the byte
""",
        ),
        (
            b"a: \x00\n",
            """\
E101 1:4-1:5 the file is no text: it holds the byte 0x00
  help: a spec is UTF-8 text; remove the byte
""",
        ),
        (
            "a: x\x07\n- b\x07",
            """\
E101 1:5-1:6 the character U+0007 cannot stand in a YAML text
  help: remove it, or write "\\x07" in double quotes
  note: 1 more like it below
E101 2:1-2:2 a list item stands among the keys of a mapping
  help: line its `- ` up with the other items, or write the key of its list on a line above
  note: the keys begin here at 1:1-1:2
""",
        ),
    ],
)
def test_encodings(reports: Reports, text: str | bytes, expected: str) -> None:
    assert reports(text) == expected


def test_reading_goes_on_behind_bytes_that_are_not_utf8(reports: Reports, values: Values) -> None:
    text = b"a: caf\xe9\n\xe8: 1\nb: 2\nb: \x07\n"
    assert values(text) == {"a": ..., "b": 2}
    assert (
        reports(text)
        == """\
E101 1:7-1:8 the byte 0xE9 is not UTF-8 here
  help: save the file as UTF-8 (in Windows-1252 this byte is `é`)
  note: 1 more like it below
E101 4:4-4:5 the character U+0007 cannot stand in a YAML text
  help: remove it, or write "\\x07" in double quotes
E102 4:1-4:2 the key `b` is written twice in one mapping
  help: keep one of the two
  note: first written here at 3:1-3:2
"""
    )
