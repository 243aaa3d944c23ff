"""Every warning, and what a person reads about it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from netc.diagnostics.full import render
from netc.lint import Selection
from netc.lint.selection import CODES
from tests.lint.warned import warned

if TYPE_CHECKING:
    from collections.abc import Callable

SPECS = sorted((Path(__file__).parent / "specs").glob("*.yaml"))
GOLDEN = Path(__file__).parent / "golden"


def rendered(path: Path) -> str:
    """What `netc check` prints of a spec, with what its first line selects, as in ``# --select W201``."""
    text = path.read_text(encoding="utf-8")
    first = text.split("\n", 1)[0]
    selected = first.removeprefix("# --select ") if first.startswith("# --select") else ""
    return render(warned(text, Selection(select=(selected,) if selected else ())), {"spec.yaml": text}) + "\n"


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_what_is_said(path: Path, golden: Callable[[Path, str], None]) -> None:
    golden(GOLDEN / f"{path.stem}.txt", rendered(path))


def test_every_golden_file_has_its_spec_and_every_code_its_golden_file() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == {path.stem for path in SPECS}
    said = "".join(path.read_text(encoding="utf-8") for path in GOLDEN.iterdir())
    assert [code for code in CODES if f"warning[{code}]" not in said] == []
