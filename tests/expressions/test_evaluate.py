"""What expressions give, and what is said of those that give nothing."""

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from netc.expressions import ExpressionError, Value, parse


class Symbol:
    """A symbolic dim: a value of a type that expressions do not know."""

    def __str__(self) -> str:
        return "H"


H: Any = Symbol()
SCOPE: dict[str, Value] = {
    "width": 64,
    "half": 0.5,
    "two": 2.0,
    "wide": True,
    "act": "relu",
    "rows": [[64, 3, 1], [128, 4, 2]],
    "empty": [],
    "in_shape": [3, H, H],
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        # values
        ("3", 3),
        ("010", 10),
        (".5e1", 5.0),
        ("true", True),
        (r"'it\'s\n'", "it's\n"),
        ('"größe"', "größe"),
        ("[1, [2.5, 'a'], true,]", [1, [2.5, "a"], True]),
        ("[]", []),
        # arithmetic
        ("4 * width", 256),
        ("1 + 2 * 3 - 4", 3),
        ("10 - 3 - 2", 5),
        ("4 / 2", 2.0),
        ("-7 // 2", -4),
        ("-7 % 3", 2),
        ("7 % -3", -2),
        ("-7.5 // 2", -4.0),
        ("-2 ** 2", -4),
        ("2 ** 3 ** 2", 512),
        ("2 ** -1", 0.5),
        ("+width - -width", 128),
        ("half * 3", 1.5),
        ("[1] + [2, 3]", [1, 2, 3]),
        ("'conv' + \"1x1\"", "conv1x1"),
        # comparisons
        ("1 < 2 < 3", True),
        ("1 < 3 < 2", False),
        ("3 < 1 < 'a'", False),
        ("1 == 1.0", True),
        ("1 == true", False),
        ("0 != false", True),
        ("true == true", True),
        ("'1' == 1", False),
        ("[1, true] == [1.0, true]", True),
        ("[1] == [true]", False),
        ("[1] == [1, 2]", False),
        ("'a' < 'b'", True),
        ("2 >= 2.0", True),
        # logic
        ("not wide", False),
        ("not 1 == 2", True),
        ("wide and width > 3", True),
        ("false and 1 / 0 == 1", False),
        ("true or nothing", True),
        ("false or wide", True),
        ("1 if wide else 1 / 0", 1),
        ("'a' if width < 0 else 'b' if width < 64 else 'c'", "c"),
        # items
        ("rows[1][0]", 128),
        ("rows[-1]", [128, 4, 2]),
        ("rows[-2]", [64, 3, 1]),
        ("rows[two - 1][two]", 2),
        ("act[0] + act[-1]", "ru"),
        # functions
        ("min(3, 1, 2)", 1),
        ("max([3, 4.5])", 4.5),
        ("abs(-3)", 3),
        ("abs(-0.5)", 0.5),
        ("round(2.5)", 3),
        ("round(-2.5)", -3),
        ("round(0.49999999999999994)", 0),
        ("ceil(1.2)", 2),
        ("floor(-1.2)", -2),
        ("int(-1.9)", -1),
        ("float(3)", 3.0),
        ("len(rows)", 2),
        ("len(act)", 4),
        ("sum([1, 2, 3.5])", 6.5),
        ("sum([])", 0),
        ("divisible(24.75, 8)", 24),
        ("divisible(20, 8)", 24),
        ("divisible(1, 8)", 8),
        ("divisible(-5, 8)", 8),
        ("divisible(20, 18)", 18),
        ("divisible(21, 18)", 36),
        ("divisible(20, 8.0)", 24),
        # a symbolic dim is handed on, never computed with
        ("in_shape[0] * 2", 6),
        ("len(in_shape)", 3),
        ("in_shape[1]", H),
        ("in_shape == [4, 1, 1]", False),
    ],
)
def test_value(text: str, value: Value) -> None:
    found = parse(text).evaluate(SCOPE)
    assert (found, type(found)) == (value, type(value))


PLUS = "`+` takes two numbers, two lists or two strings, found"
NEVER = "a boolean or a string never serves for a number"
COMPARE = "compare, as in `x != 0`"
NO_SYMBOL = "a symbolic dim has no one value: give the input a whole number there"
WHOLE = "`round`, `floor` and `ceil` make one"


# text, the part that fails, the fact, the way out
@pytest.mark.parametrize(
    ("text", "part", "message", "way_out"),
    [
        # names
        ("2 * widht", "widht", "there is no name `widht` here", "did you mean `width`?"),
        ("min", "min", "there is no name `min` here", "`min` is a function: write min(list) or min(x, y, …)"),
        (
            "zzz",
            "zzz",
            "there is no name `zzz` here",
            "known here are `act`, `empty`, `half`, `in_shape`, `rows`, `two`, `wide`, `width`",
        ),
        # types
        ("wide + 1", "wide + 1", f"{PLUS} true and 1", NEVER),
        ("1 + (2 + 'é') * 3", "2 + 'é'", f"{PLUS} 2 and 'é'", NEVER),
        ("[1] + 1", "[1] + 1", f"{PLUS} [1] and 1", ""),
        ("rows * 2", "rows * 2", "`*` takes two numbers, found [[64, 3, 1], [128, 4, 2]] and 2", ""),
        ("-act", "-act", "`-` takes a number, found 'relu'", NEVER),
        ("1 < 'a'", "1 < 'a'", "`<` takes two numbers or two strings, found 1 and 'a'", NEVER),
        ("[1] < [2]", "[1] < [2]", "`<` takes two numbers or two strings, found [1] and [2]", ""),
        ("1 < 2 < wide", "1 < 2 < wide", "`<` takes two numbers or two strings, found 2 and true", NEVER),
        ("1 if width else 2", "width", "`if` takes true or false, found 64", COMPARE),
        ("wide and width", "width", "`and` takes true or false, found 64", COMPARE),
        ("act or wide", "act", "`or` takes true or false, found 'relu'", COMPARE),
        ("not 0", "not 0", "`not` takes true or false, found 0", COMPARE),
        # arithmetic
        ("1 + 7 / 0", "7 / 0", "7 / 0 divides by zero", ""),
        ("7.0 // 0", "7.0 // 0", "7.0 // 0 divides by zero", ""),
        ("7 % 0", "7 % 0", "7 % 0 divides by zero", ""),
        ("0 ** -1", "0 ** -1", "0 ** -1 divides by zero", ""),
        ("(-8) ** half", "(-8) ** half", "-8 to the power 0.5 is not a real number", ""),
        ("1 + 2 + wide + 4", "1 + 2 + wide", f"{PLUS} 3 and true", NEVER),
        # items
        ("rows[2]", "rows[2]", "index 2 is out of range: the list has 2 items", "0 to 1, or -1 for the last"),
        (
            "'a'[-2]",
            "'a'[-2]",
            "index -2 is out of range: the string has 1 character",
            "0 to 0, or -1 for the last",
        ),
        ("empty[0]", "empty[0]", "index 0 is out of range: the list is empty", ""),
        ("rows[half]", "rows[half]", "`[…]` takes a whole number, found 0.5", WHOLE),
        ("rows[wide]", "rows[wide]", "`[…]` takes a number, found true", NEVER),
        ("width[0]", "width[0]", "only a list or a string has items, found 64", ""),
        # functions
        ("int('3')", "int('3')", "`int` takes a number, found '3'", NEVER),
        ("float(wide)", "float(wide)", "`float` takes a number, found true", NEVER),
        ("len(3)", "len(3)", "`len` takes a list or a string, found 3", ""),
        ("sum(3)", "sum(3)", "`sum` takes a list of numbers, found 3", ""),
        ("sum([1, act])", "sum([1, act])", "`sum` takes a number, found 'relu'", NEVER),
        ("min(3)", "min(3)", "`min` takes a list or several numbers, found 3", ""),
        ("max([])", "max([])", "`max` of an empty list", ""),
        ("max(1, wide)", "max(1, wide)", "`max` takes a number, found true", NEVER),
        ("divisible(9, 0)", "divisible(9, 0)", "`divisible` rounds to a multiple of at least 1, found 0", ""),
        ("divisible(9, 1.5)", "divisible(9, 1.5)", "`divisible` takes a whole number, found 1.5", WHOLE),
        # symbolic dims
        ("in_shape[1] // 2", "in_shape[1] // 2", "a symbolic dim in arithmetic: H", NO_SYMBOL),
        ("-in_shape[1]", "-in_shape[1]", "a symbolic dim in arithmetic: H", NO_SYMBOL),
        ("sum(in_shape)", "sum(in_shape)", "a symbolic dim in arithmetic: H", NO_SYMBOL),
        ("in_shape[1] == 2", "in_shape[1] == 2", "a symbolic dim in a comparison: H", NO_SYMBOL),
        ("in_shape == [3, 1, 1]", "in_shape == [3, 1, 1]", "a symbolic dim in a comparison: H", NO_SYMBOL),
        ("in_shape[1] > 2", "in_shape[1] > 2", "a symbolic dim in a comparison: H", NO_SYMBOL),
        ("1 if in_shape[1] else 2", "in_shape[1]", "a symbolic dim in `if`: H", NO_SYMBOL),
    ],
)
def test_failure(text: str, part: str, message: str, way_out: str) -> None:
    expression = parse(text)
    with pytest.raises(ExpressionError) as caught:
        expression.evaluate(SCOPE)
    error = caught.value
    assert (expression.text[error.start : error.end], error.message, error.help) == (part, message, way_out)


def test_an_unknown_name_is_told_apart() -> None:
    with pytest.raises(ExpressionError) as caught:
        parse("nothing").evaluate({})
    assert (caught.value.unknown, caught.value.help) == ("nothing", "no name is known here")


def test_many_known_names_are_counted() -> None:
    scope: dict[str, Value] = {f"a{number:02}": number for number in range(13)}
    with pytest.raises(ExpressionError, match=r"^there is no name `zz` here$") as caught:
        parse("zz").evaluate(scope)
    assert caught.value.help.endswith("`a08`, `a09` and 3 more")


class Poisoned(Mapping[str, Value]):
    """A scope in which reading any name fails for a reason of its own."""

    def __getitem__(self, name: str) -> Value:
        raise LookupError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def test_what_the_scope_raises_passes_through() -> None:
    with pytest.raises(LookupError, match=r"^width$"):
        parse("[1 + min(2, width)]").evaluate(Poisoned())


def test_only_the_names_that_are_needed_are_asked_for() -> None:
    assert parse("1 if true or width else width").evaluate(Poisoned()) == 1


NUMBERS = st.one_of(st.integers(0, 20).map(str), st.sampled_from(["0.5", "2.0", "0.25", "3.75"]))
ARITHMETIC = st.recursive(
    NUMBERS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "//", "%", "**"]), inner).map(" ".join),
        inner.map("({})".format),
        inner.map("-{}".format),
    ),
    max_leaves=8,
)


@settings(max_examples=200)
@given(ARITHMETIC)
def test_arithmetic_is_pythons(text: str) -> None:
    try:
        found: object = parse(text).evaluate({})
    except ExpressionError as error:
        assume("divides by zero" in error.message)
        with pytest.raises(ZeroDivisionError):
            eval(text)
        return
    expected = eval(text)
    assert (found, type(found)) == (expected, type(expected))


@given(st.floats(-1e15, 1e15))
def test_round_sends_halves_away_from_zero(x: float) -> None:
    expected = Decimal(x).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    assert parse("round(x)").evaluate({"x": x}) == int(expected)


@given(st.one_of(st.integers(1, 5000), st.floats(0.01, 5000)), st.integers(1, 64))
def test_divisible_is_the_nearest_multiple_that_is_not_too_small(x: float, by: int) -> None:
    found = parse("divisible(x, by)").evaluate({"x": x, "by": by})
    exact = Decimal(x)
    allowed = [n for n in range(by, 10_000, by) if 10 * n >= 9 * exact]
    assert found == min(allowed, key=lambda n: (abs(n - exact), -n))


@pytest.mark.parametrize(
    ("multiplier", "channels"),
    [
        (0.75, [24, 16, 24, 24, 48, 72, 120, 240]),
        (1.0, [32, 16, 24, 32, 64, 96, 160, 320]),
        (0.5, [16, 8, 16, 16, 32, 48, 80, 160]),
    ],
)
def test_divisible_gives_mobilenet_v2_its_widths(multiplier: float, channels: list[int]) -> None:
    """The widths of Table 2 of MobileNetV2 (2018), scaled as the reference implementation scales them."""
    table = [32, 16, 24, 32, 64, 96, 160, 320]
    rule = parse("divisible(channels * multiplier, 8)")
    assert [rule.evaluate({"channels": width, "multiplier": multiplier}) for width in table] == channels
