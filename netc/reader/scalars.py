"""Plain scalars by YAML 1.2's core schema (YAML 1.2.2, section 10.3.2)."""

from __future__ import annotations

import re
from math import inf, nan
from typing import Final

from netc.reader.tree import Plain

DIGIT_LIMIT: Final = 250
"""The longest whole number, in characters: even in hexadecimal it fits a float (below 2^1024)."""

_WORDS: dict[str, Plain] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((sign + word for sign in ("", "+") for word in (".inf", ".Inf", ".INF")), inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -inf),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), nan),
}
_NUMBER_STARTS = frozenset("+-.0123456789")
_DECIMAL = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]++(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")


def resolve(text: str) -> Plain:
    """The value of the plain scalar ``text``; what is no null, boolean or number is text itself.

    ``010`` is ten, ``1e3`` a float, ``no`` and ``on`` are text. A float beyond the range of
    IEEE double precision is infinite. A whole number of more than ``DIGIT_LIMIT`` characters
    stays text (see ``is_long_number``). Linear in the length of ``text``.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER_STARTS:
        return text
    radix = _radix(text)
    if radix:
        return int(text.removeprefix("0o"), radix) if len(text) <= DIGIT_LIMIT else text
    return float(text) if _FLOAT.fullmatch(text) else text


def is_long_number(text: str) -> bool:
    """Whether ``text`` is a whole number of more than ``DIGIT_LIMIT`` characters."""
    return len(text) > DIGIT_LIMIT and _radix(text) != 0


def _radix(text: str) -> int:
    if _DECIMAL.fullmatch(text):
        return 10
    if _OCTAL.fullmatch(text):
        return 8
    return 16 if _HEXADECIMAL.fullmatch(text) else 0
