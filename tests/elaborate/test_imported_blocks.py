"""Blocks of imported files: what they mean, what they see, and what a check says of blocks that nothing uses."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from netc.compiler import check_bytes
from netc.elaborate import Overrides
from netc.graph.text import text
from tests.elaborate.specs import built, flow, ops, order, refused, shapes, written


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The working folder, where ``netc.loads`` looks for what a text imports."""
    monkeypatch.chdir(tmp_path)


def write(path: str, content: str) -> None:
    """A file, and the folders it lies in."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(dedent(content), encoding="utf-8")


def found(content: str) -> list[str]:
    """What a check of one text finds: line, code and message."""
    checked = check_bytes(dedent(content).encode(), "spec.yaml", Overrides())
    return [f"{one.span.line} {one.code} {one.message}" for one in checked.diagnostics]


TOP = "import: [blocks/net.yaml]\ninput: [4, 8, 8]"


def test_layers_are_named_by_the_block_without_its_file() -> None:
    write(
        "blocks/net.yaml",
        """
        netc: 1
        blocks:
          pair:
            params: {width: }
            layers: [{conv1x1: $width}, {use: single, with: [width]}]
          single:
            params: {width: }
            layers: [{conv1x1: $width}]
          v2: {layers: [flatten]}
        """,
    )
    layers = """
    - {use: net.pair, with: {width: 6}}
    - {use: net.pair, with: {width: 5}, repeat: 2}
    - {use: net.single, with: {width: 3}, name: last}
    - {use: net.v2}
    """
    assert flow(layers, TOP) == written(
        """
        pair1.conv1 = Conv of input: 6×8×8
        pair1.single1.conv1 = Conv of pair1.conv1: 6×8×8
        pair2.0.conv1 = Conv of pair1.single1.conv1: 5×8×8
        pair2.0.single1.conv1 = Conv of pair2.0.conv1: 5×8×8
        pair2.1.conv1 = Conv of pair2.0.single1.conv1: 5×8×8
        pair2.1.single1.conv1 = Conv of pair2.1.conv1: 5×8×8
        last.conv1 = Conv of pair2.1.single1.conv1: 3×8×8
        v2_1.flatten1 = Flatten of last.conv1: 192
        output output = v2_1.flatten1
        """
    )


def test_an_imported_block_means_what_it_would_mean_written_here() -> None:
    blocks = """
    blocks:
      body:
        params: {width: , stride: 1}
        layers:
          - residual: [{conv: $width, kernel: 3, stride: $stride, padding: half, norm: batch}]
            shortcut: project
            act: relu
    """
    write("blocks/net.yaml", f"netc: 1{dedent(blocks)}")
    here = built(
        "- {use: body, with: {width: 8}, repeat: 2, first: {stride: 2}}", f"input: [4, 8, 8]{dedent(blocks)}"
    )
    there = built("- {use: net.body, with: {width: 8}, repeat: 2, first: {stride: 2}}", TOP)
    assert text(here).splitlines()[1:] == text(there).splitlines()[1:]


DEFAULTS = """
netc: 1
params: {kernel: 3}
defaults: {conv: {kernel: $kernel, act: relu}}
blocks:
  one: {layers: [{conv: 2}]}
"""


def test_an_imported_file_keeps_its_own_defaults_and_params() -> None:
    write("blocks/net.yaml", DEFAULTS)
    top = f"{TOP}\nparams: {{kernel: 1}}\ndefaults: {{conv: {{kernel: $kernel, stride: 2, act: tanh}}}}"
    layers = "[{use: net.one}, {conv: 2}]"
    assert shapes(layers, top, params={"kernel": 2}) == {
        "one1.conv1": (2, 6, 6),  # kernel 3, stride 1
        "one1.conv1.act": (2, 6, 6),
        "conv1": (2, 3, 3),  # kernel 2, stride 2
        "conv1.act": (2, 3, 3),
    }
    assert {path: op for path, op in ops(layers, top).items() if path.endswith(".act")} == {
        "one1.conv1.act": "Activation(function='relu', constant=0.0)",
        "conv1.act": "Activation(function='tanh', constant=0.0)",
    }


def test_defaults_do_not_reach_into_an_imported_file() -> None:
    write("blocks/net.yaml", "netc: 1\nblocks: {one: {layers: [{conv1x1: 2}, {inception: {pool: 3}}]}}\n")
    plain = flow("- {use: net.one}", TOP)
    assert (
        flow("- {use: net.one}", f"{TOP}\ndefaults: {{conv: {{act: relu}}, pool: {{padding: 1}}}}") == plain
    )


def test_with_passes_the_callers_names_on() -> None:
    write("blocks/net.yaml", "netc: 1\nblocks: {one: {params: {width: }, layers: [{conv1x1: $width}]}}\n")
    layers = "- {for: width, in: [3, 5], layers: [{use: net.one, with: [width]}]}"
    assert [shape[0] for shape in shapes(layers, TOP).values()] == [3, 5]


def test_a_block_of_a_spec_that_has_layers_of_its_own() -> None:
    write(
        "blocks/net.yaml",
        """
        netc: 1
        input: [1, 2]
        params: {width: 3}
        variants: {wide: {width: 30}}
        blocks: {one: {layers: [{conv1x1: $width}]}}
        layers: [{linear: 7}]
        """,
    )
    assert flow("- {use: net.one}", TOP) == "one1.conv1 = Conv of input: 3×8×8\noutput output = one1.conv1"


def test_files_of_one_stem_in_two_files_are_two() -> None:
    write("a/one.yaml", "netc: 1\nblocks: {x: {layers: [{conv1x1: 2}]}}\n")
    write("b/one.yaml", "netc: 1\nblocks: {x: {layers: [{conv1x1: 3}]}}\n")
    for side in "ab":
        write(f"{side}/lib.yaml", "netc: 1\nimport: [one.yaml]\nblocks: {x: {layers: [{use: one.x}]}}\n")
    write("blocks/net.yaml", "netc: 1\nblocks: {x: {layers: [{conv1x1: 4}]}}\n")
    Path("b/lib.yaml").rename("b/other.yaml")
    top = "import: [blocks/net.yaml, a/lib.yaml, b/other.yaml]\ninput: [4, 8, 8]"
    layers = "[{use: net.x}, {use: lib.x}, {use: other.x}]"
    assert [shape[0] for shape in shapes(layers, top).values()] == [4, 2, 3]
    assert order(layers, top) == ["x1.conv1", "x2.x1.conv1", "x3.x1.conv1"]


def test_a_block_of_ones_own_and_an_imported_one_of_the_same_name() -> None:
    write("blocks/net.yaml", "netc: 1\nblocks: {x: {layers: [{conv1x1: 2}]}}\n")
    top = f"{TOP}\nblocks: {{x: {{layers: [{{use: net.x}}, {{conv1x1: 3}}]}}}}"
    assert order("[{use: x}, {use: net.x}]", top) == ["x1.x1.conv1", "x1.conv1", "x2.conv1"]


def test_a_stem_with_dots_and_dashes() -> None:
    write("blocks/res-net.v2.yaml", "netc: 1\nblocks: {x: {layers: [{conv1x1: 2}]}}\n")
    assert order("- {use: res-net.v2.x}", "import: [blocks/res-net.v2.yaml]\ninput: [4, 8, 8]") == [
        "x1.conv1"
    ]


def test_from_inside_an_imported_block_may_read_the_callers_layers() -> None:
    write("blocks/net.yaml", "netc: 1\nblocks: {x: {layers: [{act: relu, from: stem}]}}\n")
    assert flow("[{conv1x1: 2, name: stem}, {conv1x1: 3}, {use: net.x}]", TOP).splitlines()[-2] == (
        "x1.act1 = Activation of stem: 2×8×8"
    )


def test_an_imported_files_own_params_are_not_the_callers_to_override() -> None:
    write("blocks/net.yaml", DEFAULTS)
    assert refused("- {use: net.one}", TOP, params={"kernel": 2}) == ["E303 the spec has no param `kernel`"]


def test_a_library_is_checked_whatever_its_blocks_are_given() -> None:
    assert (
        found(
            """\
        netc: 1
        params: {ratio: 4}
        blocks:
          right:
            params: {width: , groups: 1, deep: true}
            inputs: [left, other]
            layers:
              - {conv: $(width // ratio), kernel: 3, groups: $groups, if: $deep}
              - {merge: add, from: [left, other, stem]}
              - {for: [a, b], in: $width, layers: [{conv1x1: $(a + b + index)}]}
              - {layers: [{conv1x1: $(width * index)}], repeat: $groups}
              - {residual: [{conv1x1: $in_channels}], shortcut: project}
              - {branches: [[{head: aux, layers: [flatten]}], []]}
        """
        )
        == []
    )


@pytest.mark.parametrize(
    ("layer", "mistake"),
    [
        ("{conv1x1: $widht}", "5 E303 there is no name `widht` here"),
        ("{conv1x1: $(width * widht)}", "5 E303 there is no name `widht` here"),
        ("{conv1x1: 8, if: $widht}", "5 E303 there is no name `widht` here"),
        ("{conv1x1: 8, repeat: $widht}", "5 E303 there is no name `widht` here"),
        ("{for: x, in: $rows, layers: [{conv1x1: $x}]}", "5 E303 there is no name `rows` here"),
        ("{for: x, in: $width, layers: [{conv1x1: $y}]}", "5 E303 there is no name `y` here"),
        ("{residual: [{conv1x1: $y}], if: $width}", "5 E303 there is no name `y` here"),
        ("{conv1x1: $(1 // 0)}", "5 E306 1 // 0 divides by zero"),
        ("{use: other, with: {widt: 3}}", "5 E303 `other` has no param `widt`"),
        ("{use: other}", "5 E310 `other` needs `width`"),
        ("{use: othr}", "5 E302 there is no block `othr`"),
        ("{use: one}", "5 E307 blocks use each other in a circle"),
        ("{convv: 8}", "5 E204 there is no layer kind `convv`"),
        ("{conv1x1: 8, name: input}", "5 E305 no layer can be named `input`"),
        ("{head: aux, layers: [flatten], repeat: 2}", "5 E206 `repeat` is not for `head`"),
    ],
)
def test_what_is_wrong_for_every_use_is_found_without_one(layer: str, mistake: str) -> None:
    blocks = f"blocks:\n  one:\n    params: {{width: }}\n    layers: [{layer}]\n"
    other = "  other: {params: {width: }, layers: [{conv1x1: $width}]}\n"
    assert found(f"netc: 1\n{blocks}{other}") == [mistake]
    assert found(f"netc: 1\n{blocks}{other}input: [4, 8, 8]\nlayers: [flatten]\n") == [mistake]


@pytest.mark.parametrize(
    "layer", ["{conv1x1: $(1 if width else widht)}", "{act: relu, from: stem}", "{conv1x1: $(0 * width)}"]
)
def test_what_may_be_right_for_some_use_is_not_reported(layer: str) -> None:
    assert found(f"netc: 1\nblocks: {{one: {{params: {{width: }}, layers: [{layer}]}}}}\n") == []


def test_a_block_that_is_used_is_reported_with_its_use_alone() -> None:
    spec = "netc: 1\ninput: [4]\nblocks: {one: {layers: [{linear: $w}]}}\nlayers: [{use: one}]\n"
    checked = check_bytes(spec.encode(), "spec.yaml", Overrides())
    [one] = checked.diagnostics
    assert [note.message for note in one.notes] == ["`one` is used here, at one1"]


def test_blocks_that_use_each_other_twice_are_bounded() -> None:
    doubled = "".join(f"  b{n}: {{layers: [{{use: b{n - 1}}}, {{use: b{n - 1}}}]}}\n" for n in range(1, 40))
    blocks = f"netc: 1\nblocks:\n  b0: {{layers: []}}\n{doubled}"
    assert found(blocks) == []
    assert found(f"{blocks}input: [4]\nlayers: [{{use: b39}}]\n") == [
        "6 E104 blocks are used more than 100,000 times"
    ]
