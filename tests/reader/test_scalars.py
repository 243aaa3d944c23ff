"""Plain scalars by YAML 1.2's core schema."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netc.reader import DIGIT_LIMIT, resolve

Reports: TypeAlias = Callable[[str | bytes], str]
Values: TypeAlias = Callable[[str | bytes], Any]


@pytest.mark.parametrize("text", ["", "~", "null", "Null", "NULL"])
def test_null(text: str) -> None:
    assert resolve(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [("true", True), ("True", True), ("TRUE", True), ("false", False), ("False", False), ("FALSE", False)],
)
def test_booleans(text: str, value: bool) -> None:
    assert resolve(text) is value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("-0", 0),
        ("+12", 12),
        ("-19", -19),
        ("010", 10),
        ("0o17", 15),
        ("0x1F", 31),
        ("0xdead", 57005),
    ],
)
def test_whole_numbers(text: str, value: int) -> None:
    assert resolve(text) == value
    assert type(resolve(text)) is int


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e3", 1000.0),
        ("1E-5", 0.00001),
        ("0.", 0.0),
        (".5", 0.5),
        ("-.5e+2", -50.0),
        ("+12e03", 12000.0),
        ("1.0", 1.0),
        ("1e400", math.inf),
        (".inf", math.inf),
        ("+.Inf", math.inf),
        ("-.INF", -math.inf),
    ],
)
def test_floats(text: str, value: float) -> None:
    assert resolve(text) == value
    assert type(resolve(text)) is float


@pytest.mark.parametrize("text", [".nan", ".NaN", ".NAN"])
def test_not_a_number(text: str) -> None:
    value = resolve(text)
    assert isinstance(value, float)
    assert math.isnan(value)


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "No",
        "on",
        "yes",
        "off",
        "y",
        "n",
        "nULL",
        "tRue",
        "none",
        "None",
        "nan",
        "inf",
        "infinity",
        "1_000",
        "1:30",
        "0b11",
        "0o8",
        "0xg",
        "-0x1F",
        "+0o7",
        "1e",
        "e3",
        ".",
        "-",
        "+",
        "--1",
        "1.2.3",
        "+.nan",
        "1 2",
        "2001-01-01",
        "٣",
        "\uff11",
        "1\n",
        "0x",
        "=",
        "<<",
        "$width",
    ],
)
def test_everything_else_is_text(text: str) -> None:
    assert resolve(text) == text


@pytest.mark.parametrize("written", ["'1'", '"1"', "|-\n  1", ">-\n  1"])
def test_what_is_quoted_or_in_a_block_is_text(values: Values, written: str) -> None:
    assert values(f"a: {written}\n") == {"a": "1"}


@given(st.integers(-(10**249) + 1, 10**249))
@settings(max_examples=50)
def test_a_whole_number_survives(number: int) -> None:
    assert resolve(str(number)) == number


@given(st.floats(allow_nan=False, allow_infinity=False))
@settings(max_examples=50)
def test_a_float_survives(number: float) -> None:
    value = resolve(repr(number))
    assert isinstance(value, float)
    assert value == number


@pytest.mark.parametrize(
    "longest", ["9" * DIGIT_LIMIT, "0x" + "f" * (DIGIT_LIMIT - 2), "-" + "9" * (DIGIT_LIMIT - 1)]
)
def test_the_longest_whole_number_fits_a_float(longest: str) -> None:
    value = resolve(longest)
    assert isinstance(value, int)
    assert math.isfinite(float(value))


def test_a_longer_whole_number_is_reported_and_refused(reports: Reports, values: Values) -> None:
    text = f"a: {'1' * 300_000}\nb: 0x{'f' * 249}\nc: '{'1' * 300}'\n"
    assert values(text) == {"a": ..., "b": ..., "c": "1" * 300}
    assert (
        reports(text)
        == """\
E104 1:4-1:300004 a whole number is too long: 300,000 characters, and at most 250 are read
  help: sizes stay below 2^31; for text of digits, put it in quotes
E104 2:4-2:255 a whole number is too long: 251 characters, and at most 250 are read
  help: sizes stay below 2^31; for text of digits, put it in quotes
"""
    )


def test_a_key_of_digits_is_text_however_long(reports: Reports, values: Values) -> None:
    text = f"{'7' * 300}: 1\n"
    assert reports(text) == ""
    assert values(text) == {"7" * 300: 1}
