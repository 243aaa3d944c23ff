"""Cells of text in rows and columns, for a terminal and for documents."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from netc.diagnostics.paint import painter
from netc.diagnostics.printable import printable, width

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

GAP = "  "
_MARKUP = re.compile(r"[\\`*_{}\[\]<>()#+!|~&]")


class Grid(NamedTuple):
    """A head, rows below it and perhaps a last row of totals, all of one width.

    ``numbers`` are the columns, counted from 0, that stand to the right.
    """

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: frozenset[int]
    total: Sequence[str] | None = None


def as_text(grid: Grid, *, color: bool = False) -> list[str]:
    """The lines of aligned columns; nothing in them that a terminal would obey but our colours."""
    paint = painter(color)
    totals = [] if grid.total is None else [grid.total]
    rows = [tuple(map(printable, row)) for row in (grid.head, *grid.rows, *totals)]
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    head, *lines = (aligned(row, widths, grid.numbers) for row in rows)
    rule = paint("gutter", "─" * (sum(widths) + len(GAP) * (len(widths) - 1)))
    if totals:
        lines[-1:] = [rule, paint("strong", lines[-1])]
    return [paint("strong", head), rule, *lines]


def aligned(row: Sequence[str], widths: Sequence[int], numbers: frozenset[int]) -> str:
    """A row in columns: words to the left, numbers to the right."""
    cells = [
        " " * (room - width(cell)) + cell if index in numbers else cell + " " * (room - width(cell))
        for index, (cell, room) in enumerate(zip(row, widths, strict=True))
    ]
    return GAP.join(cells).rstrip()


def as_markdown(grid: Grid) -> list[str]:
    """The lines of a table in GitHub's form."""
    rule = ["---:" if index in grid.numbers else "---" for index in range(len(grid.head))]
    rows = [_line(map(escaped, grid.head)), _line(rule), *(_line(map(escaped, row)) for row in grid.rows)]
    if grid.total is not None:
        rows.append(_line(f"**{escaped(cell)}**" if cell else "" for cell in grid.total))
    return rows


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def escaped(text: str) -> str:
    """Text that Markdown shows as it is."""
    return _MARKUP.sub(r"\\\g<0>", printable(text))
