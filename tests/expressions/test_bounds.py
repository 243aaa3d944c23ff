"""Where expressions end: characters, nesting, numbers, items."""

import time

import pytest

from netc.expressions import ExpressionError, Value, find, parse
from netc.expressions.order import check_order
from netc.expressions.tokens import tokens_of

FLAT: list[Value] = list(range(1000))


def refusal(text: str, scope: dict[str, Value] | None = None) -> str:
    """The whole message of an expression that is refused, reading or evaluating it."""
    with pytest.raises(ExpressionError) as caught:
        parse(text).evaluate(scope or {})
    return caught.value.message


def test_an_expression_has_at_most_a_thousand_characters() -> None:
    assert parse("1" + " " * 996).evaluate({}) == 1
    assert refusal("1" + " " * 1199) == "an expression of 1,203 characters: at most 1,000"
    with pytest.raises(ExpressionError, match=r"^an expression of 1,001 characters: at most 1,000$"):
        find("$" + "a" * 1000)


def test_literal_text_is_not_bounded() -> None:
    assert find("$$" + "a" * 2000) == "$" + "a" * 2000


@pytest.mark.parametrize(
    ("before", "middle", "after", "levels"),
    [
        ("(", "1", ")", 51),
        ("[", "1", "]", 51),
        ("-", "1", "", 60),
        ("not ", "true", "", 248),
        ("abs(", "1", ")", 51),
        ("1 ** ", "1", "", 51),
        ("1 if true else ", "1", "", 51),
        ("(1 + ", "1", ")", 51),
    ],
)
def test_an_expression_nests_at_most_fifty_deep(before: str, middle: str, after: str, levels: int) -> None:
    parse(before * 50 + middle + after * 50).evaluate({})
    found = refusal(before * levels + middle + after * levels)
    assert found == f"an expression nested {levels} levels deep: at most 50"


@pytest.mark.parametrize("text", [f"({'-' * 51}1)", f"({'(' * 51}1{')' * 51})"])
def test_signs_and_brackets_are_counted_before_pythons_parser_recurses(text: str) -> None:
    tokens = tokens_of(f"${text}")
    with pytest.raises(ExpressionError, match=r"^an expression nested 51 levels deep: at most 50$"):
        check_order(tokens)


@pytest.mark.parametrize("text", ["1" + "+1" * 498, "1" + "<=1" * 300, "true" + " and true" * 100])
def test_operands_side_by_side_do_not_nest(text: str) -> None:
    assert parse(text).evaluate({}) in (499, True)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("9223372036854775807", 2**63 - 1),
        ("-9223372036854775806 - 1", 1 - 2**63),
        ("2 ** 62", 2**62),
        ("(-2) ** 62 * 1.0 * 2 ** 62", 2.0**124),
        ("1 ** 9223372036854775807", 1),
        ("(-1) ** 9223372036854775807", -1),
        ("0 ** 9223372036854775807", 0),
        ("2 ** -9223372036854775807", 0.0),
    ],
)
def test_numbers_within_the_bounds(text: str, value: Value) -> None:
    assert parse(text).evaluate({}) == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("9223372036854775808", "9223372036854775808 is too large: integers stay below 2^63"),
        ("1e999", "`1e999` is too large: floats stay finite"),
        ("9223372036854775807 + 1", "9223372036854775807 + 1 is too large: integers stay below 2^63"),
        ("-9223372036854775807 - 1", "-9223372036854775807 - 1 is too large: integers stay below 2^63"),
        ("4611686018427387904 * 2", "4611686018427387904 * 2 is too large: integers stay below 2^63"),
        ("2 ** 63", "2 ** 63 is too large: integers stay below 2^63"),
        ("(-3) ** 63", "(-3) ** 63 is too large: integers stay below 2^63"),
        ("3 ** 9223372036854775807", "3 ** 9223372036854775807 is too large: integers stay below 2^63"),
        ("2.0 ** 5000", "2.0 ** 5000 is too large: floats stay finite"),
        ("1e308 * 10", "1e+308 * 10 is too large: floats stay finite"),
        ("1e308 // 1e-308", "1e+308 // 1e-308 is too large: floats stay finite"),
        ("int(1e300)", "int(1e+300) is too large: integers stay below 2^63"),
        ("sum([9223372036854775807, 1])", "9223372036854775807 + 1 is too large: integers stay below 2^63"),
        (
            "divisible(9223372036854775807, 8)",
            "divisible(9223372036854775807, 8) is too large: integers stay below 2^63",
        ),
    ],
)
def test_numbers_beyond_the_bounds(text: str, message: str) -> None:
    assert refusal(text) == message


def test_a_large_power_is_refused_before_it_is_computed() -> None:
    began = time.process_time()
    refusal("9 ** 9 ** 9 ** 9")
    refusal("9223372036854775807 ** 9223372036854775807")
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (2**63, "`x`: 9223372036854775808 is too large: integers stay below 2^63"),
        (2**16609, "`x`: an integer of 16610 bits is too large: integers stay below 2^63"),
        (float("inf"), "`x`: inf is not a finite number"),
        (float("nan"), "`x`: nan is not a finite number"),
        ("a" * 1001, "`x`: a string of 1,001 characters: at most 1,000"),
        ([0] * 1001, "`x`: a list of 1,001 items: at most 1,000"),
    ],
    ids=["integer", "vast integer", "infinity", "not a number", "string", "list"],
)
def test_values_of_the_scope_are_held_to_the_bounds(value: Value, message: str) -> None:
    assert refusal("x", {"x": value}) == message


def test_items_are_held_to_the_bounds_when_they_are_used() -> None:
    assert refusal("max(x)", {"x": [2**64]}) == "18446744073709551616 is too large: integers stay below 2^63"
    assert refusal("x[0]", {"x": [2**64]}) == "18446744073709551616 is too large: integers stay below 2^63"


def test_lists_and_strings_are_joined_up_to_a_thousand() -> None:
    scope: dict[str, Value] = {"list": FLAT[1:], "string": "a" * 999}
    assert parse("len(list + [1])").evaluate(scope) == 1000
    assert parse("len(string + 'b')").evaluate(scope) == 1000
    assert refusal("list + [1, 2]", scope) == "a list of 1,001 items: at most 1,000"
    assert refusal("string + 'bc'", scope) == "a string of 1,001 characters: at most 1,000"


def test_lists_made_of_lists_stay_small() -> None:
    """Each param ten times the one before: without a bound the sixth would hold a million items."""
    scope: dict[str, Value] = {"x": FLAT[:100]}
    tenfold = parse(f"[{', '.join(['x'] * 10)}]")
    scope["x"] = tenfold.evaluate(scope)
    assert (
        refusal(tenfold.text[2:-1], scope)
        == "a list of more than 10,000 items, inner lists counted: at most 10,000"
    )


def test_lists_made_of_lists_stay_shallow() -> None:
    scope: dict[str, Value] = {"x": []}
    for _ in range(49):
        scope["x"] = parse("[x]").evaluate(scope)
    assert refusal("[x, [x]]", scope) == "lists nested more than 50 deep: at most 50"


def test_long_values_are_shortened_in_messages() -> None:
    nested: list[Value] = [[[1]], [[2]]]
    scope: dict[str, Value] = {"nested": nested, "flat": FLAT, "string": "a" * 100}
    assert refusal("nested * flat", scope) == (
        "`*` takes two numbers, found [[[…]], [[…]]] and [0, 1, 2, 3, 4, 5, 6, 7, …]"
    )
    assert refusal("-string", scope) == f"`-` takes a number, found '{'a' * 58}…"
