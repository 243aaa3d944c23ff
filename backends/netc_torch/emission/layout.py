"""Lines no wider than others' formatters make them, broken where those break them.

Only statements that emitted source has are laid out: assignments, calls, returns. What is too wide is broken
at its last bracket, first around all that is in it, then at each of its commas.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDTH = 88
INDENT = "    "
OPENING = {"(": ")", "[": "]", "{": "}"}


def laid_out(text: str, depth: int = 0) -> Iterator[str]:
    """The lines of one statement, indented ``depth`` times.

    >>> print(*laid_out("x = f(" + ", ".join(["argument"] * 8) + ", 1, 2)"), sep=chr(10))
    x = f(
        argument, argument, argument, argument, argument, argument, argument, argument, 1, 2
    )
    """
    indent = INDENT * depth
    found = None if len(indent) + len(text) <= WIDTH else last_bracket(text)
    if found is None:
        yield indent + text
        return
    start, end = found
    inside = text[start + 1 : end]
    parts = split(inside)
    yield indent + text[: start + 1]
    collected = start == 0 or not (text[start - 1].isalnum() or text[start - 1] in "_)]")
    if len(indent) + len(INDENT) + len(inside) <= WIDTH and not (collected and len(parts) > 1):
        yield indent + INDENT + inside
    elif len(parts) == 1 and loop_of(inside):
        yield from comprehension(inside, loop_of(inside), depth + 1)
    else:
        for part in parts:
            yield from argument(f"{part},", depth + 1)
    yield indent + text[end:]


def argument(text: str, depth: int) -> Iterator[str]:
    """An argument: a sum that is too wide is broken before its signs."""
    signs = [] if len(INDENT) * depth + len(text) <= WIDTH else [*signs_of(text)]
    if not signs:
        yield from laid_out(text, depth)
        return
    for begin, end in pairwise([0, *signs, len(text)]):
        yield INDENT * depth + text[begin:end].strip()


def signs_of(text: str) -> Iterator[int]:
    """Where the signs of a sum stand, inside no brackets; of a slice, those of what it ends with."""
    depth = 0
    found: list[int] = []
    for index, letter in code(text):
        depth += (letter in OPENING) - (letter in OPENING.values())
        if depth == 0 and text[index - 1 : index + 2] in (" + ", " - "):
            found.append(index)
        if depth == 0 and letter == ":":
            found = []
    yield from found


def loop_of(inside: str) -> int:
    """Where the loop of a generator begins, or 0 where there is none."""
    depth = 0
    for index, letter in code(inside):
        depth += (letter in OPENING) - (letter in OPENING.values())
        if depth == 0 and inside.startswith(" for ", index):
            return index
    return 0


def comprehension(inside: str, loop: int, depth: int) -> Iterator[str]:
    """A generator in brackets: what it makes, then its loop."""
    yield from laid_out(inside[:loop], depth)
    yield f"{INDENT * depth}{inside[loop + 1 :]}"


def last_bracket(text: str) -> tuple[int, int] | None:
    """Where the last brackets of a statement that hold something open and close, strings left alone."""
    waiting: list[int] = []
    outer: tuple[int, int] | None = None
    for index, letter in code(text):
        if letter in OPENING:
            waiting.append(index)
        elif letter in OPENING.values():
            start = waiting.pop()
            if not waiting and index > start + 1:
                outer = start, index
    return outer


def split(text: str) -> list[str]:
    """What stands between the commas of an argument list.

    >>> split("a, f(b, c), 'd, e'")
    ['a', 'f(b, c)', "'d, e'"]
    """
    parts: list[str] = []
    begin = depth = 0
    for index, letter in code(text):
        if letter in OPENING:
            depth += 1
        elif letter in OPENING.values():
            depth -= 1
        elif letter == "," and depth == 0:
            parts.append(text[begin:index].strip())
            begin = index + 1
    return [*parts, text[begin:].strip()]


def code(text: str) -> Iterator[tuple[int, str]]:
    """The letters of a statement that lie in no string, with their places."""
    quote = ""
    escaped = False
    for index, letter in enumerate(text):
        if quote:
            if letter == quote and not escaped:
                quote = ""
            escaped = letter == "\\" and not escaped
        elif letter in "\"'":
            quote = letter
        else:
            yield index, letter
