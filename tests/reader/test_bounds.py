"""Texts that are too large, and texts made to be slow: each is met with words, in little time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from netc.reader import BYTE_LIMIT, DEPTH_LIMIT

Reports: TypeAlias = Callable[[str | bytes], str]
Values: TypeAlias = Callable[[str | bytes], Any]

SECONDS = 5.0
"""Of processor time, for 1 MiB: several times what the slowest needs."""


def test_a_text_of_one_mebibyte_is_read_and_a_longer_one_is_not(reports: Reports, values: Values) -> None:
    text = "a: 1 #" + "x" * (BYTE_LIMIT - 6)
    assert values(text) == {"a": 1}
    assert (
        reports(text + "x")
        == """\
E104 1:1-1:1 the text is too long: 1,048,577 bytes, and at most 1,048,576 (1 MiB) are read
  help: write what repeats once, with `repeat`, `for` or `use`, or `import` blocks from other files
"""
    )


def test_fifty_levels_are_read_and_one_more_is_not(reports: Reports) -> None:
    assert reports("[" * DEPTH_LIMIT + "]" * DEPTH_LIMIT) == ""
    assert reports("a: " + "{b: " * 25 + "[" * 24 + "]" * 24 + "}" * 25) == ""
    assert (
        reports("[" * (DEPTH_LIMIT + 1) + "]" * (DEPTH_LIMIT + 1))
        == """\
E104 1:51-1:52 mappings and lists are nested too deeply: 51 levels, and at most 50 are read
  help: give the inner layers a name under `blocks` and place them with `use`
"""
    )


def test_a_million_events_are_too_many(reports: Reports) -> None:
    found = reports("{a," + "?," * 520_000 + "}")
    assert found.endswith("""\
E104 1:999999-1:999999 the text has too many keys and values: more than 1,000,000 YAML events
  help: write what repeats once, with `repeat`, `for` or `use`
E104 1:207-1:207 too many duplicate keys and refused features to list: 499,897 more from here on, after the 100 listed
  help: mend those that are listed and check again
""")


@pytest.mark.parametrize(
    "refused", ["- *a\n", "- &a b\n", "- !a b\n", "- {<<: 1}\n", "- {a, a}\n", "- {[]: 1}\n", "%a\n"]
)
def test_a_hundred_refusals_are_listed_and_the_rest_counted(reports: Reports, refused: str) -> None:
    assert reports(refused * 100).count("\nE") == 99
    found = reports(refused * 250)
    assert found.count("\nE") == 100
    column = found.splitlines()[-2].split(":")[1].split("-")[0]
    assert found.endswith(f"""\
E104 101:{column}-101:{column} too many duplicate keys and refused features to list: 150 more from here on, after the 100 listed
  help: mend those that are listed and check again
""")


def mebibyte(piece: str, before: str = "", after: str = "") -> str:
    """``piece`` again and again, up to 1 MiB in all."""
    room = BYTE_LIMIT - len((before + after).encode())
    return before + piece * (room // len(piece.encode())) + after


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[" * 30_000, id="brackets"),
        pytest.param(mebibyte("["), id="a mebibyte of brackets"),
        pytest.param(mebibyte("{a: "), id="braces"),
        pytest.param(mebibyte("- "), id="dashes"),
        pytest.param(mebibyte("? "), id="question marks"),
        pytest.param(mebibyte("[? "), id="brackets with question marks"),
        pytest.param(mebibyte("[a: "), id="pairs"),
        pytest.param("".join(" " * depth + "a:\n" for depth in range(1_000)), id="indentation"),
        pytest.param("{" + ", ".join(f"key{number}: 1" for number in range(40_000)) + "}", id="40,000 keys"),
        pytest.param(mebibyte("a, ", "[", "]"), id="items of a flow"),
        pytest.param(mebibyte("- a\n"), id="items"),
        pytest.param(mebibyte("[],", "[", "]"), id="lists"),
        pytest.param(mebibyte("[]: ,", "{", "}"), id="keys that are lists"),
        pytest.param(mebibyte("a"), id="one word"),
        pytest.param(mebibyte("a "), id="one line"),
        pytest.param(mebibyte("a\n"), id="one text of many lines"),
        pytest.param(mebibyte("a", after=": 1"), id="a key"),
        pytest.param(mebibyte("x", '"', '"'), id="quotes"),
        pytest.param(mebibyte("''", "'", "'"), id="quotes in quotes"),
        pytest.param(mebibyte("\\u0041", '"', '"'), id="escapes"),
        pytest.param(mebibyte("  x\n", "a: |\n"), id="block"),
        pytest.param(mebibyte("\n", "a: >\n  x\n"), id="block with empty lines"),
        pytest.param(mebibyte("- |\n"), id="empty blocks"),
        pytest.param(mebibyte("\n"), id="empty lines"),
        pytest.param(mebibyte(" "), id="spaces"),
        pytest.param(mebibyte("\t"), id="tabs"),
        pytest.param(mebibyte("#"), id="a comment"),
        pytest.param(mebibyte("#\n"), id="comments"),
        pytest.param(mebibyte("%"), id="a directive"),
        pytest.param("\n".join(f"%TAG !a{number}! b" for number in range(50_000)), id="tag directives"),
        pytest.param(
            "a\n...\n" + "\n".join(f"%TAG !a{n}! b" for n in range(50_000)), id="late tag directives"
        ),
        pytest.param(mebibyte("---\n"), id="documents"),
        pytest.param(mebibyte("...\n", "a\n"), id="ends of documents"),
        pytest.param(mebibyte("&a\n"), id="anchors"),
        pytest.param(mebibyte("- *a\n"), id="aliases"),
        pytest.param(mebibyte("!"), id="a tag"),
        pytest.param(mebibyte("- {<<: *a}\n"), id="merge keys"),
        pytest.param(
            "a: &a [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1},*a{n - 1}]\n" for n in range(1, 30)),
            id="merge bomb",
        ),
        pytest.param(mebibyte("$(", "{a: "), id="expressions that stay open"),
        pytest.param(mebibyte("1", "a: "), id="digits"),
        pytest.param(mebibyte("1", "a: 0."), id="decimals"),
        pytest.param(mebibyte("9", "a: 1e"), id="exponent"),
        pytest.param(mebibyte("\u2028", "a: "), id="exotic line ends"),
        pytest.param(mebibyte("\x07"), id="control characters"),
        pytest.param("a: \u2028" + "".join(map(chr, range(0xE000, 0xF8FF))), id="private characters"),
    ],
)
def test_no_text_takes_long(reports: Reports, text: str) -> None:
    assert len(text.encode()) <= BYTE_LIMIT
    start = time.process_time()
    found = reports(text)
    assert time.process_time() - start < SECONDS
    assert found.count("\nE") <= 102


def test_random_bytes_do_not_take_long(reports: Reports) -> None:
    start = time.process_time()
    found = reports(b"\xff" * BYTE_LIMIT)
    assert time.process_time() - start < SECONDS
    assert (
        found
        == """\
E101 1:1-1:2 the byte 0xFF is not UTF-8 here
  help: save the file as UTF-8 (in Windows-1252 this byte is `ÿ`)
  note: 1,048,575 more like it below
"""
    )


def test_ten_thousand_layers_are_read_in_a_blink(values: Values) -> None:
    text = "layers:\n" + "- {conv: 64, kernel: 3, padding: same}\n" * 10_000
    start = time.process_time()
    layers = values(text)["layers"]
    assert time.process_time() - start < 1.0
    assert layers == [{"conv": 64, "kernel": 3, "padding": "same"}] * 10_000
