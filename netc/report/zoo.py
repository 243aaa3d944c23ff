"""The list of the specs that come with netc."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

from netc.report.grid import Grid, as_markdown, as_text
from netc.report.rows import count_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netc.types import Dim

FORMATS = ("table", "json", "markdown")

_UP_TO_YEAR = re.compile(r".*?\([^()]*[12][0-9]{3}\)")
_SENTENCE = re.compile(r".*?[.](?=\s|$)")


class ZooRow(NamedTuple):
    """A network of the zoo, or one of its variants: how many parameters and multiply-adds it has.

    ``variant`` is ``None`` for the spec as it stands; ``variants`` are all it has. ``doc`` is its free text.
    """

    name: str
    variant: str | None
    variants: tuple[str, ...]
    params: int
    macs: Dim
    doc: str


def source(doc: str) -> str:
    """What a spec's text names first: up to a year in brackets, or else its first sentence.

    >>> source("Network In Network (Lin et al., 2013), figure 2. As trained on CIFAR-10.")
    'Network In Network (Lin et al., 2013)'
    >>> source("A net for tests. It is small.")
    'A net for tests.'
    """
    text = " ".join(doc.split())
    sentence = _SENTENCE.match(text)
    named = _UP_TO_YEAR.match(text)
    return named[0] if named else sentence[0] if sentence else text


def render(rows: Sequence[ZooRow], format_: str, *, each_variant: bool = False, color: bool = False) -> str:
    """The list in one of ``FORMATS``; with ``each_variant`` the rows are variants."""
    if format_ == "json":
        return json.dumps([_as_json(row) for row in rows], indent=2, default=str)
    grid = _variants(rows) if each_variant else _networks(rows)
    return "\n".join(as_markdown(grid) if format_ == "markdown" else as_text(grid, color=color))


def _as_json(row: ZooRow) -> dict[str, object]:
    return {
        "name": row.name,
        "variant": row.variant,
        "variants": row.variants,
        "params": row.params,
        "macs": row.macs,
        "source": source(row.doc),
    }


def _networks(rows: Sequence[ZooRow]) -> Grid:
    cells = [(row.name, *_numbers(row), ", ".join(row.variants), source(row.doc)) for row in rows]
    return Grid(("name", "parameters", "MACs", "variants", "source"), cells, frozenset({1, 2}))


def _variants(rows: Sequence[ZooRow]) -> Grid:
    cells = [(row.name, row.variant or "", *_numbers(row)) for row in rows]
    return Grid(("name", "variant", "parameters", "MACs"), cells, frozenset({2, 3}))


def _numbers(row: ZooRow) -> tuple[str, str]:
    return f"{row.params:,}", count_text(row.macs)
