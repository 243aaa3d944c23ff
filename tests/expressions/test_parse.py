"""What a scalar's text means, and what is said of text that means nothing."""

import copy
import pickle

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from netc.expressions import Expression, ExpressionError, find, parse

QUOTING = (
    "inside {…} or […] an expression that holds , [ ] { } must be quoted, and one with ` #` anywhere, "
    'as in "$(min(a, b))"'
)
WAYS = "write `$name`, `$(…)`, or `$$` for a literal dollar sign"
NO_BITS = "there are no bit operations: "
NO_TUPLE = "a list is written `[a, b]`; an item of an inner list `rows[0][1]`"
FUNCTIONS = "the functions are abs, ceil, divisible, float, floor, int, len, max, min, round, sum"


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("same", "same"),
        ("", ""),
        ("a $name inside", "a $name inside"),
        (" $name", " $name"),
        ("$$", "$"),
        ("$$5", "$5"),
        ("$$(width)", "$(width)"),
        ("$$$", "$$"),
    ],
)
def test_text_without_a_single_leading_dollar_is_literal(text: str, literal: str) -> None:
    assert find(text) == literal


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("$width", ["width"]),
        ("$_w2", ["_w2"]),
        ("$true", []),
        ("$width\n", ["width"]),
        ("$(4 * width)", ["width"]),
        ("$(a if c else b[i])", ["a", "b", "c", "i"]),
        ("$(min(min, 3))", ["min"]),
        ("$(true or false)", []),
        ("$('width')", []),
        ("$(\n  a +\r\n\tb\n)\n", ["a", "b"]),
        ("$([a, [b],])", ["a", "b"]),
    ],
)
def test_an_expression_knows_its_text_and_the_names_it_reads(text: str, names: list[str]) -> None:
    expression = find(text)
    assert isinstance(expression, Expression)
    assert (expression.text, expression.names) == (text, frozenset(names))


def test_parse_takes_what_stands_inside_the_parentheses() -> None:
    assert parse("4 * width") == find("$(4 * width)")
    assert parse("4 * width").text == "$(4 * width)"


def test_expressions_are_equal_by_text() -> None:
    assert len({find("$(a)"), find("$(a)"), find("$a")}) == 2
    assert find("$a") != "$a"


def test_a_copy_of_an_expression_is_the_same() -> None:
    expression = parse("a + 1")
    for again in (pickle.loads(pickle.dumps(expression)), copy.deepcopy(expression)):
        assert again == expression
        assert again.evaluate({"a": 2}) == 3


# text, the part that the carets show, the fact, the way out
REFUSED = [
    # the dollar sign
    ("$", "$", "`$` alone is no expression", WAYS),
    (
        "$3x",
        "$3x",
        "`$3x` is no expression: no name follows the dollar sign",
        f"{WAYS}; a name begins with a letter or `_`",
    ),
    (
        "$name-x",
        "-x",
        "`$name-x` is no expression: the name ends before `-x`",
        "what is more than a name stands in parentheses, `$(name-x)`; `$$` is a literal dollar sign",
    ),
    ("${{ name }}", "${{ name }}", "`${{ name }}` is no expression: braces do not hold one", WAYS),
    (
        "$lambda",
        "lambda",
        "`lambda` cannot be a name",
        "functions cannot be written: those of the language can be called",
    ),
    ("$class", "class", "`class` cannot be a name", "it is a word of Python, which no name can be"),
    ("$and", "and", "`and` cannot be a name", "it is an operator"),
    ("$True", "True", "`True` cannot be a name", "the boolean is written `true`"),
    # brackets and quotes
    ("$(", "$(", "`$(` does not close", f"close it with `)`; {QUOTING}"),
    ("$(min(a", "$(min(", "`$(` does not close", f"close it with `)`; {QUOTING}"),
    ("$(a + [1", "[", "`$(` does not close: nor does the `[` inside it", f"close it with `)`; {QUOTING}"),
    ("$(a['x)", "'x)", "a string does not close, and so `$(` does not", f"close it with `'`; {QUOTING}"),
    ("$([1)", ")", "`)` cannot close `[`: `]` was expected", QUOTING),
    (
        "$(1) + 1",
        " + 1",
        "text after the closing parenthesis: ' + 1'",
        "an expression is the whole of a scalar: put all of it inside `$(…)`",
    ),
    ("$( )", "$( )", "`$()` holds no value", "write one between `$(` and `)`"),
    # words of Python
    ("$(True)", "True", "`True` does not exist in expressions", "the boolean is written `true`"),
    ("$(False)", "False", "`False` does not exist in expressions", "the boolean is written `false`"),
    (
        "$(None)",
        "None",
        "`None` does not exist in expressions",
        "there is no value that means nothing: numbers, strings, booleans and lists exist",
    ),
    ("$(a is b)", "is", "`is` does not exist in expressions", "`==` and `!=` compare"),
    (
        "$(a in b)",
        "in",
        "`in` does not exist in expressions",
        "there is no test of membership: `==` compares, `or` joins comparisons",
    ),
    (
        "$(lambda: 1)",
        "lambda",
        "`lambda` does not exist in expressions",
        "functions cannot be written: those of the language can be called",
    ),
    (
        "$([x for x in a])",
        "for",
        "`for` does not exist in expressions",
        "there are no comprehensions: a list is written `[a, b]`, and a `for` in the layers repeats them",
    ),
    (
        "$(await a)",
        "await",
        "`await` does not exist in expressions",
        "it is a word of Python, which no name can be",
    ),
    # signs of Python and of others
    (
        "$(a.b)",
        ".",
        "`.` does not exist in expressions",
        "there are no attributes: names, numbers and the functions of the language exist",
    ),
    ("$(...)", "...", "`...` does not exist in expressions", "there is no ellipsis"),
    (
        "$(a := 1)",
        ":=",
        "`:=` does not exist in expressions",
        "nothing is assigned in an expression: a `params` entry names a value",
    ),
    (
        "$(min(key=1))",
        "=",
        "`=` does not exist in expressions",
        "`==` compares; arguments are given by position",
    ),
    (
        "$(a[0:1])",
        ":",
        "`:` does not exist in expressions",
        "there are no slices and no mappings: `rows[0]` reads an item, `a if c else b` chooses",
    ),
    (
        "$({1})",
        "{",
        "`{` does not exist in expressions",
        "there are no mappings and no sets: a list is written `[a, b]`",
    ),
    ("$(a & b)", "&", "`&` does not exist in expressions", f"{NO_BITS}`and` joins booleans"),
    ("$(a | b)", "|", "`|` does not exist in expressions", f"{NO_BITS}`or` joins booleans"),
    ("$(a ^ b)", "^", "`^` does not exist in expressions", f"{NO_BITS}a power is written `**`"),
    (
        "$(~a)",
        "~",
        "`~` does not exist in expressions",
        f"{NO_BITS}`not` inverts a boolean, `-` negates a number",
    ),
    ("$(a << b)", "<<", "`<<` does not exist in expressions", f"{NO_BITS}`* 2 ** n` doubles n times"),
    ("$(a >> b)", ">>", "`>>` does not exist in expressions", f"{NO_BITS}`// 2 ** n` halves n times"),
    ("$(a <> b)", "<>", "`<>` does not exist in expressions", "`!=` compares"),
    ("$(a @ b)", "@", "`@` does not exist in expressions", "there are no matrices: `*` multiplies numbers"),
    ("$(a && b)", "&&", "`&&` does not exist in expressions", "it is written `and`"),
    ("$(!a)", "!", "`!` does not exist in expressions", "it is written `not`"),
    ("$(a ? b : c)", "?", "`?` does not exist in expressions", "a choice is written `a if c else b`"),
    ("$($a)", "$", "`$` does not exist in expressions", "inside `$(…)` a name stands without a dollar sign"),
    ("$(a #b)", "#", "`#` does not exist in expressions", "there are no comments inside an expression"),
    (
        "$(a\0)",
        "\0",
        r"'\x00' does not exist in expressions",
        "numbers, strings, names, lists, + - * / // % **, comparisons, and or not, if else and calls exist",
    ),
    # numbers, strings and names
    ("$(1_000)", "1_000", "`1_000` is not a number", "digits stand without `_`: 1000"),
    ("$(0x10)", "0x10", "`0x10` is not a number", "numbers are decimal: 64, 0.5, 1e-3"),
    ("$(1j)", "1j", "`1j` is not a number", "there are no complex numbers: 64, 0.5 and 1e-3 are numbers"),
    (
        "$(1if a else 2)",
        "1if",
        "`1if` is not a number",
        "numbers are written as in 64, 0.5 and 1e-3; a space stands between a number and a word",
    ),
    (
        "$(b'x')",
        "b",
        "`b` before a quote does not exist in expressions",
        "strings have no prefix: 'relu' or \"relu\"",
    ),
    (
        "$(f'{x}')",
        "f",
        "`f` before a quote does not exist in expressions",
        "strings have no prefix: 'relu' or \"relu\"",
    ),
    ("$('a' 'é')", "'é'", "an operator is missing between `'a'` and `'é'`", "`+` joins two strings"),
    ("$('''a''')", "'a'", "an operator is missing between `''` and `'a'`", "`+` joins two strings"),
    (r"$('\q')", r"'\q'", r"`\q` in a string means nothing", r"\\ \' \" \n \t exist"),
    ("$(ﬁ)", "ﬁ", "`ﬁ` is not a name", "a name is made of the letters a to z and A to Z, digits and `_`"),
    # the order of values and operators
    ("$(a b)", "b", "an operator is missing between `a` and `b`", ""),
    ("$(a not b)", "not", "an operator is missing between `a` and `not`", ""),
    ("$(a +)", ")", "a value is missing between `+` and `)`", ""),
    ("$(a + * b)", "*", "a value is missing between `+` and `*`", ""),
    ("$(* b)", "*", "a value is missing before `*`", ""),
    ("$([a,,b])", ",", "a value is missing between `,` and `,`", ""),
    ("$(a + not b)", "not", "`not` cannot follow `+`", "put it in parentheses: `(not …)`"),
    ("$(a if c)", "$(a if c)", "`if` and `else` do not pair", "a choice is written `a if c else b`"),
    ("$(a[])", "]", "`[]` holds no index", "an item is read as `rows[0]`"),
    ("$(a[0, 1])", "0, 1", "values between commas make no list here", NO_TUPLE),
    ("$((1, 2))", "(1, 2)", "values between commas make no list here", NO_TUPLE),
    ("$(())", "()", "values between commas make no list here", NO_TUPLE),
    (
        "$(max(*a))",
        "*",
        "`*` before a value does not exist in expressions",
        "a list is not unpacked: `+` joins lists",
    ),
    (
        "$(max(1, **a))",
        "**",
        "`**` before a value does not exist in expressions",
        "a list is not unpacked: `+` joins lists",
    ),
    # calls
    ("$(1 + rond(2))", "rond", "there is no function `rond`", "did you mean `round`?"),
    ("$(open('x'))", "open", "there is no function `open`", FUNCTIONS),
    ("$(a[0](1))", "a[0](1)", "only a function can be called", FUNCTIONS),
    ("$(true(1))", "true(1)", "only a function can be called", FUNCTIONS),
    ("$(round(1, 2))", "round(1, 2)", "`round` takes 1 argument, found 2", "write round(x)"),
    ("$(divisible(9))", "divisible(9)", "`divisible` takes 2 arguments, found 1", "write divisible(x, by)"),
    ("$(min())", "min()", "`min` takes at least one argument, found 0", "write min(list) or min(x, y, …)"),
]


@pytest.mark.parametrize(("text", "part", "message", "way_out"), REFUSED)
def test_text_that_is_no_expression_is_refused(text: str, part: str, message: str, way_out: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        find(text)
    error = caught.value
    assert (text[error.start : error.end], error.message, error.help) == (part, message, way_out)
    assert error.unknown is None
    assert str(error) == message


def test_offsets_count_code_points_of_the_text_as_written() -> None:
    with pytest.raises(ExpressionError) as caught:
        find("$('größe' +\n foo(1))")
    assert (caught.value.start, caught.value.end) == (13, 16)


def test_errors_survive_pickling() -> None:
    error = ExpressionError("fact", "way out", 1, 2, "name")
    again = pickle.loads(pickle.dumps(error))
    assert (again.message, again.help, again.start, again.end, again.unknown) == (
        "fact",
        "way out",
        1,
        2,
        "name",
    )


ALPHABET = [
    *"()[],+-*/%<>.$'\"\\#=!:{}~&|^@_ \n\0é",
    *("**", "//", "==", "!=", "<=", ">=", "1", "2.5", "0", "a", "true", "'x'", "é'"),
    *(
        " and ",
        " or ",
        " not ",
        " if ",
        " else ",
        " is ",
        " in ",
        "lambda",
        "min(",
        "sum([",
        "divisible(",
        "len",
    ),
]


def refusal(text: str) -> ExpressionError | None:
    """Why a text is refused, reading it or evaluating it, if it is."""
    try:
        expression = find(text)
        if isinstance(expression, Expression):
            expression.evaluate({"a": [1, 2.0, True, "x"]})
    except ExpressionError as error:
        return error
    return None


@settings(max_examples=200)
@given(st.one_of(st.text(), st.lists(st.sampled_from(ALPHABET)).map(lambda parts: f"({''.join(parts)})")))
@example("(\ud800)")
@example("('\ud800')")
@example(f"({'-' * 990}1)")
@example(f"({'not ' * 248}a)")
@example(f"({'(' * 49}{'-' * 49}{'1**' * 49}1{')' * 49})")
def test_any_text_is_read_or_refused(text: str) -> None:
    """Nothing else happens: no other exception, no warning (warnings are errors here)."""
    error = refusal(f"${text}")
    if error is not None:
        assert 0 <= error.start < error.end <= len(text) + 1
        assert error.message


ORDERED = st.lists(
    st.sampled_from(
        ["a", "1", "'s'", "+", "-", "**", "<", "and", "or", "not", "(", ")", "[", "]", ",", "min("]
    ),
    max_size=9,
)


@settings(max_examples=200)
@given(ORDERED)
def test_only_choices_are_left_for_pythons_parser_to_refuse(parts: list[str]) -> None:
    """Without ``if`` and ``else``, what Python would call invalid syntax is said in our words."""
    error = refusal(f"$({' '.join(parts)})")
    assert error is None or error.message != "`if` and `else` do not pair"
