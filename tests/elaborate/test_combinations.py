"""Parts of the language together: what each promises holds inside the others."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.elaborate.specs import built, flow, ops, parameters, refused, shapes, written
from tests.elaborate.tied import owners

SYMBOLIC = "input: [8, H, W]\ndims: {H: {multiple_of: 2}, W: {multiple_of: 2}}"


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library `parts.yaml` in the working folder: a stage whose turns share, with a head."""
    monkeypatch.chdir(tmp_path)
    Path("parts.yaml").write_text(
        written("""
        netc: 1
        params: {width: 4}
        defaults: {conv: {padding: same, norm: batch}, norm: {eps: 0.5}}
        blocks:
          stage:
            params: {turns: 2, aux: false}
            layers:
              - {conv: $width, kernel: 3, repeat: $turns, share: true, frozen: true}
              - {head: side, if: $aux, layers: [{global_pool: avg}]}
              - {conv1x1: $width, norm: none, name: out}
        """),
        encoding="utf-8",
    )


def test_symbols_pass_through_split_projection_excitation_inception_and_optional_sums() -> None:
    layers = """
    - branches:
        a:
          - {residual: [{conv: 6, kernel: 3, stride: 2, padding: half, norm: batch}], shortcut: project}
          - {squeeze_excite: 2}
          - {inception: {1x1: 3, pool: 3}}
        b:
          - {pool: max, kernel: 2}
          - {residual: [{conv: 4, kernel: 3, padding: half}], shortcut: optional}
          - {residual: [{conv1x1: 5}], shortcut: optional}
      split: true
    """
    found = {path: " ".join(map(str, shape)) for path, shape in shapes(layers, SYMBOLIC).items()}
    assert found["branches1.split0"] == found["branches1.split1"] == "4 H W"
    assert found["branches1.a.residual1.shortcut.conv1.norm"] == "6 H/2 W/2"
    assert found["branches1.a.squeeze_excite1"] == found["branches1.a.inception1"] == "6 H/2 W/2"
    assert found["branches1.b.residual1"] == "4 H/2 W/2"
    assert "branches1.b.residual2" not in found
    assert found["branches1"] == "11 H/2 W/2"


def test_branches_of_a_split_share_with_each_other_and_as_a_whole() -> None:
    branch = "{conv: 4, kernel: 3, padding: same, bias: false%s}"
    first = f"{{branches: [[{branch % ''}], [{branch % ', share: branch0.conv1'}]], split: true, name: s}}"
    second = f"{{branches: [[{branch % ''}], [{branch % ''}]], split: true, share: s}}"
    assert parameters(f"[{first}, {second}]", SYMBOLIC) == {"s.branch0.conv1.weight": (4, 4, 3, 3)}


def test_facts_of_a_variant_decide_its_claims() -> None:
    top = """
    params: {levels: 2, step: 4}
    variants: {deep: {levels: 3}, right: {levels: 3, step: 8}}
    input: [3, H]
    dims: {H: {multiple_of: $step}}
    """
    layers = """
    - {pool: max, kernel: 2, repeat: $levels}
    - {upsample: "$(2 ** levels)"}
    - {merge: add, from: [prev, input]}
    """
    assert str(shapes(layers, top)["pool1.1"][1]) == "H/4"
    assert str(shapes(layers, top, variant="right")["pool1.2"][1]) == "H/8"
    assert refused(layers, top, variant="deep") == [
        "E402 the window of `pool` is larger than its padded input (2 along W, the input is H/4; H = 4: 2 > 1)"
    ]


@pytest.mark.usefixtures("library")
def test_what_an_imported_block_shares_is_shared_and_frozen_where_it_is_used() -> None:
    top = "import: [parts.yaml]\ninput: [4, H, W]\ndefaults: {norm: {eps: 0.25}, conv: {act: relu}}"
    layers = (
        "[{use: parts.stage, name: a}, {use: parts.stage, share: a}, {conv1x1: 4, share: a.out, act: none}]"
    )
    graph = built(layers, top)
    read = owners(graph)
    assert read["a.conv1.1.conv.weight"] == "a.conv1.0.conv.weight"
    assert read["stage2.conv1.1.conv.weight"] == "a.conv1.0.conv.weight"
    assert read["stage2.out.weight"] == read["conv1.weight"] == "a.out.weight"
    frozen = {path for path, parameter in graph.parameters.items() if parameter.frozen}
    assert frozen == {path for path in graph.parameters if path.startswith("a.conv1.0.")}
    said = ops(layers, top)
    assert "eps=0.5" in said["stage2.conv1.0.norm"]
    assert not [path for path in said if path.endswith(".act")]


@pytest.mark.usefixtures("library")
def test_a_head_of_an_imported_block_is_an_output_once() -> None:
    top = "import: [parts.yaml]\ninput: [4, 8, 8]"
    one = "{use: parts.stage, with: {turns: 1, aux: true}}"
    assert "output side = stage1.side.global_pool1" in flow(f"[{one}]", top)
    assert refused(f"[{one}, {one}]", top) == ["E305 two heads are named `side`"]


def test_branches_of_bytes_and_of_indices_each_make_numbers_of_their_own() -> None:
    top = "inputs: {image: {shape: [3, 4, 4], dtype: uint8}, words: {shape: [T], dtype: int64}}"
    layers = """
    - {branches: [[{normalize: imagenet}], [{pad: 1}, {crop: 1}, {normalize: {}}]], merge: mean, from: image}
    - {global_pool: avg, name: seen}
    - {branches: {a: [{embed: 4, vocab: 9}], b: [{embed: 4, vocab: 9}]}, merge: add, from: words}
    - {gru: 5, return: last}
    - {merge: concat, from: [seen, prev]}
    """
    assert shapes(layers, top)["merge1"] == (8,)
    assert refused("- {branches: [[], [{pad: 0}]], from: image}\n- {global_pool: avg}", top) == [
        "E406 `merge: concat` computes on float32 (given a feature map 3×4×4 of uint8)"
    ]
