"""Every mistake that a spec can hold, one a file, and what a person reads about it."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from netc.compiler import check_bytes
from netc.diagnostics.full import render
from netc.elaborate import Overrides
from netc.reader import resolve

if TYPE_CHECKING:
    from collections.abc import Callable

SPECS = sorted((Path(__file__).parent / "specs").glob("*.yaml"))
GOLDEN = Path(__file__).parent / "golden"


def overrides(text: str) -> Overrides:
    """What the first line of a spec asks for, as in ``# --variant large --set width=16``."""
    first = text.split("\n", 1)[0]
    words = shlex.split(first.removeprefix("# ")) if first.startswith("# --") else []
    asked = list(zip(words[::2], words[1::2], strict=True))
    pairs = [value.split("=", 1) for option, value in asked if option == "--set"]
    variants = [value for option, value in asked if option == "--variant"]
    return Overrides(
        variants[0] if variants else None, {name: resolve(value) for name, value in pairs}, "--set"
    )


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_what_is_said(path: Path, golden: Callable[[Path, str], None]) -> None:
    checked = check_bytes(path.read_bytes(), path.name, overrides(path.read_text()))
    assert checked.diagnostics, "a spec in this folder holds a mistake"
    assert checked.graph is None
    golden(GOLDEN / f"{path.stem}.txt", render(checked.diagnostics, {path.name: checked.text}) + "\n")


def test_every_golden_file_has_its_spec() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == {path.stem for path in SPECS}
