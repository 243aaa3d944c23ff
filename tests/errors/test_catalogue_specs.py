"""The catalogue and the source speak of the same codes, and each example raises its code and no other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from netc.compiler import Checked, check_bytes
from netc.diagnostics.catalogue import CATALOGUE, Entry
from netc.diagnostics.full import render
from netc.elaborate import Overrides
from netc.lint import Selection

NETC = Path(__file__).parents[2] / "netc"
BY_THE_COMMAND_LINE = {"E501"}
"""Codes that no spec alone raises."""

entries = pytest.mark.parametrize(
    "entry",
    [entry for code, entry in CATALOGUE.items() if code not in BY_THE_COMMAND_LINE],
    ids=lambda e: e.code,
)


def checked(entry: Entry, text: str) -> Checked:
    """The check that the arguments of an entry's example ask for, warnings included."""
    arguments = dict(zip(entry.arguments[::2], entry.arguments[1::2], strict=True))
    assert set(arguments) <= {"--variant", "--select"}
    selected = (arguments["--select"],) if "--select" in arguments else ()
    overrides = Overrides(arguments.get("--variant"))
    return check_bytes(
        text.encode(), "spec.yaml", overrides, every_variant=True, warnings=Selection(selected)
    )


@entries
def test_an_example_raises_its_code_and_no_other(entry: Entry) -> None:
    found = checked(entry, entry.example).diagnostics
    assert {diagnostic.code for diagnostic in found} == {entry.code}, render(found, {})


@entries
def test_a_repair_checks_clean(entry: Entry) -> None:
    result = checked(entry, entry.repair)
    assert not result.diagnostics, render(result.diagnostics, {"spec.yaml": entry.repair})
    assert result.graph is not None


def test_every_code_in_the_source_is_in_the_catalogue_and_is_raised() -> None:
    pages = NETC / "diagnostics" / "catalogue"
    sources = [path for path in NETC.rglob("*.py") if pages not in path.parents]
    raised = {
        code for path in sources for code in re.findall(r"\b[EW][1-9][0-9]{2}\b", path.read_text("utf-8"))
    }
    assert raised - BY_THE_COMMAND_LINE == set(CATALOGUE) - BY_THE_COMMAND_LINE
