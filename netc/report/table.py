"""The format ``table`` of a summary: aligned columns, for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc.diagnostics.paint import painter
from netc.diagnostics.printable import printable, width
from netc.report.rows import HEAD, NUMBERS, body, facts, title, total

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netc.graph import Graph
    from netc.report.summary import Summary

GAP = "  "


def render(graph: Graph, summary: Summary, *, color: bool = False) -> str:
    """Title, head, a row a layer, the totals; nothing in it that a terminal would obey but our colours."""
    paint = painter(color)
    rows = [tuple(map(printable, row)) for row in (HEAD, *body(summary), total(summary))]
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    head, *lines, last = (aligned(row, widths) for row in rows)
    rule = paint("gutter", "─" * (sum(widths) + len(GAP) * (len(widths) - 1)))
    return "\n".join(
        [
            paint("strong", printable(title(graph))),
            "",
            paint("strong", head),
            rule,
            *lines,
            rule,
            paint("strong", last),
            printable(facts(summary)),
        ]
    )


def aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    """A row in columns: words to the left, numbers to the right."""
    words = len(row) - NUMBERS
    cells = [
        cell + " " * (room - width(cell)) if index < words else " " * (room - width(cell)) + cell
        for index, (cell, room) in enumerate(zip(row, widths, strict=True))
    ]
    return GAP.join(cells).rstrip()
