"""The format ``table`` of a summary: aligned columns, for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc.diagnostics.paint import painter
from netc.diagnostics.printable import printable
from netc.report.grid import as_text
from netc.report.rows import facts, grid, title

if TYPE_CHECKING:
    from netc.graph import Graph
    from netc.report.summary import Summary


def render(graph: Graph, summary: Summary, *, color: bool = False, sharing: bool = False) -> str:
    """Title, head, a row a layer, the totals; nothing in it that a terminal would obey but our colours."""
    lines = as_text(grid(summary, sharing=sharing), color=color)
    heading = painter(color)("strong", printable(title(graph)))
    return "\n".join([heading, "", *lines, printable(facts(summary))])
