"""The catalogue and the source speak of the same codes, and each example raises its code and no other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from netc.compiler import check_bytes
from netc.diagnostics.catalogue import CATALOGUE, Entry
from netc.diagnostics.full import render
from netc.elaborate import Overrides

NETC = Path(__file__).parents[2] / "netc"
BY_THE_COMMAND_LINE = {"E501"}
"""Codes that no spec alone raises."""

entries = pytest.mark.parametrize(
    "entry",
    [entry for code, entry in CATALOGUE.items() if code not in BY_THE_COMMAND_LINE],
    ids=lambda e: e.code,
)


def chosen(entry: Entry) -> Overrides:
    """What the arguments of an entry's example ask for."""
    assert entry.arguments[::2] in {(), ("--variant",)}
    return Overrides(entry.arguments[1] if entry.arguments else None)


@entries
def test_an_example_raises_its_code_and_no_other(entry: Entry) -> None:
    found = check_bytes(entry.example.encode(), "example.yaml", chosen(entry)).diagnostics
    assert {diagnostic.code for diagnostic in found} == {entry.code}, render(found, {})


@entries
def test_a_repair_checks_clean(entry: Entry) -> None:
    checked = check_bytes(entry.repair.encode(), "repair.yaml", chosen(entry))
    assert not checked.diagnostics, render(checked.diagnostics, {"repair.yaml": entry.repair})
    assert checked.graph is not None


def test_every_code_in_the_source_is_in_the_catalogue_and_is_raised() -> None:
    pages = NETC / "diagnostics" / "catalogue"
    sources = [path for path in NETC.rglob("*.py") if pages not in path.parents]
    raised = {
        code for path in sources for code in re.findall(r"\b[EW][1-9][0-9]{2}\b", path.read_text("utf-8"))
    }
    assert raised - BY_THE_COMMAND_LINE == set(CATALOGUE) - BY_THE_COMMAND_LINE
