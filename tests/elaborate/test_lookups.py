"""Which value a name means: `from`, `input`, `prev`, dotted paths."""

from __future__ import annotations

import pytest

from tests.elaborate.specs import flow, order, refused, written


def test_a_layer_reads_the_value_before_it() -> None:
    assert flow("[{conv1x1: 5}, {act: relu}]") == written("""
        conv1 = Conv of input: 5×8×8
        act1 = Activation of conv1: 5×8×8
        output output = act1
    """)


def test_from_names_another_value_and_the_chain_goes_on_from_there() -> None:
    layers = """
    - {conv1x1: 5, name: a}
    - {conv1x1: 6}
    - {act: relu, from: a}
    - {act: tanh}
    """
    assert flow(layers).splitlines()[2:] == [
        "act1 = Activation of a: 5×8×8",
        "act2 = Activation of act1: 5×8×8",
        "output output = act2",
    ]


def test_a_name_is_looked_up_in_its_own_scope_then_outward() -> None:
    layers = """
    - {conv1x1: 5, name: a}
    - layers:
        - {conv1x1: 6, from: a}
        - {conv1x1: 7, name: a}
        - {layers: [{conv1x1: 8, from: a}]}
    """
    assert flow(layers) == written("""
        a = Conv of input: 5×8×8
        layers1.conv1 = Conv of a: 6×8×8
        layers1.a = Conv of layers1.conv1: 7×8×8
        layers1.layers1.conv1 = Conv of layers1.a: 8×8×8
        output output = layers1.layers1.conv1
    """)


def test_a_block_looks_into_its_caller() -> None:
    top = """
    input: [4, 8, 8]
    blocks:
      join: {layers: [{conv1x1: 4}, {merge: add, from: [prev, stem]}]}
    """
    layers = "[{conv1x1: 4, name: stem}, {act: relu}, {use: join}]"
    assert flow(layers, top).splitlines()[2:] == [
        "join1.conv1 = Conv of act1: 4×8×8",
        "join1.merge1 = Combine of join1.conv1, stem: 4×8×8",
        "output output = join1.merge1",
    ]


def test_a_scopes_name_is_the_value_it_ends_with_and_paths_go_into_it() -> None:
    layers = """
    - {layers: [{conv1x1: 5}, {act: relu}], name: stage}
    - {conv1x1: 6, from: stage.conv1}
    - {conv1x1: 7, from: stage}
    """
    assert flow(layers).splitlines()[2:] == [
        "conv1 = Conv of stage.conv1: 6×8×8",
        "conv2 = Conv of stage.act1: 7×8×8",
        "output output = conv2",
    ]


def test_paths_lead_into_repetitions_rows_branches_and_shortcuts() -> None:
    layers = """
    - {conv1x1: 5, repeat: 2}
    - {for: width, in: [6, 7], name: row, layers: [{conv1x1: $width}]}
    - {branches: {a: [{conv1x1: 8}], b: [{conv1x1: 9}]}}
    - {residual: [{conv1x1: 3}], shortcut: project}
    - {inception: {3x3: [1, 2]}}
    - {act: relu, from: conv1.0}
    - {act: relu, from: conv1}
    - {act: relu, from: row.0.conv1}
    - {act: relu, from: row.1}
    - {act: relu, from: branches1.b}
    - {act: relu, from: residual1.shortcut}
    - {act: relu, from: inception1.branch3x3.conv1}
    """
    acts = [line for line in flow(layers).splitlines() if line.startswith("act")]
    assert acts == [
        "act1 = Activation of conv1.0: 5×8×8",
        "act2 = Activation of conv1.1: 5×8×8",
        "act3 = Activation of row.0.conv1: 6×8×8",
        "act4 = Activation of row.1.conv1: 7×8×8",
        "act5 = Activation of branches1.b.conv1: 9×8×8",
        "act6 = Activation of residual1.shortcut.conv1: 3×8×8",
        "act7 = Activation of inception1.branch3x3.conv1: 1×8×8",
    ]


def test_a_branch_may_read_an_earlier_sibling() -> None:
    layers = "- branches: {a: [{conv1x1: 5}], b: [{conv1x1: 6}, {merge: concat, from: [a, prev]}]}"
    assert flow(layers) == written("""
        branches1.a.conv1 = Conv of input: 5×8×8
        branches1.b.conv1 = Conv of input: 6×8×8
        branches1.b.merge1 = Concat of branches1.a.conv1, branches1.b.conv1: 11×8×8
        branches1 = Concat of branches1.a.conv1, branches1.b.merge1: 16×8×8
        output output = branches1
    """)


SCOPES = {
    "layers": "layers: [{act: relu}, {conv1x1: 3, from: input}]",
    "branches": "branches: [[{act: relu}, {conv1x1: 3, from: input}]]",
    "residual": "{residual: [{act: relu}, {conv1x1: 4, from: input}]}",
    "shortcut": "{residual: [], shortcut: [{act: relu}, {conv1x1: 4, from: input}]}",
    "head": "{head: a, layers: [{act: relu}, {conv1x1: 3, from: input}]}",
    "use": "{use: b}",
    "for": "{for: x, in: [1], name: row, layers: [{act: relu}, {conv1x1: 3, from: input}]}",
}


@pytest.mark.parametrize("scope", SCOPES.values(), ids=SCOPES)
def test_input_is_the_value_that_enters_the_scope(scope: str) -> None:
    top = """
    input: [4, 8, 8]
    blocks: {b: {layers: [{act: relu}, {conv1x1: 3, from: input}]}}
    """
    lines = flow(f"- {{conv1x1: 4, name: stem}}\n- {scope}", top).splitlines()
    assert [line.split(" of ")[1].split(":")[0] for line in lines if "conv1 =" in line] == ["stem"]


def test_input_in_a_later_turn_is_the_value_that_enters_that_turn() -> None:
    layers = "- {layers: [{act: relu}, {conv1x1: 4, from: input}], repeat: 2}"
    assert [line for line in flow(layers).splitlines() if "conv1 =" in line] == [
        "layers1.0.conv1 = Conv of input: 4×8×8",
        "layers1.1.conv1 = Conv of layers1.0.conv1: 4×8×8",
    ]


def test_a_for_without_a_name_is_no_scope_so_input_is_that_of_the_scope_around() -> None:
    layers = """
    - {conv1x1: 5}
    - {for: width, in: [6, 7], layers: [{conv1x1: $width, from: input}]}
    """
    assert [line for line in flow(layers).splitlines() if "conv" in line and "=" in line][1:3] == [
        "conv2 = Conv of input: 6×8×8",
        "conv3 = Conv of input: 7×8×8",
    ]


def test_prev_names_the_value_before_and_at_a_scopes_start_its_input() -> None:
    layers = """
    - {conv1x1: 4}
    - {residual: [{merge: add, from: [prev, input]}, {act: relu, from: prev}]}
    """
    assert flow(layers).splitlines()[1:3] == [
        "residual1.merge1 = Combine of conv1, conv1: 4×8×8",
        "residual1.act1 = Activation of residual1.merge1: 4×8×8",
    ]


def test_from_feeds_the_first_repetition() -> None:
    layers = "[{conv1x1: 5, name: a}, {conv1x1: 6}, {conv1x1: 7, from: a, repeat: 2}]"
    assert flow(layers).splitlines()[2:4] == [
        "conv3.0 = Conv of a: 7×8×8",
        "conv3.1 = Conv of conv3.0: 7×8×8",
    ]


TWO = "inputs: {left: [4, 8, 8], right: [6, 8, 8]}"


def test_of_several_inputs_the_first_layer_says_which_it_reads() -> None:
    layers = "[{conv1x1: 4, from: right}, {merge: concat, from: [left, prev]}]"
    assert flow(layers, TWO) == written("""
        conv1 = Conv of right: 4×8×8
        merge1 = Concat of left, conv1: 8×8×8
        output output = merge1
    """)
    assert refused("- {conv1x1: 4}", TWO) == ["E309 no value reaches `conv1x1`"]
    assert refused("- {conv1x1: 4, from: prev}", TWO) == ["E309 `prev` means no value here"]
    assert refused("- {conv1x1: 4, from: input}", TWO) == ["E309 `input` means no value here"]


def test_one_of_several_inputs_may_have_the_name_input() -> None:
    top = "inputs: {mask: [4, 8, 8], input: [6, 8, 8]}"
    assert flow("- {conv1x1: 4, from: input}", top).splitlines()[0] == "conv1 = Conv of input: 4×8×8"


def test_the_one_of_inputs_needs_no_from() -> None:
    assert order("- {conv1x1: 4}", "inputs: {image: [4, 8, 8]}") == ["conv1"]


def test_a_block_with_inputs_names_them_and_its_chain_starts_at_the_first() -> None:
    top = """
    inputs: {left: [4, 8, 8], right: [4, 8, 8]}
    blocks:
      join:
        inputs: [deep, skip]
        layers: [{conv1x1: 4}, {merge: add, from: [prev, skip, deep, input]}]
    """
    assert flow("- {use: join, from: [right, left]}", top) == written("""
        join1.conv1 = Conv of right: 4×8×8
        join1.merge1 = Combine of join1.conv1, left, right, right: 4×8×8
        output output = join1.merge1
    """)
    assert refused("- {use: join, from: left}", top) == [
        "E309 `join` reads 2 values (`deep`, `skip`) (given 1)"
    ]


def test_of_a_blocks_inputs_only_the_first_can_be_input() -> None:
    top = """
    input: [4, 8, 8]
    blocks: {join: {inputs: [skip, input], layers: [{conv1x1: 4}]}}
    """
    assert refused("- {use: join, from: [input, input]}", top) == [
        "E305 `input` is the first of a block's inputs"
    ]


WRONG = [
    ("later", "[{act: relu, from: b}, {conv1x1: 4, name: b}]", "E301 there is no layer named `b` here"),
    (
        "inside another scope",
        "[{layers: [{conv1x1: 4, name: b}]}, {act: relu, from: b}]",
        "E301 there is no layer named `b` here",
    ),
    (
        "a later sibling",
        "- branches: {a: [{act: relu, from: b}], b: []}",
        "E301 there is no layer named `b` here",
    ),
    (
        "the branch it lies in",
        "- branches: {a: [{act: relu, from: a}], b: []}",
        "E301 there is no layer named `a` here",
    ),
    (
        "the scope it lies in",
        "- {layers: [{conv1x1: 4}, {act: relu, from: s.conv1}], name: s}",
        "E301 there is no layer named `s` here",
    ),
    (
        "a path that leads nowhere",
        "[{layers: [{conv1x1: 4}], name: s}, {act: relu, from: s.conv2}]",
        "E301 there is no `conv2` in `s.conv2`",
    ),
    (
        "a layer that is left out",
        "[{conv1x1: 4, name: a, if: false}, {act: relu, from: a}]",
        "E309 `a` was left out by its `if`",
    ),
    (
        "a list for a kind that reads one",
        "[{conv1x1: 4}, {act: relu, from: [input, prev]}]",
        "E309 `act` reads one value (given 2)",
    ),
    ("one value for a merge", "- {merge: add}", "E309 `merge` reads two values or more (given 1)"),
    (
        "three for a difference",
        "- {merge: sub, from: [prev, prev, prev]}",
        "E309 `sub` takes two values (given 3)",
    ),
]


@pytest.mark.parametrize(("layers", "message"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_only_what_was_already_computed_can_be_read(layers: str, message: str) -> None:
    assert refused(layers) == [message]


def test_a_list_of_one_name_is_that_name() -> None:
    assert flow("[{conv1x1: 5}, {act: relu, from: [input]}]").splitlines()[1] == (
        "act1 = Activation of input: 4×8×8"
    )
