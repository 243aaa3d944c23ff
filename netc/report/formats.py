"""The formats in which a summary is shown, each loaded only when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netc.graph import Graph
    from netc.report.summary import Summary

MODULES: Mapping[str, str] = {
    "table": "netc.report.table",
    "json": "netc.report.as_json",
    "csv": "netc.report.as_csv",
    "markdown": "netc.report.as_markdown",
}
"""For each format the module whose ``render`` draws it."""


class Renderer(Protocol):
    """Draws a network's summary as text, which ends in no newline.

    ``color`` asks for ANSI sequences, ``sharing`` for the columns of what weight sharing saved.
    """

    def __call__(self, graph: Graph, summary: Summary, *, color: bool = False, sharing: bool = False) -> str:
        """The summary of ``graph`` as one text."""
        ...


def renderer(name: str) -> Renderer:
    """The renderer of the format ``name``, a key of ``MODULES``; ``KeyError`` for any other name."""
    render: Renderer = import_module(MODULES[name]).render
    return render
