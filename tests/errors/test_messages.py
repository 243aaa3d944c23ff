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

FOLDER = Path(__file__).parent / "specs"
SPECS = sorted([*FOLDER.glob("*.yaml"), *FOLDER.glob("*/main.yaml")])
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


def name(path: Path) -> str:
    """What a case is called: by its file, or where it has several files by their folder."""
    return path.stem if path.parent == FOLDER else path.parent.name


@pytest.mark.parametrize("path", SPECS, ids=name)
def test_what_is_said(
    path: Path, golden: Callable[[Path, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(path.parent)
    checked = check_bytes(path.read_bytes(), path.name, overrides(path.read_text()))
    assert checked.diagnostics, "a spec in this folder holds a mistake"
    assert checked.graph is None
    golden(GOLDEN / f"{name(path)}.txt", render(checked.diagnostics, checked.sources) + "\n")


def test_every_golden_file_has_its_spec() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == set(map(name, SPECS))
