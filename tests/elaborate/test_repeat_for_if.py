"""`if`, `repeat` and `for`: when each is evaluated, and on what."""

from __future__ import annotations

import pytest

from tests.elaborate.specs import flow, order, refused, shapes, written


def test_if_leaves_a_layer_out() -> None:
    assert flow("[{conv1x1: 5, if: $(in_channels == 5)}, {conv1x1: 6, if: $(in_channels == 4)}]") == written("""
        conv2 = Conv of input: 6×8×8
        output output = conv2
    """)


def test_if_sees_the_value_that_from_names() -> None:
    layers = """
    - {conv1x1: 8, name: a}
    - {conv1x1: 2}
    - {conv1x1: 3, from: a, if: $(in_channels == 8)}
    - {conv1x1: 3, from: a, if: $(in_channels == 2)}
    """
    assert order(layers) == ["a", "conv2", "conv3"]


def test_a_layer_left_out_need_not_fit() -> None:
    layers = """
    - {conv: 5, kernel: 99, if: false}
    - {layers: [{conv: 5, kernel: 99}], if: $(in_channels > 4)}
    - {linear: 4, from: nowhere, if: false}
    - {act: relu}
    """
    assert order(layers) == ["act1"]


@pytest.mark.parametrize("condition", ["1", "yes", "$(1)", "$in_channels", "'$([])'"])
def test_if_takes_booleans_only(condition: str) -> None:
    [found] = refused(f"- {{conv1x1: 5, if: {condition}}}")
    assert found.startswith("E202 expected `true` or `false`, got ")


def test_if_is_evaluated_once_before_repeat_and_without_its_index() -> None:
    assert refused("- {conv1x1: 5, repeat: 2, if: $(index == 0)}") == ["E303 there is no name `index` here"]
    # were it evaluated anew, the second turn's 5 channels would leave it out
    assert order("- {conv1x1: 5, repeat: 2, if: $(in_channels == 4)}") == ["conv1.0", "conv1.1"]


def test_if_inside_a_repetition_sees_the_index_around_it() -> None:
    layers = "- {layers: [{conv1x1: 4, if: $(index == 1)}, {act: relu}], repeat: 2}"
    assert order(layers) == ["layers1.0.act1", "layers1.1.conv1", "layers1.1.act1"]


def test_repeat_0_is_the_identity() -> None:
    layers = """
    - {conv1x1: 7, repeat: 0}
    - {layers: [{conv1x1: 7}], repeat: 0, name: stage}
    - {merge: add, from: [stage, conv1, input]}
    """
    assert flow(layers) == written("""
        merge1 = Combine of input, input, input: 4×8×8
        output output = merge1
    """)


def test_repeat_0_with_from_hands_that_value_on() -> None:
    assert flow("[{conv1x1: 5}, {act: relu, from: input, repeat: 0}, {act: tanh}]").splitlines()[1] == (
        "act2 = Activation of input: 4×8×8"
    )


def test_options_are_evaluated_anew_on_the_value_that_reaches_each_turn() -> None:
    assert shapes("- {conv1x1: $(2 * in_channels + index), repeat: 3}") == {
        "conv1.0": (8, 8, 8),
        "conv1.1": (17, 8, 8),
        "conv1.2": (36, 8, 8),
    }


def test_repeat_itself_sees_the_value_that_reaches_it() -> None:
    assert order("- {conv1x1: 2, repeat: $(in_channels // 2)}") == ["conv1.0", "conv1.1"]
    layers = "[{conv1x1: 6, name: a}, {act: relu}, {conv1x1: 2, from: a, repeat: $(in_channels // 2)}]"
    assert order(layers)[2:] == ["conv2.0", "conv2.1", "conv2.2"]


def test_the_index_of_the_inner_repetition_hides_the_outer() -> None:
    layers = "- {layers: [{conv1x1: $(index + 1)}, {conv1x1: $(index + 5), repeat: 2}], repeat: 2}"
    assert [shape[0] for shape in shapes(layers).values()] == [1, 5, 6, 2, 5, 6]


@pytest.mark.parametrize(
    ("count", "got"), [("-1", "-1"), ("1.5", "1.5"), ("true", "true"), ("$(1 / 2)", "0.5")]
)
def test_repeat_takes_whole_numbers_from_0(count: str, got: str) -> None:
    [found] = refused(f"- {{conv1x1: 5, repeat: {count}}}")
    assert found == f"E202 expected a whole number, 0 or more, got {got}"


def test_a_whole_float_serves_as_a_count() -> None:
    assert order("- {conv1x1: 4.0, repeat: $(4 / 2)}") == ["conv1.0", "conv1.1"]


def test_repeat_is_not_for_for_and_head() -> None:
    assert refused("- {for: x, in: [1], layers: [], repeat: 2}") == ["E206 `repeat` is not for `for`"]
    assert refused("- {head: x, layers: [], repeat: 2}") == ["E206 `repeat` is not for `head`"]


def test_for_over_values_and_over_rows() -> None:
    assert shapes("- {for: width, in: [3, 5], layers: [{conv1x1: $width}]}") == {
        "conv1": (3, 8, 8),
        "conv2": (5, 8, 8),
    }
    layers = "- {for: [width, side], in: [[3, 1], [5, 3]], layers: [{conv: $width, kernel: $side}]}"
    assert shapes(layers) == {"conv1": (3, 8, 8), "conv2": (5, 6, 6)}


def test_one_variable_takes_a_whole_row_as_a_list() -> None:
    layers = "- {for: row, in: [[3, 1], [5, 3]], layers: [{conv: '$(row[0])', kernel: '$(row[1])'}]}"
    assert shapes(layers) == {"conv1": (3, 8, 8), "conv2": (5, 6, 6)}


def test_index_counts_the_rows_of_a_for() -> None:
    layers = "- {for: width, in: [3, 5], layers: [{conv1x1: $(width + 10 * index)}]}"
    assert [shape[0] for shape in shapes(layers).values()] == [3, 15]


def test_the_rows_of_a_for_may_be_expressions() -> None:
    layers = "- {for: width, in: [$in_channels, '$(in_shape[1] + n)'], layers: [{conv1x1: $width}]}"
    assert [shape[0] for shape in shapes(layers, "input: [4, 8, 8]\nparams: {n: 3}").values()] == [4, 11]


def test_an_inner_for_sees_the_outers_variables_and_hides_them() -> None:
    layers = """
    - for: a
      in: [2, 3]
      layers:
        - {for: b, in: [10], layers: [{conv1x1: $(a + b)}]}
        - {for: a, in: [5], layers: [{conv1x1: $a}]}
        - {conv1x1: $a}
    """
    assert [shape[0] for shape in shapes(layers).values()] == [12, 5, 2, 13, 5, 3]


def test_a_for_over_nothing_is_the_identity() -> None:
    assert flow("- {for: x, in: [], layers: [{conv1x1: $x}]}") == "output output = input"


def test_rows_and_variables_agree_in_number() -> None:
    assert refused("- {for: [a, b], in: [[1, 2], [3]], layers: []}") == [
        "E202 a row has one value for each of `a`, `b` (row 1 has 1 for 2)"
    ]
    assert refused("- {for: [a, a], in: [[1, 2]], layers: []}") == ["E305 `for` names `a` twice"]


@pytest.mark.parametrize("name", ["index", "in_channels", "in_shape", "lambda"])
def test_a_variable_cannot_hide_what_expressions_mean(name: str) -> None:
    assert refused(f"- {{for: {name}, in: [1], layers: []}}") == [f"E305 no variable can be named `{name}`"]
