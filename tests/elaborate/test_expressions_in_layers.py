"""Where expressions may stand, and what they see of the value that reaches a layer."""

from __future__ import annotations

import pytest

from tests.elaborate.specs import ops, order, refused, shapes


def test_in_channels_and_in_shape_are_those_of_the_value_that_reaches_the_layer() -> None:
    layers = "[{conv: $(2 * in_channels), kernel: '$(in_shape[1] // 2)'}, {conv1x1: '$(in_shape[1] + len(in_shape))'}]"
    assert shapes(layers) == {"conv1": (8, 5, 5), "conv2": (8, 5, 5)}


def test_in_channels_of_a_sequence_and_a_vector_is_their_last_axis() -> None:
    layers = "[{linear: $(2 * in_channels)}, {global_pool: avg}, {linear: $(3 * in_channels)}]"
    assert shapes(layers, "input: {shape: [5, 4], layout: sequence}") == {
        "linear1": (5, 8),
        "global_pool1": (8,),
        "linear2": (24,),
    }


def test_in_channels_is_that_of_from() -> None:
    assert shapes("[{conv1x1: 9}, {conv1x1: $in_channels, from: input}]")["conv2"] == (4, 8, 8)


def test_a_list_may_hold_expressions_and_be_one() -> None:
    top = "input: [4, 8, 8]\nparams: {side: 3, sides: [1, 3]}"
    assert shapes("- {conv: 4, kernel: [1, $side]}", top) == {"conv1": (4, 8, 6)}
    assert shapes("- {conv: 4, kernel: $sides}", top) == {"conv1": (4, 8, 6)}
    assert shapes("- {conv: 4, kernel: 3, padding: [[$side, 0], 1]}", top) == {"conv1": (4, 9, 8)}
    assert shapes("- inception: {3x3: $sides}", top)["inception1"] == (3, 8, 8)


def test_words_and_booleans_may_be_expressions() -> None:
    top = "input: [4, 8, 8]\nparams: {how: max, rest: false, fat: true}"
    layers = "[{pool: $how, kernel: 2}, {conv1x1: '$(8 if fat else 4)', bias: $rest, act: '$(\"relu\" if fat else \"tanh\")'}]"
    found = ops(layers, top)
    assert found["pool1"].startswith("MaxPool(")
    assert "channels=8" in found["conv1"]
    assert "bias=False" in found["conv1"]
    assert found["conv1.act"] == "Activation(function='relu', constant=0.0)"


def test_options_of_a_norm_or_an_activation_may_be_expressions() -> None:
    top = "input: [4, 8, 8]\nparams: {eps: 0.25, slope: 0.5}"
    layers = "- {conv1x1: 4, norm: {batch: {eps: $eps}}, act: {leaky_relu: {slope: $slope}}}"
    found = ops(layers, top)
    assert found["conv1.norm"] == "BatchNorm(eps=0.25, momentum=0.1, affine=True)"
    assert found["conv1.act"] == "Activation(function='leaky_relu', constant=0.5)"


LITERAL = [
    ("a kind", "- {$k: 4}"),
    ("a name", "- {conv1x1: 4, name: $k}"),
    ("a source", "- {conv1x1: 4, from: $k}"),
    ("a block", "- {use: $k}"),
    ("a variable", "- {for: $k, in: [1], layers: []}"),
    ("an output", "- {head: $k, layers: []}"),
]


@pytest.mark.parametrize("layers", [case[1] for case in LITERAL], ids=[case[0] for case in LITERAL])
def test_kinds_and_names_are_literal(layers: str) -> None:
    [found] = refused(layers, "input: [4, 8, 8]\nparams: {k: conv}")
    assert found.startswith(("E202 an expression cannot stand here", "E204 there is no layer kind"))


def test_two_dollars_are_one_and_no_expression() -> None:
    assert refused("- {conv1x1: $$n}", "input: [4, 8, 8]\nparams: {n: 3}") == [
        "E202 expected a positive whole number, got '$n'"
    ]
    assert order("- {conv1x1: 4, if: '$(\"$$n\" == p)'}", "input: [4, 8, 8]\nparams: {p: $$$n}") == ["conv1"]


@pytest.mark.parametrize(
    ("value", "got"),
    [("true", "true"), ("'8'", "'8'"), ("2.5", "2.5"), ("$(in_channels / 8)", "0.5"), ("$flag", "true")],
)
def test_only_whole_numbers_serve_where_one_is_asked_for(value: str, got: str) -> None:
    top = "input: [4, 8, 8]\nparams: {flag: true}"
    assert refused(f"- {{conv1x1: {value}}}", top) == [f"E202 expected a positive whole number, got {got}"]


def test_a_broken_layer_silences_expressions_on_what_it_would_have_made() -> None:
    layers = "[{conv: 4, kernel: 99}, {conv1x1: $(in_channels * 2)}, {linear: 3, if: $(in_channels > 3)}]"
    [found] = refused(layers)
    assert found.startswith("E402 the window of `conv` is larger than its padded input")
