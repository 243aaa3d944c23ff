"""Summaries of what a table must get right: escaping, wide text, heads of training, sizes."""

from __future__ import annotations

import json
import re

import pytest

import netc
from netc.report.formats import renderer
from netc.report.grid import aligned, escaped
from netc.report.rows import size_text
from netc.report.schema_text import schema_text

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
        "layer             kind                         output  parameters   MACs  rec. field  stride  activations",
        "─" * 105,
        "conv1             conv                         4×6×6          116  3,888           3       1     1.12 KiB",
        "aux.global_pool1  global_pool (training only)  4                0      0         all             16 bytes",
        "aux.linear1       linear (training only)       2               10      8         all              8 bytes",
        "flatten1          flatten                      144              0      0         all            576 bytes",
        "linear1           linear                       5              725    720         all             20 bytes",
        "─" * 105,
        "total                                                         851  4,608                         1.71 KiB",
        "8 elements of buffers · 9,216 FLOPs",
    ]


TIED = """\
netc: 1
name: tied
input: [4, 5, 5]
layers:
  - {conv1x1: 4, name: a, norm: batch, frozen: true}
  - {head: aux, train_only: true, layers: [{conv1x1: 4, norm: batch, share: a}, {linear: 2, axis: channels}]}
  - {residual: [{conv1x1: 4}], repeat: 2, share: true}
"""


def test_shared_parameters_are_counted_at_their_owner_which_every_user_names() -> None:
    assert drawn(TIED, "table").split("\n") == [
        "tied: input 4×5×5 → output 4×5×5, aux 2×5×5",
        "",
        "layer              kind                                output  parameters   MACs  rec. field  stride  activations",
        "─" * 113,
        "a                  conv1x1                             4×5×5           24    400           1       1    800 bytes",
        "aux.conv1          conv1x1 (shares a, training only)   4×5×5            0    400           1       1    800 bytes",
        "aux.linear1        linear (training only)              2×5×5           10    200           1       1    200 bytes",
        "residual1.0.conv1  conv1x1                             4×5×5           20    400           1       1    400 bytes",
        "residual1.0        residual                            4×5×5            0      0           1       1    400 bytes",
        "residual1.1.conv1  conv1x1 (shares residual1.0.conv1)  4×5×5            0    400           1       1    400 bytes",
        "residual1.1        residual                            4×5×5            0      0           1       1    400 bytes",
        "─" * 113,
        "total                                                                  54  1,200                         2.34 KiB",
        "24 parameters frozen · 8 elements of buffers · 2,400 FLOPs",
    ]
    rows = {row["path"]: row for row in json.loads(drawn(TIED, "json"))["layers"]}
    assert [rows[path]["shares"] for path in ("a", "aux.conv1")] == [None, "a"]
    assert [rows[path]["trainable_params"] for path in ("a", "residual1.0.conv1")] == [0, 20]
    assert drawn(TIED, "csv").split("\n")[2] == "aux.conv1,conv1x1,4x5x5,0,0,0,400,800,true,a,1,1"


def test_colour_adds_only_colour() -> None:
    plain, colored = drawn(SHARED, "table"), drawn(SHARED, "table", color=True)
    assert plain != colored
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == plain


def test_columns_are_as_wide_as_a_terminal_draws_them() -> None:
    assert aligned(("層", "a", "b", "1", "2"), (4, 2, 2, 3, 3), frozenset({3, 4})) == "層    a   b     1    2"


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


SYMBOLIC = """\
netc: 1
name: any_size
input: [3, H, W]
dims: {H: {min: 5}, W: {min: 6, max: 64, multiple_of: 2}}
layers:
  - {conv: 8, kernel: 3, stride: 2, padding: same}
  - {conv: 4, kernel: 3}
"""


def test_symbolic_sizes_and_costs_stand_in_a_table_as_text() -> None:
    assert drawn(SYMBOLIC, "table").split("\n") == [
        "any_size: input 3×H×W → output 4×floor((H − 3)/2)×(W/2 − 2) (H: min 5; W: min 6, max 64, multiple_of 2)",
        "",
        "layer  kind  output                        parameters                                            MACs  rec. field  stride                                      activations",
        "─" * 170,
        "conv1  conv  8×ceil(H/2)×W/2                      224                                 108·W·ceil(H/2)           3       2                             16·W·ceil(H/2) bytes",
        "conv2  conv  4×floor((H − 3)/2)×(W/2 − 2)         292  144·W·ceil(H/2) − 288·W − 576·ceil(H/2) + 1152           7       2   8·W·ceil(H/2) − 16·W − 32·ceil(H/2) + 64 bytes",
        "─" * 170,
        "total                                             516  252·W·ceil(H/2) − 288·W − 576·ceil(H/2) + 1152                      24·W·ceil(H/2) − 16·W − 32·ceil(H/2) + 64 bytes",
        "504·W·ceil(H/2) − 576·W − 1152·ceil(H/2) + 2304 FLOPs",
    ]


def test_the_first_terms_of_a_long_count_stand_in_a_table() -> None:
    layers = "".join(
        f"  - {{conv: 4, kernel: 2, stride: {stride}, padding: same}}\n" for stride in (1, 2, 3, 5)
    )
    rows = drawn(f"netc: 1\ninput: [3, H, W]\nlayers:\n{layers}", "table").split("\n")
    assert re.split("  +", rows[-2])[2] == "48·H·W + 64·ceil(H/2)·ceil(W/2) + 64·ceil(H/6)·ceil(W/6) + …"


def test_symbolic_sizes_and_costs_are_strings_in_json_and_csv() -> None:
    found = json.loads(drawn(SYMBOLIC, "json"))
    assert found["inputs"] == {
        "input": {"shape": [3, "H", "W"], "dtype": "float32", "layout": "channels_first"}
    }
    assert found["layers"][0]["macs"] == "108·W·ceil(H/2)"
    assert found["totals"]["params"] == 516
    assert (
        drawn(SYMBOLIC, "csv").split("\n")[2].startswith("conv2,conv,4xfloor((H − 3)/2)x(W/2 − 2),292,292,0,")
    )
