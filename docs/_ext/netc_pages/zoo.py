"""The table of the networks that come with netc, from specs/ itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import netc
from netc.language import parse
from netc.reader import read
from netc.report.zoo import source

if TYPE_CHECKING:
    from collections.abc import Iterator

SPECS = Path(__file__).resolve().parents[3] / "specs"


def page() -> str:
    """A row for each spec, or for each variant of one."""
    rows = [row for path in sorted(SPECS.glob("*.yaml")) for row in rows_of(path)]
    head = ["| spec | variant | parameters | multiply-adds | source |", "|---|---|--:|--:|---|"]
    return "\n".join([*head, *rows]) + "\n"


def rows_of(path: Path) -> Iterator[str]:
    """The rows of a spec: its name and source stand in the first."""
    name = f"`{path.name}`"
    for variant in variants(path):
        net = netc.load(path, variant=variant)
        totals = net.summary.totals
        macs = f"{totals.macs:,}" if isinstance(totals.macs, int) else str(totals.macs)
        paper = source(net.doc).replace("*", r"\*") if name else ""
        yield f"| {name} | {variant or ''} | {totals.params:,} | {macs} | {paper} |"
        name = ""


def variants(path: Path) -> list[str | None]:
    """The names of a spec's variants, or ``None`` alone where it has none."""
    tree = read(path.read_bytes(), path.name, lambda _: None)
    document = None if tree is None else parse(tree, lambda _: None)
    return [*document.variants] if document and document.variants else [None]
