"""In which order diagnostics come, and which are kept where there are too many."""

from __future__ import annotations

import subprocess
import sys

from netc.diagnostics import Diagnostic, Severity, Span, capped, in_order


def found(file: str, line: int, column: int, code: str, message: str = "") -> Diagnostic:
    severity: Severity = "error" if code.startswith("E") else "warning"
    return Diagnostic(code, severity, message, Span(file, line, column, line, column + 1))


def test_order_is_by_file_line_column_and_code() -> None:
    sorted_ones = [
        found("a.yaml", 2, 9, "E404"),
        found("a.yaml", 10, 1, "E201"),
        found("a.yaml", 10, 3, "E101", "first"),
        found("a.yaml", 10, 3, "E101", "again"),
        found("a.yaml", 10, 3, "W301"),
        found("b.yaml", 1, 1, "E101"),
    ]
    mixed = [sorted_ones[at] for at in (5, 2, 4, 1, 3, 0)]
    assert in_order(mixed) == sorted_ones


def test_a_cap_keeps_errors_before_warnings_and_the_order_of_both() -> None:
    warnings = [found("a.yaml", line, 1, "W301") for line in range(1, 5)]
    error = found("a.yaml", 9, 1, "E404")
    assert capped([*warnings, error], limit=3) == [*warnings[:2], error]


def test_a_cap_is_a_hundred_and_holds_for_errors_too() -> None:
    errors = [found("a.yaml", line, 1, "E404") for line in range(1, 151)]
    assert capped([found("a.yaml", 1, 1, "W301"), *errors]) == errors[:100]


def test_fewer_than_the_cap_are_all_kept() -> None:
    few = [found("a.yaml", 1, 1, "W301"), found("a.yaml", 2, 1, "E404")]
    assert capped(few) == few


def test_importing_the_room_loads_no_renderer_and_no_catalogue() -> None:
    script = "import sys, netc.diagnostics; print(*sorted(m for m in sys.modules if m.startswith('netc.diagnostics')))"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert loaded.stdout.split() == ["netc.diagnostics", "netc.diagnostics.model", "netc.diagnostics.order"]
