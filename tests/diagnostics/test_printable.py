"""What is printed for characters that must not be, and how wide text is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netc.diagnostics.printable import printable, width


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain `text`, é, 語, ×", "plain `text`, é, 語, ×"),
        ("\x00\t\n\r\x1b\x7f", "␀␉␊␍␛␡"),
        ("\x85\xa0\xad", r"\x85\xa0\xad"),
        ("\u200b\u2028\u202e\ufeff\ud800", r"\u200b\u2028\u202e\ufeff\ud800"),
        ("\U000e0041", r"\U000e0041"),
        ("a\u3164b", r"a\u3164b"),
    ],
    ids=["printable", "control pictures", "latin 1", "bidi and others", "tags", "a filler without ink"],
)
def test_unprintable_characters_are_escaped(raw: str, shown: str) -> None:
    assert printable(raw) == shown


@given(st.text(st.characters()))
def test_printable_text_is_printable_and_stays_so(raw: str) -> None:
    once = printable(raw)
    assert once.isprintable()
    assert printable(once) == once


@pytest.mark.parametrize(
    ("text", "columns"),
    [("", 0), ("conv", 4), ("日本", 4), ("\uff46", 2), ("e\u0301", 1), ("한", 2), ("\u1112\u1161\u11ab", 2)],
)
def test_width_is_that_of_a_terminal(text: str, columns: int) -> None:
    assert width(text) == columns
