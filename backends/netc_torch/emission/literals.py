"""Values as Python source, quoted as others' formatters quote them."""

from __future__ import annotations

from math import isinf, isnan
from typing import cast


def elements(value: object) -> tuple[object, ...]:
    """What is in a tuple; nothing in all else."""
    return cast("tuple[object, ...]", value) if isinstance(value, tuple) else ()


def is_named(value: object) -> bool:
    """Whether a value is a tuple of a class of its own."""
    return hasattr(value, "_fields")


def literal(value: object) -> str:
    r"""A number, text, or tuple of them as source; nothing else enters a file.

    >>> literal("it's"), literal("a"), literal((1, 2.5)), literal(float("-inf"))
    ('"it\'s"', '"a"', '(1, 2.5)', 'float("-inf")')
    """
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, float) and (isinf(value) or isnan(value)):
        return f'float("{value}")'
    row = elements(value)
    if is_named(value):
        return f"{type(value).__name__}({', '.join(map(literal, row))})"
    if isinstance(value, tuple):
        return f"({', '.join(map(literal, row))}{',' if len(row) == 1 else ''})"
    if value is None or isinstance(value, bool | int | float):
        return repr(value)
    raise TypeError(f"{type(value).__name__} has no place in source")


def quoted(text: str) -> str:
    """Text as a literal of ASCII letters, in double quotes unless it has some itself."""
    plain = ascii(text)
    inside = plain[1:-1]
    if plain[0] == '"' or '"' in inside:
        return plain
    return f'"{inside}"'


def type_of(values: list[object]) -> str:
    """The type of all of these values as an annotation.

    >>> type_of([1, (2, 3)]), type_of([True])
    ('int | tuple[int, ...]', 'bool')
    """
    return " | ".join(dict.fromkeys(map(_one_type, values)))


def _one_type(value: object) -> str:
    row = elements(value)
    if row and not is_named(value):
        inner = dict.fromkeys(map(_one_type, row))
        return f"tuple[{' | '.join(inner)}, ...]"
    return type(value).__name__


def docstring(text: str, width: int) -> list[str]:
    """The lines of a docstring: plain where the text is, else one literal with all its escapes."""
    plain = all(letter.isprintable() or letter == "\n" for letter in text)
    if not plain or "\\" in text or '"""' in text or text.strip()[-1:] in ('"', ""):
        return [quoted(text)]
    lines = [line for paragraph in text.strip().split("\n") for line in wrapped(paragraph, width - 6)]
    lines[0] = f'"""{lines[0]}'
    return [*lines, '"""'] if len(lines) > 1 else [f'{lines[0]}"""']


def wrapped(paragraph: str, width: int) -> list[str]:
    """A paragraph in lines; words wider than a line stay whole."""
    lines = [""]
    for word in paragraph.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}" if lines[-1] else word
    return lines
