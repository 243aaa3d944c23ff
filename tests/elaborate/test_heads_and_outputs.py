"""Heads, and which values are the outputs."""

from __future__ import annotations

import pytest

from tests.elaborate.specs import built, flow, order, refused, written


def outputs(layers: str, top: str = "input: [4, 8, 8]") -> list[str]:
    """The outputs, as ``name = path``, those of training alone marked."""
    return [
        line.removeprefix("output ") for line in flow(layers, top).splitlines() if line.startswith("output ")
    ]


HEAD = "{head: aux, layers: [{conv1x1: 2}]}"
TRAIN = "{head: extra, train_only: true, layers: [{conv1x1: 2}]}"


def test_a_head_is_a_side_chain_and_the_main_chain_goes_on_from_before_it() -> None:
    assert flow("[{conv1x1: 5}, {head: aux, layers: [{act: relu}, flatten]}, {conv1x1: 6}]") == written("""
        conv1 = Conv of input: 5×8×8
        aux.act1 = Activation of conv1: 5×8×8
        aux.flatten1 = Flatten of aux.act1: 320
        conv2 = Conv of conv1: 6×8×8
        output output = conv2
        output aux = aux.flatten1
    """)


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ("[{conv1x1: 3}]", ["output = conv1"]),
        ("[]", ["output = input"]),
        (f"[{HEAD}, {{conv1x1: 3}}]", ["output = conv1", "aux = aux.conv1"]),
        (f"[{{conv1x1: 3}}, {HEAD}]", ["aux = aux.conv1"]),
        (f"[{{conv1x1: 3}}, {HEAD}, {{head: b, layers: []}}]", ["aux = aux.conv1", "b = conv1"]),
        (f"[{{conv1x1: 3}}, {TRAIN}]", ["output = conv1", "extra = extra.conv1 (training)"]),
        (
            f"[{{conv1x1: 3}}, {HEAD}, {TRAIN}]",
            ["output = conv1", "aux = aux.conv1", "extra = extra.conv1 (training)"],
        ),
        (f"[{{conv1x1: 3}}, {TRAIN}, {HEAD}]", ["extra = extra.conv1 (training)", "aux = aux.conv1"]),
        (f"[{{conv1x1: 3}}, {{layers: [{HEAD}]}}]", ["output = conv1", "aux = layers1.aux.conv1"]),
        (
            f"[{HEAD}, {{conv1x1: 3}}, {{head: b, if: false, layers: []}}]",
            ["output = conv1", "aux = aux.conv1"],
        ),
        (f"[{{conv1x1: 3}}, {HEAD}, {{act: relu, if: false}}]", ["aux = aux.conv1"]),
    ],
)
def test_the_default_outputs(layers: str, expected: list[str]) -> None:
    assert outputs(layers) == expected


def test_outputs_as_a_list_name_heads_and_layers_and_other_heads_follow() -> None:
    layers = f"[{{conv1x1: 3}}, {HEAD}, {{head: b, layers: []}}, {{layers: [{{conv1x1: 4}}]}}]"
    assert outputs(layers, "input: [4, 8, 8]\noutputs: [b, conv1]") == [
        "b = conv1",
        "conv1 = conv1",
        "aux = aux.conv1",
    ]


def test_outputs_as_a_mapping_give_names_and_a_named_head_does_not_follow() -> None:
    layers = f"[{{conv1x1: 3}}, {HEAD}, {{layers: [{{conv1x1: 4}}, {{act: relu}}]}}]"
    top = "input: [4, 8, 8]\noutputs: {deep: layers1, middle: layers1.conv1, side: aux, same: layers1}"
    assert outputs(layers, top) == [
        "deep = layers1.act1",
        "middle = layers1.conv1",
        "side = aux.conv1",
        "same = layers1.act1",
    ]


def test_outputs_that_do_not_exist_or_clash() -> None:
    top = "input: [4, 8, 8]\noutputs: "
    assert refused("- {conv1x1: 3}", f"{top}[conv2]") == [
        "E308 there is no layer or head `conv2` to be an output"
    ]
    assert refused("- {conv1x1: 3}", f"{top}[conv1, conv1]") == ["E305 two outputs are named `conv1`"]
    assert refused(f"[{{conv1x1: 3}}, {HEAD}]", f"{top}{{aux: conv1}}") == [
        "E305 two outputs are named `aux`"
    ]
    assert refused("- {conv1x1: 3, if: false}", f"{top}[conv1]") == ["E309 `conv1` was left out by its `if`"]
    assert refused("- {conv1x1: 3}", f"{top}{{input: conv1}}") == [
        "E305 an input and an output are both named `input`"
    ]


def test_heads_whose_names_clash() -> None:
    assert refused("[{head: output, layers: []}, {conv1x1: 3}]") == ["E305 two outputs are named `output`"]
    assert outputs("[{conv1x1: 3}, {head: output, layers: [flatten]}]") == ["output = output.flatten1"]
    layers = f"[{{layers: [{HEAD}]}}, {{layers: [{HEAD}]}}]"
    assert refused(layers) == ["E305 two heads are named `aux`"]


def test_heads_inside_branches_residuals_and_blocks() -> None:
    top = f"input: [4, 8, 8]\nblocks: {{b: {{layers: [{{act: relu}}, {HEAD}]}}}}"
    layers = """
    - {use: b}
    - {branches: [[{head: left, layers: [flatten]}], [{conv1x1: 4}]]}
    - {residual: [{conv1x1: 8}, {head: inner, layers: []}, {act: tanh}]}
    """
    assert outputs(layers, top) == [
        "output = residual1",
        "aux = b1.aux.conv1",
        "left = branches1.branch0.left.flatten1",
        "inner = residual1.conv1",
    ]


@pytest.mark.parametrize(
    "layers",
    [f"- {{layers: [{HEAD}], repeat: 1}}", f"- {{layers: [{{residual: [{HEAD}]}}], repeat: 2}}"],
)
def test_no_head_stands_inside_a_repetition(layers: str) -> None:
    [found] = refused(layers)
    assert found == "E206 `head` cannot stand inside a repetition"


def test_a_head_may_stand_in_a_for_of_one_row() -> None:
    assert outputs(f"- {{for: x, in: [1], layers: [{HEAD}, {{conv1x1: 3}}]}}") == [
        "output = conv1",
        "aux = aux.conv1",
    ]


def test_what_exists_in_training_alone_is_counted_and_marked() -> None:
    graph = built(f"[{{conv1x1: 3}}, {TRAIN}]")
    assert [node.path for node in graph.evaluated] == ["conv1"]
    assert list(graph.parameters) == ["conv1.weight", "conv1.bias", "extra.conv1.weight", "extra.conv1.bias"]


def test_a_head_inside_one_of_training_alone_exists_in_training_alone() -> None:
    layers = (
        "[{conv1x1: 3}, {head: a, train_only: true, layers: [{head: b, layers: [{act: relu}]}, {act: tanh}]}]"
    )
    assert outputs(layers) == ["output = conv1", "b = a.b.act1 (training)", "a = a.act1 (training)"]


def test_evaluation_reads_nothing_that_exists_in_training_alone() -> None:
    for source in ("extra", "extra.conv1", "layers1.extra"):
        head = TRAIN if "layers" not in source else f"{{layers: [{TRAIN}]}}"
        layers = f"[{{conv1x1: 2}}, {head}, {{merge: add, from: [prev, {source}]}}]"
        assert refused(layers) == [f"E309 `{source}` exists in training alone"]
    layers = f"[{{conv1x1: 2}}, {TRAIN}, {{head: b, train_only: true, layers: [{{act: relu, from: extra}}]}}]"
    assert order(layers) == ["conv1", "extra.conv1", "b.act1"]


def test_an_output_inside_a_head_of_training_alone_exists_in_training_alone() -> None:
    layers = "[{conv1x1: 2}, {head: a, train_only: true, layers: [{conv1x1: 3}, {act: relu}]}]"
    top = "input: [4, 8, 8]\noutputs: "
    assert outputs(layers, f"{top}{{x: a.conv1, y: conv1}}") == [
        "x = a.conv1 (training)",
        "y = conv1",
        "a = a.act1 (training)",
    ]
    assert refused(layers, f"{top}[a]") == ["E308 every output exists in training alone"]
