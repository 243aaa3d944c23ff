"""The order of reports, and how many of them are worth reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netc.diagnostics.model import Diagnostic


def sort_key(diagnostic: Diagnostic) -> tuple[str, int, int, str]:
    """File, line, column and code: the order in which a person reads a spec."""
    span = diagnostic.span
    return span.file, span.line, span.column, diagnostic.code


def in_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The diagnostics sorted by place and code; those equal in both keep their order."""
    return sorted(diagnostics, key=sort_key)


def capped(diagnostics: Iterable[Diagnostic], limit: int = 100) -> list[Diagnostic]:
    """At most ``limit`` of the diagnostics, their order kept.

    A warning never takes the place of an error: warnings are kept only in the room that the
    errors leave. How many were left out is the difference in length.
    """
    everything = list(diagnostics)
    errors = min(limit, sum(one.severity == "error" for one in everything))
    room = {"error": errors, "warning": limit - errors}
    kept: list[Diagnostic] = []
    for one in everything:
        if room[one.severity] > 0:
            room[one.severity] -= 1
            kept.append(one)
    return kept
