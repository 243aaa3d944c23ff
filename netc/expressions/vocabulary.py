"""The words and signs that mean something in Python and nothing here, and what to write instead."""

from __future__ import annotations

import keyword

LITERALS: dict[str, bool] = {"true": True, "false": False}
"""The booleans, as YAML writes them."""

OPERATOR_WORDS = frozenset({"and", "or", "not", "if", "else"})
"""The words that are operators."""

_WORDS = {
    "True": "the boolean is written `true`",
    "False": "the boolean is written `false`",
    "None": "there is no value that means nothing: numbers, strings, booleans and lists exist",
    "is": "`==` and `!=` compare",
    "in": "there is no test of membership: `==` compares, `or` joins comparisons",
    "lambda": "functions cannot be written: those of the language can be called",
    "for": "there are no comprehensions: a list is written `[a, b]`, and a `for` in the layers repeats them",
    "elif": "a choice is written `a if c else b`",
}

_SIGNS = {
    ".": "there are no attributes: names, numbers and the functions of the language exist",
    "...": "there is no ellipsis",
    "=": "`==` compares; arguments are given by position",
    ":=": "nothing is assigned in an expression: a `params` entry names a value",
    ":": "there are no slices and no mappings: `rows[0]` reads an item, `a if c else b` chooses",
    "{": "there are no mappings and no sets: a list is written `[a, b]`",
    "}": "there are no mappings and no sets: a list is written `[a, b]`",
    "&": "there are no bit operations: `and` joins booleans",
    "|": "there are no bit operations: `or` joins booleans",
    "^": "there are no bit operations: a power is written `**`",
    "~": "there are no bit operations: `not` inverts a boolean, `-` negates a number",
    "<<": "there are no bit operations: `* 2 ** n` doubles n times",
    ">>": "there are no bit operations: `// 2 ** n` halves n times",
    "<>": "`!=` compares",
    "&&": "it is written `and`",
    "||": "it is written `or`",
    "!": "it is written `not`",
    "->": "functions cannot be written: those of the language can be called",
    "@": "there are no matrices: `*` multiplies numbers",
    "?": "a choice is written `a if c else b`",
    "$": "inside `$(…)` a name stands without a dollar sign",
    "#": "there are no comments inside an expression",
    "\\": "an expression may run over lines without it",
}

_EXISTS = "numbers, strings, names, lists, + - * / // % **, comparisons, and or not, if else and calls exist"


def refused_word(word: str) -> str | None:
    """What to write instead of ``word`` where it is Python's and not the language's, else ``None``."""
    if word in OPERATOR_WORDS or not keyword.iskeyword(word):
        return None
    return _WORDS.get(word, "it is a word of Python, which no name can be")


GIVEN = {
    "index": "it counts the turns of a `repeat` or `for`",
    "in_channels": "it is that of the value that reaches a layer",
    "in_shape": "it is that of the value that reaches a layer",
}
"""Names that elaboration binds, with what they stand for."""


def why_no_name(name: str) -> str:
    """Why no param and no variable can have this name, or nothing."""
    if name in LITERALS:
        return "it is a boolean in expressions"
    if name in OPERATOR_WORDS:
        return "it is an operator in expressions"
    return GIVEN.get(name, "it is a word of Python" if keyword.iskeyword(name) else "")


def refused_sign(sign: str) -> str:
    """What to write instead of ``sign``, which is no sign of the language."""
    return _SIGNS.get(sign, _EXISTS)


def refused_number(run: str) -> str:
    """What to write instead of ``run``, which begins as a number does and is none."""
    digits = run.replace("_", "")
    if digits != run and digits.isdigit():
        return f"digits stand without `_`: {digits}"
    if run[:2].lower() in ("0x", "0o", "0b"):
        return "numbers are decimal: 64, 0.5, 1e-3"
    if run[-1] in "jJ":
        return "there are no complex numbers: 64, 0.5 and 1e-3 are numbers"
    return "numbers are written as in 64, 0.5 and 1e-3; a space stands between a number and a word"
