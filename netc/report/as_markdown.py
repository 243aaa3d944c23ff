"""The format ``markdown`` of a summary: a table for documents and pull requests (GitHub's form)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc.report.grid import as_markdown, escaped
from netc.report.rows import facts, grid, title

if TYPE_CHECKING:
    from netc.graph import Graph
    from netc.report.summary import Summary


def render(graph: Graph, summary: Summary, *, color: bool = False, sharing: bool = False) -> str:
    """Title, table and totals; ``color`` changes nothing."""
    lines = as_markdown(grid(summary, sharing=sharing))
    return "\n".join([f"**{escaped(title(graph))}**", "", *lines, "", escaped(facts(summary))])
