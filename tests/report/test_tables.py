"""Summaries of what a table must get right: escaping, wide text, heads of training, sizes."""

from __future__ import annotations

import re

import pytest

import netc
from netc.report.as_markdown import escaped
from netc.report.formats import renderer
from netc.report.rows import size_text
from netc.report.schema_text import schema_text
from netc.report.table import aligned

SHARED = """\
netc: 1
name: heads_
inputs:
  picture: {shape: [3, 8, 8], dtype: float32}
  words: {shape: [4], dtype: float32}
layers:
  - {conv: 4, kernel: 3, norm: batch, from: picture}
  - {head: aux, train_only: true, layers: [{global_pool: avg}, {linear: 2}]}
  - flatten
  - {linear: 5}
outputs: [linear1]
"""


def drawn(text: str, format_: str, *, color: bool = False) -> str:
    network = netc.loads(text)
    return renderer(format_)(network.graph, network.summary, color=color)


def test_a_head_of_training_is_marked_and_its_costs_are_no_part_of_the_totals() -> None:
    assert drawn(SHARED, "table").split("\n") == [
        "heads_: picture 3×8×8, words 4 → linear1 5, aux 2",
        "",
        "layer             kind                         output  parameters   MACs",
        "─" * 72,
        "conv1             conv                         4×6×6          116  3,888",
        "aux.global_pool1  global_pool (training only)  4                0      0",
        "aux.linear1       linear (training only)       2               10      8",
        "flatten1          flatten                      144              0      0",
        "linear1           linear                       5              725    720",
        "─" * 72,
        "total                                                         851  4,608",
        "8 elements of buffers · 9,216 FLOPs · activations 1.71 KiB",
    ]


def test_colour_adds_only_colour() -> None:
    plain, colored = drawn(SHARED, "table"), drawn(SHARED, "table", color=True)
    assert plain != colored
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == plain


def test_columns_are_as_wide_as_a_terminal_draws_them() -> None:
    assert aligned(("層", "a", "b", "1", "2"), (4, 2, 2, 3, 3)) == "層    a   b     1    2"


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("conv1", "conv1"),
        ("a|b", "a\\|b"),
        ("_x_ *y* `z`", "\\_x\\_ \\*y\\* \\`z\\`"),
        ("<b>&amp;", "\\<b\\>\\&amp;"),
        ("[a](b)", "\\[a\\]\\(b\\)"),
        ("one\ntwo", "one␊two"),
    ],
)
def test_markdown_shows_text_as_it_is(text: str, markdown: str) -> None:
    assert escaped(text) == markdown


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 bytes"),
        (1023, "1,023 bytes"),
        (1024, "1.00 KiB"),
        (250_000, "244 KiB"),
        (1_048_575, "1.00 MiB"),
        (10 * 2**20, "10.0 MiB"),
        (3 * 2**40, "3.00 TiB"),
        (5000 * 2**40, "5,000 TiB"),
    ],
)
def test_a_size(size: int, text: str) -> None:
    assert size_text(size) == text


def test_what_a_schema_allows() -> None:
    whole = {"type": "integer", "minimum": 0}
    assert schema_text({"anyOf": [{"enum": ["auto", True]}, {"type": "string"}]}) == "`auto`, `true` or text"
    assert schema_text({"type": "number", "minimum": 0, "maximum": 1}) == "a number from 0 to 1"
    assert schema_text({"type": "array", "items": whole, "minItems": 2, "maxItems": 2}) == (
        "a list of 2 whole numbers ≥ 0"
    )
    assert schema_text({"type": "array", "items": {"anyOf": [whole, {"type": "string"}]}}) == (
        "a list of items, each a whole number ≥ 0 or text"
    )
    assert schema_text({"type": "string", "pattern": "x"}) == "a name"
    assert schema_text({"enum": ["only"]}) == "`only`"
    assert schema_text({}) == "any value"
