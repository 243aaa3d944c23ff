"""Where nothing is said: what is meant, what comments silence, what a mistake keeps from being known."""

from __future__ import annotations

import pytest

from netc.compiler import check_bytes
from netc.elaborate import Overrides
from netc.lint import Selection
from tests.lint.warned import HEAD, codes, warned

ALL = Selection(select=("W",))

MEANT = {
    "a strided 1x1 convolution": "- {conv1x1: 8, stride: 2}",
    "a kernel of 1 along one axis": "- {conv: 8, kernel: [1, 4], stride: [4, 4]}",
    "a remainder within the trailing padding": "- {conv: 8, kernel: 3, stride: 2, padding: 1}",
    "padding same": "- {conv: 8, kernel: 4, stride: 3, padding: same}",
    "a pool rounded up": "- {pool: avg, kernel: 3, stride: 2, round: ceil}",
    "a global pool": "- {global_pool: max}",
    "a bias before a layer norm": "- {conv1x1: 8}\n  - {norm: layer}",
    "a bias before a group norm of several channels a group": "- {conv1x1: 8, norm: {group: {groups: 2}}}",
    "a bias that another layer reads, too": "- {conv1x1: 8}\n  - {norm: batch}\n  - {merge: add, from: [conv1, norm1]}",
    "a bias along another axis than the norm's": "- {linear: 8, axis: last}\n  - {norm: batch}",
    "the automatic bias beside a batch norm": "- {conv1x1: 8, norm: batch}",
    "two activations that differ": "- {conv1x1: 8, act: relu}\n  - {act: sigmoid}",
    "softmax along one axis after another": "- {act: softmax, axis: 0}\n  - {act: softmax, axis: 1}",
    "an activation on both sides of a sum": "- {act: relu}\n  - {residual: [{conv1x1: 8, act: relu}], act: relu}",
    "a dropout behind the norm": "- {conv1x1: 8, norm: batch, act: relu}\n  - {dropout: 0.5}\n  - {conv1x1: 8, norm: batch}",
    "a value that two layers read": "- {conv1x1: 8, name: a}\n  - {conv1x1: 8}\n  - {merge: add, from: [a, prev]}",
    "a value whose size a crop takes": "- {conv: 8, kernel: 3, name: a}\n  - {crop: a, from: input}",
    "a value that is an output": "- {conv1x1: 8, name: a}\n  - {conv1x1: 8, from: input, name: b}\noutputs: [a, b]",
    "a head": "- {conv1x1: 16}\n  - {head: side, layers: [{global_pool: avg}]}\n  - {conv1x1: 16}",
    "a head of training": "- {conv1x1: 16}\n  - {head: side, layers: [{conv1x1: 3}], train_only: true}\n  - {conv1x1: 16}",
    "an empty branch": "- {branches: [[], [{conv1x1: 8}]]}",
    "a trunk that keeps space": "- {conv1x1: 16}\n  - {conv1x1: 8}",
    "a bottleneck that grows before it shrinks": "- {conv1x1: 8}\n  - {pool: max, kernel: 2}\n  - {conv1x1: 16}\n  - {conv1x1: 4}",
    "a small layer behind flatten": "- {conv: 64, kernel: 3}\n  - {pool: max, kernel: 14}\n  - flatten\n  - {linear: 10}",
    "nothing at all": "- {act: none}",
}


@pytest.mark.parametrize("layers", MEANT.values(), ids=MEANT.keys())
def test_nothing_is_said(layers: str) -> None:
    assert codes(f"{HEAD}layers:\n  {layers}\n", ALL) == ""


USED = {
    "in an option": "params: {p: 8}\nlayers: [{conv1x1: $p}]",
    "in an expression": 'params: {p: 8}\nlayers: [{conv1x1: "$(min(p, 3))"}]',
    "in a nested option": "params: {p: 0.1}\nlayers: [{act: {leaky_relu: {slope: $p}}, conv1x1: 8}]",
    "in if": "params: {p: true}\nlayers: [{conv1x1: 8, if: $p}]",
    "in repeat": "params: {p: 2}\nlayers: [{conv1x1: 8, repeat: $p}]",
    "in frozen": "params: {p: true}\nlayers: [{conv1x1: 8, frozen: $p}]",
    "in for": "params: {p: [8]}\nlayers: [{for: x, in: $p, layers: [{conv1x1: $x}]}]",
    "in the layers of a for": "params: {p: 8}\nlayers: [{for: x, in: [1], layers: [{conv1x1: $p, repeat: $x}]}]",
    "in another param": "params: {p: 8, q: $(2 * p)}\nlayers: [{conv1x1: $q}]",
    "in a variant": "params: {p: 8, q: 4}\nvariants: {big: {q: $(2 * p)}}\nlayers: [{conv1x1: $q}]",
    "in defaults": "params: {p: 3}\ndefaults: {conv: {kernel: $p}}\nlayers: [{conv: 8}]",
    "in a layer left out": "params: {p: 8}\nlayers: [{conv1x1: $p, if: false}]",
    "in a block": "params: {p: 8}\nblocks: {b: {layers: [{conv1x1: $p}]}}\nlayers: [{use: b}]",
    "in a block's default": "params: {p: 8}\nblocks: {b: {params: {w: $p}, layers: [{conv1x1: $w}]}}\nlayers: [{use: b}]",
    "passed on by with": "params: {w: 8}\nblocks: {b: {params: {w: }, layers: [{conv1x1: $w}]}}\nlayers: [{use: b, with: [w]}]",
    "in with": "params: {p: 8}\nblocks: {b: {params: {w: }, layers: [{conv1x1: $w}]}}\nlayers: [{use: b, with: {w: $p}}]",
    "in first": "params: {p: 8}\nblocks: {b: {params: {w: 8}, layers: [{conv1x1: $w}]}}\n"
    "layers: [{use: b, first: {w: $p}, repeat: 2}]",
    "in a block inside a block": "blocks: {a: {layers: [{use: b}]}, b: {layers: [{conv1x1: 8}]}}\nlayers: [{use: a}]",
    "in a branch": "blocks: {b: {layers: [{conv1x1: 8}]}}\nlayers: [{branches: [[{use: b}], []]}]",
}


@pytest.mark.parametrize("text", USED.values(), ids=USED.keys())
def test_a_param_or_block_is_used(text: str) -> None:
    assert codes(f"{HEAD}{text}\n") == ""


def test_a_param_of_an_input_is_used() -> None:
    assert codes("netc: 1\nparams: {size: 8}\ninput: [3, $size, $size]\nlayers: [flatten]\n") == ""


def test_a_param_of_a_symbols_facts_is_used() -> None:
    text = (
        "netc: 1\nparams: {m: 32}\ninput: [3, H, H]\ndims: {H: {multiple_of: $m}}\nlayers: [{conv1x1: 8}]\n"
    )
    assert codes(text) == ""


def test_a_variable_and_a_blocks_param_hide_a_param() -> None:
    text = (
        f"{HEAD}params: {{a: 1, b: 2}}\nblocks: {{c: {{params: {{b: 3}}, layers: [{{conv1x1: $b}}]}}}}\n"
        "layers: [{for: a, in: [8], layers: [{conv1x1: $a}]}, {use: c}]\n"
    )
    assert codes(text) == "W107:3 W107:3"


def test_a_library_misses_no_use_of_its_blocks() -> None:
    assert codes("netc: 1\nblocks:\n  a: {params: {w: 8}, layers: [{conv1x1: $w}]}\n") == ""
    assert codes("netc: 1\nblocks:\n  a: {params: {w: 8}, layers: [{conv1x1: 8}]}\n") == "W107:3"


DROPS = "{conv: 8, kernel: 3, stride: 2}"

COMMENTS = [
    (f"- {DROPS}  # netc: ignore[W103]", ""),
    (f"- {DROPS}  # netc: ignore[W103] as in the paper", ""),
    (f"- {DROPS}  # 7×7 # netc: ignore[ W102 , W103 ]", "W109:4"),
    (f"- {DROPS}  # netc:ignore [W103]", ""),
    (f"- {DROPS}  #netc: ignore[W103]", ""),
    (f"- {DROPS}\n  # netc: ignore[W103]", "W103:4 W109:5"),
    (f"- {DROPS}  # netc: ignore[w103]", "W103:4 W109:4"),
    (f"- {DROPS}  # netc: ignore[]", "W103:4 W109:4"),
    (f"- {DROPS}  # netc: ignore[W10]", "W103:4 W109:4"),
    (f"- {DROPS}  # netc: ignore[W999, W109, W103]", ""),
    (f"- {DROPS}  # netc: ignored", "W103:4"),
    (f"- {DROPS}  # ignore[W103]", "W103:4"),
    ("- {conv: 8, kernel: 3, stride: 2, name: a#netc}  # netc: ignore[W103]", "E202:4"),
    (f"- {DROPS}\ndoc: 'x # netc: ignore[W777]'", "W103:4"),
    (f'- {DROPS}\ndoc: "x # netc: ignore[W777]"  # netc: ignore[W888]', "W103:4 W109:5"),
    (f"- {DROPS}\ndoc: |  # netc: ignore[W888]\n  # netc: ignore[W777]\n", "W103:4 W109:5"),
    (f"- {DROPS}\ndoc: >-\n  a\n  # netc: ignore[W777]\n", "W103:4"),
    (f"- {DROPS}\ndoc: plain  # netc: ignore[W777]\n", "W103:4 W109:5"),
]


@pytest.mark.parametrize(("layers", "expected"), COMMENTS)
def test_a_comment_silences_its_own_line(layers: str, expected: str) -> None:
    assert codes(f"{HEAD}layers:\n  {layers}\n") == expected


def test_a_comment_is_in_vain_only_where_all_was_looked_at() -> None:
    text = (
        f"{HEAD}params: {{stride: 1}}\nvariants: {{strided: {{stride: 2}}}}\n"
        "layers: [{conv: 8, kernel: 3, stride: $stride}]  # netc: ignore[W103, W105, W201]\n"
    )
    assert codes(text) == "W109:5"  # W105, for W201 is off
    assert codes(text, ALL) == "W109:5 W109:5"
    assert warned(text, overrides=Overrides("strided")) == []
    assert warned(text, overrides=Overrides(None, {"stride": 1})) == []
    unused = f"{HEAD}blocks:\n  b: {{layers: [{DROPS}]}}  # netc: ignore[W103]\nlayers: [flatten]\n"
    assert codes(unused) == "W108:4"


def test_a_warning_that_was_ignored_by_an_option_makes_no_comment_vain() -> None:
    text = f"{HEAD}layers:\n  - {DROPS}  # netc: ignore[W103]\n"
    assert codes(text, Selection(ignore=("W103",))) == ""


POISONED = [
    (
        "- {conv: 8, kernel: 99}\n  - {pool: max, kernel: 3, stride: 2}\n  - {act: relu}\n  - {act: relu}",
        "E402:4",
    ),
    ("- {conv1x1: 8, from: nowhere}\n  - {conv1x1: 8}\n  - {norm: batch}", "E301:4"),
    ("- {conv1x1: 8, name: a}\n  - {conv1x1: 8, from: b}", "E301:5"),
    ("- {conv1x1: 8}\n  - {norm: batch}\n  - {conv: 8, kernel: 99, from: conv1}", "E402:6"),
    ("- {conv: 8, kernel: 3, stride: 2}\n  - {conv: 8, kernel: 99}", "W103:4 E402:5"),
    ("- {residual: [{conv: 8, kernel: 3, stride: 2}]}", "W103:4 E404:4"),
]


@pytest.mark.parametrize(("layers", "expected"), POISONED)
def test_beside_errors_only_what_is_sound_is_spoken_of(layers: str, expected: str) -> None:
    found = codes(f"{HEAD}layers:\n  {layers}\n")
    assert sorted(found.split()) == sorted(expected.split())


def test_a_check_that_is_not_asked_for_warnings_gives_none() -> None:
    text = f"{HEAD}layers:\n  - {DROPS}  # netc: ignore[W999]\n"
    assert check_bytes(text.encode(), "spec.yaml", Overrides()).diagnostics == []
