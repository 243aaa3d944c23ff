"""The catalogue is complete, and its pages are drawn whole."""

from __future__ import annotations

import pytest
import yaml

from netc.diagnostics.catalogue import CATALOGUE, Entry, nearest
from netc.diagnostics.explain import explain
from netc.lint.selection import CODES as WARNINGS

CODES = [
    *(f"E1{number:02}" for number in range(1, 6)),
    *(f"E2{number:02}" for number in range(1, 7)),
    *(f"E3{number:02}" for number in range(1, 13)),
    *(f"E4{number:02}" for number in range(1, 11)),
    "E501",
]
entries = pytest.mark.parametrize("entry", CATALOGUE.values(), ids=CATALOGUE.keys())


def test_the_codes_are_these() -> None:
    assert [code for code in CATALOGUE if code.startswith("E")] == CODES
    assert tuple(code for code in CATALOGUE if code.startswith("W")) == WARNINGS


@entries
def test_an_entry_says_everything(entry: Entry) -> None:
    assert CATALOGUE[entry.code] is entry
    assert entry.title == entry.title.strip().rstrip(".")
    assert entry.title
    assert "\n" not in entry.title
    assert entry.explanation.rstrip().endswith(".")
    assert max(map(len, entry.explanation.split("\n"))) <= 96


@entries
def test_a_repair_is_a_spec_and_differs_from_its_example(entry: Entry) -> None:
    repaired = yaml.safe_load(entry.repair)
    assert next(iter(repaired)) == "netc"
    assert entry.repair != entry.example
    if entry.code == "E101":
        with pytest.raises(yaml.YAMLError, match="expected ',' or '}'"):
            yaml.safe_load(entry.example)
    else:
        assert "layers" in yaml.safe_load(entry.example)


@pytest.mark.parametrize(
    ("typed", "code"),
    [("E301", "E301"), ("e301", "E301"), ("301", "E301"), ("E4080", "E408"), ("shape", None), ("", None)],
)
def test_the_nearest_code(typed: str, code: str | None) -> None:
    assert nearest(typed) == code


def test_a_page() -> None:
    assert explain("e105") == (
        """\
E105: the file is not a netc spec

A spec is a mapping whose top level has the key `netc`, the version of the language it is
written in; this netc reads version 1. The key tells a spec from any other YAML file, and
lets the language change later without changing what existing specs mean.

An empty file, a list or a single value at the top, a missing `netc` and a version that
this netc does not know all end here. Write `netc: 1` as the first line.

Wrong:

    input: [3, 32, 32]
    layers:
      - {conv: 8, kernel: 3}

Right:

    netc: 1
    input: [3, 32, 32]
    layers:
      - {conv: 8, kernel: 3}"""
    )


def test_a_page_names_the_arguments_that_its_example_needs() -> None:
    assert "\nWrong (with `netc check SPEC --variant large`):\n" in explain("E304")


def test_a_code_that_does_not_exist_has_no_page() -> None:
    with pytest.raises(KeyError, match="E999"):
        explain("E999")
