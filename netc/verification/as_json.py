"""The format ``json`` of a verification: one object, for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netc.verification.report import Place, Report, Row, Run


def render(report: Report, *, color: bool = False) -> str:
    """A JSON object in ASCII; differences are relative, times in seconds; what is not known is ``null``."""
    return json.dumps(
        {
            "name": report.name,
            "agrees": report.agrees,
            "rtol": report.rtol,
            "problem": report.problem or None,
            "remarks": list(report.remarks),
            "torch": {"version": report.reference, "seconds": report.seconds},
            "runs": [_run(run) for run in report.runs],
            "left_out": [_run(run) for run in report.left_out],
            "runtimes": [_row(row) for row in report.rows],
            "not_installed": dict(report.missing),
        },
        indent=2,
    )


def _run(run: Run) -> dict[str, object]:
    return {"batch": run.batch, "sizes": dict(run.sizes)}


def _row(row: Row) -> dict[str, object]:
    return {
        "runtime": row.runtime,
        "version": row.version,
        "result": row.result,
        "difference": row.difference,
        "reason": row.reason or None,
        "run": None if row.run is None else _run(row.run),
        "first": None if row.first is None else _place(row.first),
        "search": row.search or None,
        "seconds": row.seconds,
    }


def _place(place: Place) -> dict[str, object]:
    return {
        "path": place.path,
        "kind": place.kind,
        "file": None if place.span is None else place.span.file,
        "line": None if place.span is None else place.span.line,
        "difference": place.difference,
    }
