"""The fenced blocks of the pages in docs/, and the convention by which they are run.

- ``yaml`` without a caption is a whole spec (or library), which has neither errors nor warnings.
- Any block with a caption (``{code-block} yaml`` with ``:caption: net.yaml``) is a file of that name, which a later
  block of the page names.
- ``console`` holds commands behind ``$ `` and all that each prints; a line ``…`` stands for any lines.
- ``python`` runs, and prints nothing; ``pycon`` is a session, whose results are compared. A page's Python shares its names.
- ``text`` is not run: drawings, formulas, and what other tools read.

All of a page happens in order and in one folder, which begins with a copy of specs/, of
examples/digits/ and of examples/pretrained/.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"

FENCE = re.compile(
    r"^(?P<fence>`{3,})(?P<info>[^`\n]*)\n(?P<body>.*?)^(?P=fence)[ ]*$", re.MULTILINE | re.DOTALL
)
DIRECTIVE = re.compile(r"\{code-block\}\s*(\w+)")
OPTION = re.compile(r":(\w+):[ ]*(.*)\n")


class Block(NamedTuple):
    """A fenced block: its language, its caption (``""``: it has none), its text, and where that is.

    ``line`` is that of the fence, from 1; ``start`` the offset of the text in the page.
    """

    language: str
    caption: str
    text: str
    line: int
    start: int


def pages() -> list[Path]:
    """Every page, in order of path."""
    return sorted(DOCS.rglob("*.md"))


def blocks(page: str) -> Iterator[Block]:
    """The blocks of a page's text, directives other than ``code-block`` left out."""
    for match in FENCE.finditer(page):
        language, text, start = match["info"].strip(), match["body"], match.start("body")
        caption = ""
        directive = DIRECTIVE.fullmatch(language)
        if directive is not None:
            language = directive[1]
            while (option := OPTION.match(text)) is not None:
                caption = option[2] if option[1] == "caption" else caption
                text, start = text[option.end() :], start + option.end()
            blank = len(text) - len(text.removeprefix("\n"))
            text, start = text[blank:], start + blank
        elif language.startswith("{"):
            continue
        yield Block(language, caption, text, page.count("\n", 0, match.start()) + 1, start)


class Command(NamedTuple):
    """A command of a ``console`` block, and the lines that the page says it prints."""

    typed: str
    expected: list[str]


def commands(text: str) -> list[Command]:
    """The commands of a ``console`` block; one that ends in a backslash goes on in the next line."""
    found: list[Command] = []
    goes_on = False
    for line in text.splitlines():
        if goes_on:
            found[-1] = found[-1]._replace(typed=found[-1].typed + " " + line.strip())
        elif line.startswith("$ "):
            found.append(Command(line[2:], []))
        else:
            assert found, f"a console block begins with a command, not with {line!r}"
            found[-1].expected.append(line)
        goes_on = found[-1].typed.endswith("\\")
        found[-1] = found[-1]._replace(typed=found[-1].typed.removesuffix("\\").rstrip())
    return found


def matches(expected: list[str], printed: list[str]) -> bool:
    """Whether a command printed what a page says."""
    pattern = "".join(r"(?:.*\n)*" if line == "…" else re.escape(line) + r"\n" for line in expected)
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in printed)) is not None
