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


HEAD = "netc: 1\ninput: [8, 16, 16]\n"

SIXTEEN = f"""{HEAD}blocks:
  small:
    params: {{groups: 1}}
    layers:
      - {{conv: 8, kernel: 3, padding: same, groups: $groups}}
layers:
  - for: group
    in: [1, 2, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3]
    layers: [{{use: small, with: {{groups: $group}}, from: input}}]
"""


def test_a_block_that_fails_sixteen_times_is_reported_once_with_a_count() -> None:
    [diagnostic] = found(SIXTEEN)
    assert diagnostic.path == "small3.conv1"
    assert [note.message for note in diagnostic.notes] == [
        "`small` is used here, at small3",
        "row 2 of this `for`: group = 3",
        "the same 15 more times: `small4.conv1`, `small5.conv1`, `small6.conv1`, …",
    ]


CHAIN = f"""{HEAD}blocks:
  inner:
    layers:
      - residual: [{{conv: 8, kernel: 3}}]
        name: sum
  outer:
    layers:
      - layers: [{{use: inner}}]
        repeat: 2
        name: twice
layers:
  - for: width
    in: [8]
    layers:
      - {{use: outer, repeat: 2}}
"""


def test_the_chain_goes_from_the_mistake_outwards() -> None:
    [diagnostic] = found(CHAIN)
    assert diagnostic.path == "outer1.0.twice.0.inner1.sum"
    assert [(note.message, note.span.line if note.span else 0) for note in diagnostic.notes] == [
        ("`inner` is used here, at outer1.0.twice.0.inner1", 10),
        ("turn 0 of this `repeat`, at outer1.0.twice.0", 10),
        ("`outer` is used here, at outer1.0", 17),
        ("row 0 of this `for`: width = 8", 14),
    ]


CAUSES = [
    ("params: {width: $(8 +)}", "- {conv: $width, kernel: 3}", "E205"),
    ("params: {two-words: 8}", "- {conv: $words, kernel: 3}", "E202"),
    ("params: [width]", "- {conv: $width, kernel: 3}", "E202"),
    ("params: {a: 1, a: 2, b: $(a // 0)}", "- {conv: $b, kernel: 3}\n  - {conv: $a, kernel: 3}", "E102 E306"),
    ("params: {rows: $(1 // 0)}", "- {for: x, in: $rows, layers: [{conv: $x, kernel: 3}]}", "E306"),
    ("params: {on: $(1 // 0)}", "- {flatten: 0, if: $on}\n  - {conv: 8, kernel: 3}", "E306"),
    ("params: {n: $(1 // 0)}", "- {conv: 8, kernel: 3, repeat: $n}\n  - {linear: 3, from: conv1}", "E306"),
    ("params: {w: 8}\nvariants: [w]", "- {conv: $w, kernel: 3}", "E202"),
    ("defaults: {conv: {kernel: three}}", "- {conv: 8}\n  - {linear: 3}", "E202"),
    ("defaults: {conv: {kernal: 3}}", "- {conv: 8}\n  - {depthwise: 3}\n  - {linear: 3}", "E201"),
    ("defaults: [conv]", "- {conv: 8}", "E202"),
    ("defaults: {convolution: {kernel: 3}}", "- {conv: 8}", "E204"),
    ("blocks: [b]", "- {use: b}\n  - {linear: 3}", "E202"),
    ("blocks: {b: [flatten]}", "- {use: b}\n  - {conv: 8, kernel: 3}", "E202"),
    ("blocks: {b: {params: [w], layers: [{conv1x1: $w}]}}", "- {use: b, with: {w: 3}}", "E202"),
    (
        "blocks: {b: {params: {w: $(1 +)}, layers: [{conv1x1: $w}]}}",
        "- use: b\n  - {use: b, with: {w: 3}}",
        "E205",
    ),
    ("blocks: {b: {inputs: [1], layers: [{conv1x1: 3}]}}", "- {use: b, from: [input, input]}", "E202"),
    ("blocks: {b: {layers: [{use: b}]}}", "- {use: b}\n  - {linear: 3}", "E307"),
    ("blocks: {b: {params: {w: }, layers: [{conv1x1: $w}]}}", "- use: b\n  - {linear: 3, from: b1}", "E310"),
    ("", "- {conv2d: 8, kernel: 3}\n  - {linear: 3, from: conv1}", "E204"),
    ("", "- {kernel: 3, name: stem}\n  - {linear: 3, from: stem}", "E204"),
    ("", "- 3\n  - {linear: 3}", "E204"),
    ("", "- {conv: 8, kernel: 3, name: 1st}\n  - {linear: 3, from: flatten1}", "E202 E301"),
    ("", "- {conv1x1: 8, name: my-stem}\n  - {act: relu, from: my-stem}", "E202"),
    ("", "- {conv1x1: 8, name: forward}\n  - {act: relu, from: forward}", "E305"),
    ("", "- {conv1x1: 8, name: a}\n  - {linear: 8, name: a}\n  - {conv1x1: 8, from: a}", "E405 E305"),
    ("", "- {conv1x1: 8, from: b}\n  - {linear: 3}", "E301"),
    ("", "- {conv1x1: 8, from: b, name: c}\n  - {merge: add, from: [c, input]}", "E301"),
    ("", "- {layers: 3, name: a}\n  - {linear: 3, from: a.conv1}", "E202"),
    ("", "- {layers: [{conv: 8}], name: a}\n  - {linear: 3, from: a.conv1}", "E203"),
    ("", "- residual: [{conv: 8, kernel: 99}]\n  - {linear: 3}", "E402"),
    (
        "",
        "- residual: [{conv: 9, kernel: 3, padding: same}]\n    name: sum\n  - {linear: 3, from: sum}",
        "E404",
    ),
    ("", "- {branches: [[{linear: 3}], [flatten]]}\n  - {linear: 3}", "E405"),
    ("", "- {branches: {a-b: [flatten]}}\n  - {conv1x1: 8}", "E202"),
    ("", "- {inception: {1x1: x}}\n  - {linear: 3}", "E202"),
    ("", "- {head: a, layers: [{linear: 3}]}\n  - {conv1x1: 8}\noutputs: {x: a, y: conv1}", "E405"),
    ("", "- {head: 1, layers: [{linear: 3}]}\n  - {conv1x1: 8}", "E202"),
    ("", "- {conv: 8, kernel: 99, name: a}\noutputs: [a]", "E402"),
    (
        "",
        "- {conv: 8, kernel: 99}\n  - {squeeze_excite: $(in_channels // 4)}\n  - {global_pool: avg}",
        "E402",
    ),
    ("", "- {conv: 8, kernel: 99}\n  - {dropout: 0.5, spatial: true}\n  - {scale: 1}\n  - flatten", "E402"),
    ("", "- {for: x, in: [8, y], layers: [{conv1x1: $x}]}\n  - {linear: 3}", "E202"),
    ("", "- {for: [x, y], in: [[8, 3], 4], layers: [{conv: $x, kernel: $y}]}\n  - {linear: 3}", "E202"),
    ("", "- {for: [{conv1x1: 8}, y], in: [[8, 3]], layers: [{conv1x1: $x}]}", "E202"),
    ("", "- {for: $x, in: [8, 3], layers: [{conv1x1: $x}]}", "E202"),
    ("", "- {for: [x, x], in: [[8, 3]], layers: [{conv1x1: $y}]}", "E305"),
    ("", "- {for: x, in: 8, layers: [{conv1x1: $x}, {conv1x1: $y, from: input}]}", "E202 E303"),
]


@pytest.mark.parametrize(("before", "layers", "codes"), CAUSES)
def test_what_follows_from_a_mistake_stays_silent(before: str, layers: str, codes: str) -> None:
    diagnostics = found(f"{HEAD}{before}\nlayers:\n  {layers}\n")
    assert " ".join(diagnostic.code for diagnostic in diagnostics) == codes, render(diagnostics, {})


INPUTS = [
    ("input: [3, x, 32]", "- {linear: $in_channels}", "E202"),
    ("input: [3, $size, 32]", "- {linear: $in_channels}", "E303"),
    ("inputs: [[3, 8, 8]]", "- {linear: 3, from: left}", "E202"),
    ("inputs: {left-eye: [3, 8, 8], right: [3, 8, 8]}", "- {conv1x1: 3, from: left-eye}", "E202"),
    ("inputs: {left: [3, 8, 8], right: [0]}", "- {merge: add, from: [left, right]}", "E202"),
    ("name: net", "- {linear: 3}", "E203"),
    ("nam: net\ninput: [3, 8, 8]", "- {linear: 3}", "E201 E405"),
    ("name: my-net\ninput: [3, 8, 8]", "- {linear: 3}", "E202 E405"),
    ("doc: 1\ninput: [3, 8, 8]\noutputs: [1]", "- {linear: 3}", "E202 E202 E405"),
]


@pytest.mark.parametrize(("inputs", "layers", "codes"), INPUTS)
def test_the_same_at_the_top_of_the_document(inputs: str, layers: str, codes: str) -> None:
    diagnostics = found(f"netc: 1\n{inputs}\nlayers:\n  {layers}\n")
    assert " ".join(diagnostic.code for diagnostic in diagnostics) == codes, render(diagnostics, {})
