"""How layers and scopes are named."""

from __future__ import annotations

import pytest

from tests.elaborate.specs import order, parameters, refused


def test_a_layer_is_named_by_its_kind_and_a_count_of_that_word() -> None:
    layers = """
    - {conv: 4, kernel: 1}
    - {act: relu}
    - {conv: 4, kernel: 1}
    - {global_pool: avg}
    - {linear: 2}
    """
    assert order(layers) == ["conv1", "act1", "conv2", "global_pool1", "linear1"]


def test_conv1x1_counts_as_conv_and_other_convolutions_as_themselves() -> None:
    layers = """
    - {conv1x1: 4}
    - {depthwise: 1}
    - {conv: 4, kernel: 1}
    - {separable: 4, kernel: 1}
    """
    expected = ["conv1", "depthwise1", "conv2", "separable1.depthwise", "separable1.pointwise"]
    assert order(layers) == expected


def test_named_layers_and_those_left_out_count_too() -> None:
    layers = """
    - {conv1x1: 4, name: stem}
    - {conv1x1: 4, if: false}
    - {conv1x1: 4}
    """
    assert order(layers) == ["stem", "conv3"]


def test_a_word_that_ends_in_a_digit_has_a_line_before_its_count() -> None:
    top = """
    input: [4, 8, 8]
    blocks: {stage2: {layers: [{conv1x1: 4}]}, tail: {layers: [{conv1x1: 4}]}}
    """
    layers = "[{use: stage2}, {use: stage2}, {use: tail}]"
    assert order(layers, top) == ["stage2_1.conv1", "stage2_2.conv1", "tail1.conv1"]


def test_a_block_named_as_a_kind_counts_with_it() -> None:
    top = "input: [4, 8, 8]\nblocks: {conv: {layers: [{act: relu}]}}"
    assert order("[{conv1x1: 4}, {use: conv}, {conv1x1: 4}]", top) == ["conv1", "conv2.act1", "conv3"]


@pytest.mark.parametrize("name", ["double", "forward", "class", "input", "prev", "use"])
def test_a_block_may_bear_a_name_that_no_layer_can_for_a_count_follows_it(name: str) -> None:
    top = f"input: [4, 8, 8]\nblocks: {{{name}: {{layers: [{{conv1x1: 4}}]}}}}"
    assert order(f"[{{use: {name}}}, {{use: {name}}}]", top) == [f"{name}1.conv1", f"{name}2.conv1"]


def test_each_scope_counts_for_itself() -> None:
    layers = """
    - {conv1x1: 4}
    - layers: [{conv1x1: 4}]
    - layers: [{conv1x1: 4}, {conv1x1: 4}]
      name: stage
    """
    assert order(layers) == ["conv1", "layers1.conv1", "stage.conv1", "stage.conv2"]


def test_branches_are_scopes_by_number_or_by_name_which_may_begin_with_a_digit() -> None:
    assert order("- branches: [[{conv1x1: 4}], [{conv1x1: 4}]]") == [
        "branches1.branch0.conv1",
        "branches1.branch1.conv1",
        "branches1",
    ]
    assert order("- branches: {3x3: [{conv1x1: 4}], rest: []}") == ["branches1.3x3.conv1", "branches1"]


def test_the_branches_of_inception_have_names_of_their_own() -> None:
    layers = "- inception: {1x1: 1, 3x3: [2, 3], 5x5: [4, 5], pool: 6}"
    assert order(layers) == [
        "inception1.branch1x1.conv1",
        "inception1.branch3x3.conv1",
        "inception1.branch3x3.conv2",
        "inception1.branch5x5.conv1",
        "inception1.branch5x5.conv2",
        "inception1.branch_pool.pool1",
        "inception1.branch_pool.conv1",
        "inception1",
    ]


def test_a_residual_holds_its_body_and_a_scope_for_its_shortcut() -> None:
    layers = "- {residual: [{conv1x1: 6}], shortcut: [{conv1x1: 6}], act: relu, drop_path: 0.1}"
    assert order(layers) == [
        "residual1.conv1",
        "residual1.shortcut.conv1",
        "residual1.drop_path",
        "residual1",
        "residual1.act",
    ]


def test_each_repetition_is_a_number_and_a_simple_layer_is_it() -> None:
    assert order("- {conv1x1: 4, repeat: 2}") == ["conv1.0", "conv1.1"]
    assert order("- {layers: [{conv1x1: 4}], repeat: 2}") == ["layers1.0.conv1", "layers1.1.conv1"]
    assert order("- {conv1x1: 4, repeat: 1}") == ["conv1.0"]
    assert list(parameters("- {conv1x1: 4, repeat: 1}")) == ["conv1.0.weight", "conv1.0.bias"]


def test_the_path_of_a_repeated_block() -> None:
    top = """
    input: [4, 8, 8]
    blocks: {bottleneck: {layers: [{residual: [{conv1x1: 4}]}]}}
    """
    layers = "- {use: bottleneck, repeat: 2}"
    assert order(layers, top) == [
        "bottleneck1.0.residual1.conv1",
        "bottleneck1.0.residual1",
        "bottleneck1.1.residual1.conv1",
        "bottleneck1.1.residual1",
    ]


def test_the_rows_of_a_for_without_a_name_lie_in_the_scope_around_it() -> None:
    layers = """
    - {conv1x1: 4}
    - {for: width, in: [3, 5], layers: [{conv1x1: $width}]}
    - {conv1x1: 4}
    """
    assert order(layers) == ["conv1", "conv2", "conv3", "conv4"]


def test_the_rows_of_a_for_with_a_name_are_scopes() -> None:
    layers = """
    - {for: width, in: [3, 5], name: stage, layers: [{conv1x1: $width}]}
    - {for: width, in: [3], layers: [{layers: [{conv1x1: $width}]}]}
    """
    assert order(layers) == ["stage.0.conv1", "stage.1.conv1", "layers1.conv1"]


def test_a_head_is_named_by_its_output() -> None:
    layers = """
    - {head: aux, layers: [flatten, {linear: 2}]}
    - {conv1x1: 4}
    """
    assert order(layers) == ["aux.flatten1", "aux.linear1", "conv1"]


TAKEN = [
    ("twice", "[{conv1x1: 4, name: a}, {act: relu, name: a}]", "the name `a` is taken"),
    ("by count", "[{conv1x1: 4, name: conv2}, {conv1x1: 4}]", "the name `conv2` is taken"),
    (
        "left out",
        "[{conv1x1: 4, name: a, if: false}, {act: relu, name: a}]",
        "the name `a` is taken",
    ),
    ("keyword", "[{conv1x1: 4, name: lambda}]", "no layer can be named `lambda`"),
    ("attribute", "[{conv1x1: 4, name: forward}]", "no layer can be named `forward`"),
    ("input", "[{conv1x1: 4, name: input}]", "no layer can be named `input`"),
    ("prev", "[{conv1x1: 4, name: prev}]", "no layer can be named `prev`"),
    ("branch", "[{branches: {prev: [], b: []}}]", "no branch can be named `prev`"),
    ("head", "[{conv1x1: 4, name: a}, {head: a, layers: []}]", "the name `a` is taken"),
    ("inside an act", "[{residual: [{act: relu, name: act}], act: relu}]", "the name `act` is taken"),
    ("a branch", "[{branches: {act: [], b: []}, act: relu}]", "the name `branches1.act` is taken"),
    (
        "a part",
        "[{residual: [{act: relu, name: drop_path}], drop_path: 0.1}]",
        "the name `residual1.drop_path` is taken by a layer inside",
    ),
    (
        "a shortcut",
        "[{residual: [{conv1x1: 5, name: shortcut}], shortcut: project}]",
        "the name `residual1.shortcut` is taken",
    ),
]


@pytest.mark.parametrize(("layers", "message"), [case[1:] for case in TAKEN], ids=[case[0] for case in TAKEN])
def test_names_that_are_taken(layers: str, message: str) -> None:
    assert refused(layers) == [f"E305 {message}"]


def test_the_names_of_inputs_are_taken_in_every_scope() -> None:
    top = "inputs: {left: [4, 8, 8], right: [4, 8, 8]}"
    assert refused("- {conv1x1: 4, name: right, from: left}", top) == ["E305 the name `right` is taken"]
    layers = "- {layers: [{conv1x1: 4, name: left}], from: left}"
    assert refused(layers, top) == ["E305 the name `left` is taken"]


def test_the_names_of_a_blocks_inputs_are_taken_in_it_alone() -> None:
    top = """
    input: [4, 8, 8]
    blocks: {join: {inputs: [deep, skip], layers: [{conv1x1: 4, name: skip}]}}
    """
    layers = "- {use: join, from: [input, input]}"
    assert refused(layers, top) == ["E305 the name `skip` is taken"]
    fine = top.replace("{conv1x1: 4, name: skip}", "{conv1x1: 4}")
    assert order(f"{layers}\n- {{conv1x1: 4, name: skip}}", fine) == ["join1.conv1", "skip"]


def test_act_is_taken_only_where_the_layer_has_one_and_only_directly_inside() -> None:
    assert order("- residual: [{conv1x1: 4, name: act}]") == ["residual1.act", "residual1"]
    layers = "- {branches: {a: [{conv1x1: 4, name: act}], b: []}, act: relu}"
    assert order(layers) == ["branches1.a.act", "branches1", "branches1.act"]


def test_names_have_letters_digits_and_lines_64_at_most() -> None:
    long = "_" + "a" * 63
    assert order(f"- {{conv1x1: 4, name: {long}}}") == [long]
    assert refused(f"- {{conv1x1: 4, name: {long}b}}") == [f"E202 '{long[:56]}… is no name"]
    assert refused("- {conv1x1: 4, name: 1st}") == ["E202 '1st' is no name"]
    assert refused("- {conv1x1: 4, name: été}") == ["E202 'été' is no name"]
