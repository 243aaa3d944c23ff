"""The format ``markdown`` of a summary: a table for documents and pull requests (GitHub's form)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netc.diagnostics.printable import printable
from netc.report.rows import HEAD, NUMBERS, body, facts, title, total

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netc.graph import Graph
    from netc.report.summary import Summary

_MARKUP = re.compile(r"[\\`*_{}\[\]<>()#+!|~&]")


def render(graph: Graph, summary: Summary, *, color: bool = False) -> str:
    """Title, table and totals; ``color`` changes nothing."""
    rule = ["---"] * (len(HEAD) - NUMBERS) + ["---:"] * NUMBERS
    rows = [
        line(HEAD),
        line(rule, escape=False),
        *map(line, body(summary)),
        line([f"**{cell}**" if cell else "" for cell in total(summary)], escape=False),
    ]
    return "\n".join([f"**{escaped(title(graph))}**", "", *rows, "", escaped(facts(summary))])


def line(cells: Iterable[str], *, escape: bool = True) -> str:
    """One row of the table."""
    return f"| {' | '.join(map(escaped, cells) if escape else cells)} |"


def escaped(text: str) -> str:
    """Text that Markdown shows as it is."""
    return _MARKUP.sub(r"\\\g<0>", printable(text))
