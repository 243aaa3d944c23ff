"""Figures as a Markdown table: `python -m benchmarks.tables FIGURES.json [WORD …]`.

A line for all rows of one measure, and for each side that netc is compared with its median and netc's ratio
to it. With words, only measures that contain one of them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.report import amount_text, ratio_text


def table(rows: Iterable[Mapping[str, Any]]) -> str:
    """The table of rows as ``benchmarks.report.row_json`` gives them; they have the same sides."""
    measures: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        measures.setdefault(row["what"], []).append(row)
    sides = list(dict.fromkeys(row["sides"][1]["name"] for own in measures.values() for row in own))
    head = ["", "netc", *(cell for side in sides for cell in (f"`{side}`", "ratio"))]
    lines = [head, ["---"] * len(head), *(list(cells(what, own, sides)) for what, own in measures.items())]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def cells(what: str, rows: list[Mapping[str, Any]], sides: list[str]) -> Iterator[str]:
    """The cells of one measure; those of sides that it lacks are empty."""
    unit = rows[0]["unit"]
    others = {row["sides"][1]["name"]: row for row in rows}
    yield what
    yield amount_text(rows[0]["sides"][0]["median"], unit)
    for side in sides:
        row = others.get(side)
        yield amount_text(row["sides"][1]["median"], unit) if row else ""
        yield ratio_text(row["ratio"], unit) if row else ""


def main(path: str, *words: str) -> None:
    """Print the table."""
    rows = json.loads(Path(path).read_text())["rows"]
    print(table(row for row in rows if not words or any(word in row["what"] for word in words)))


if __name__ == "__main__":
    main(*sys.argv[1:])
