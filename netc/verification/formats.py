"""The formats in which a verification is shown, each loaded only when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netc.verification.report import Report

MODULES: Mapping[str, str] = {"table": "netc.verification.as_table", "json": "netc.verification.as_json"}
"""For each format the module whose ``render`` draws it."""


class Renderer(Protocol):
    """Draws a report as text, which ends in no newline; ``color`` asks for ANSI sequences."""

    def __call__(self, report: Report, *, color: bool = False) -> str:
        """The report as one text."""
        ...


def renderer(name: str) -> Renderer:
    """The renderer of the format ``name``, a key of ``MODULES``; ``KeyError`` for any other name."""
    render: Renderer = import_module(MODULES[name]).render
    return render
