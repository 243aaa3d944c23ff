"""One run tells everything: each independent mistake once, in order of place, and nothing that follows from one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from netc.compiler import check_bytes
from netc.diagnostics import Diagnostic
from netc.diagnostics.full import render
from netc.elaborate import Overrides

if TYPE_CHECKING:
    from collections.abc import Callable

MANY = Path(__file__).parent / "many"
COUNTS = {"twelve": 12, "text_and_layers": 7, "poison": 3}


def found(text: str) -> list[Diagnostic]:
    """The diagnostics of a spec."""
    return check_bytes(text.encode(), "spec.yaml", Overrides()).diagnostics


@pytest.mark.parametrize(("name", "count"), COUNTS.items())
def test_as_many_reports_as_mistakes(name: str, count: int, golden: Callable[[Path, str], None]) -> None:
    text = (MANY / f"{name}.yaml").read_text(encoding="utf-8")
    diagnostics = found(text)
    golden(MANY / f"{name}.txt", render(diagnostics, {"spec.yaml": text}) + "\n")
    assert len(diagnostics) == count
    places = [(diagnostic.span.line, diagnostic.span.column) for diagnostic in diagnostics]
    assert places == sorted(places)
