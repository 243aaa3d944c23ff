"""An expression's text cut into tokens; what is no token of the language is refused by name."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from netc.expressions.error import ExpressionError, Refusal
from netc.expressions.value import quoted, show
from netc.expressions.vocabulary import LITERALS, OPERATOR_WORDS, refused_number, refused_sign, refused_word

QUOTE_HELP = (
    "inside {…} or […] an expression that holds , [ ] { } must be quoted, and one with ` #` anywhere, "
    'as in "$(min(a, b))"'
)

_TOKEN = re.compile(
    r"""
      (?P<space> [ \t\r\n]+ )
    | (?P<number> (?: [0-9]+\.?[0-9]* | \.[0-9]+ ) (?: [eE][+-]?[0-9]+ )? (?P<more> [\w.]* ) )
    | (?P<word> [^\W\d]\w* )
    | (?P<string> '(?:[^'\\]|\\.)*' | "(?:[^"\\]|\\.)*" )
    | (?P<refused> \.\.\. | << | >> | <> | := | && | \|\| | -> )
    | (?P<operator> \*\* | // | [<>=!]= | [-+*/%<>] )
    | (?P<open> [(\[] )
    | (?P<close> [)\]] )
    | (?P<comma> , )
    """,
    re.VERBOSE | re.DOTALL,
)
_STRING_PREFIX = re.compile(r"(?:[bfu]|[bf]?r|r[bf])", re.IGNORECASE)
_CLOSING = {"(": ")", "[": "]"}


class Token(NamedTuple):
    """A token: its kind, its text, and where it stands in the expression as written.

    The kinds are ``number``, ``string``, ``name``, ``operator``, ``open``, ``close`` and ``comma``;
    ``true`` and ``false`` are names here.
    """

    kind: str
    text: str
    start: int
    end: int


def tokens_of(text: str) -> list[Token]:
    """The tokens of ``$(…)``, from its opening parenthesis to the one that closes it.

    Only white space may follow. Raises ExpressionError.
    """
    tokens: list[Token] = []
    opened: list[Token] = []
    at = 1
    while at < len(text):
        token = _token_at(text, at)
        at = token.end
        if token.kind == "space":
            continue
        tokens.append(token)
        if token.kind == "open":
            opened.append(token)
        elif token.kind == "close" and _closes(token, opened.pop()) and not opened:
            _refuse_rest(text, at)
            return tokens
    raise _unclosed(opened)


def _closes(closing: Token, opening: Token) -> bool:
    if closing.text == _CLOSING[opening.text]:
        return True
    expected = _CLOSING[opening.text]
    message = f"`{closing.text}` cannot close `{opening.text}`: `{expected}` was expected"
    raise ExpressionError(message, QUOTE_HELP, closing.start, closing.end)


def _unclosed(opened: list[Token]) -> ExpressionError:
    innermost = opened[-1]
    message, start = "`$(` does not close", 0
    if innermost.text == "[":
        message, start = f"{message}: nor does the `[` inside it", innermost.start
    return ExpressionError(message, f"close it with `)`; {QUOTE_HELP}", start, innermost.end)


def _refuse_rest(text: str, at: int) -> None:
    rest = text[at:].rstrip(" \t\r\n")
    if rest:
        message = f"text after the closing parenthesis: {show(rest)}"
        way_out = "an expression is the whole of a scalar: put all of it inside `$(…)`"
        raise ExpressionError(message, way_out, at, at + len(rest))


def _token_at(text: str, at: int) -> Token:
    match = _TOKEN.match(text, at)
    if match is None:
        raise _refused_character(text, at)
    kind, found = str(match.lastgroup), match[0]
    if kind == "refused":
        raise ExpressionError(
            f"`{found}` does not exist in expressions", refused_sign(found), at, match.end()
        )
    if match["more"]:
        raise ExpressionError(f"{quoted(found)} is not a number", refused_number(found), at, match.end())
    if kind == "word":
        kind = _kind_of_word(text, match)
    return Token(kind, found, at, match.end())


def _kind_of_word(text: str, match: re.Match[str]) -> str:
    word, start, end = match[0], match.start(), match.end()
    instead = refused_word(word)
    if instead is not None:
        raise ExpressionError(f"`{word}` does not exist in expressions", instead, start, end)
    if not word.isascii():
        way_out = "a name is made of the letters a to z and A to Z, digits and `_`"
        raise ExpressionError(f"{quoted(word)} is not a name", way_out, start, end)
    if text[end : end + 1] in ("'", '"') and _STRING_PREFIX.fullmatch(word):
        way_out = "strings have no prefix: 'relu' or \"relu\""
        raise ExpressionError(f"`{word}` before a quote does not exist in expressions", way_out, start, end)
    return "operator" if word in OPERATOR_WORDS else "name"


def _refused_character(text: str, at: int) -> ExpressionError:
    character = text[at]
    if character in "'\"":
        way_out = f"close it with `{character}`; {QUOTE_HELP}"
        return ExpressionError("a string does not close, and so `$(` does not", way_out, at, len(text))
    message = f"{quoted(character)} does not exist in expressions"
    return ExpressionError(message, refused_sign(character), at, at + 1)


def literal(token: Token) -> bool | int | float | str | None:
    """The value of a number, a string, ``true`` or ``false``; of any other token ``None``.

    Digits alone are decimal, ``010`` is ten. Raises Refusal where a string holds an unknown
    escape, or a number is no finite float.
    """
    match token.kind:
        case "number":
            return int(token.text) if token.text.isdigit() else _finite(token.text)
        case "string":
            return re.sub(r"\\(.)", _unescaped, token.text[1:-1], flags=re.DOTALL)
        case "name":
            return LITERALS.get(token.text)
        case _:
            return None


def _finite(text: str) -> float:
    value = float(text)
    if value == math.inf:
        raise Refusal(f"{quoted(text)} is too large: floats stay finite")
    return value


def _unescaped(match: re.Match[str]) -> str:
    character = {"n": "\n", "t": "\t", "\\": "\\", "'": "'", '"': '"'}.get(match[1])
    if character is None:
        raise Refusal(f"{quoted(match[0])} in a string means nothing", r"\\ \' \" \n \t exist")
    return character
