"""Blocks: their params, what their expressions see, `with` and `first`."""

from __future__ import annotations

import pytest

from netc.types import Dim
from tests.elaborate.specs import order, refused, shapes

WIDTHS = """
input: [4, 8, 8]
params: {classes: 9}
blocks:
  one:
    params: {width: , half: $(width // 2), all: $(in_channels + half)}
    layers: [{conv1x1: $width}, {conv1x1: $half}, {conv1x1: $all}, {conv1x1: $classes}]
"""


def widths(layers: str, top: str = WIDTHS) -> list[Dim]:
    """The channels of every op's result."""
    return [shape[0] for shape in shapes(layers, top).values()]


def test_a_default_may_use_the_params_before_it_and_the_value_that_use_reads() -> None:
    assert widths("- {use: one, with: {width: 6}}") == [6, 3, 7, 9]
    assert widths("- {use: one, with: {width: 6, half: 1}}") == [6, 1, 5, 9]
    assert widths("[{conv1x1: 20}, {use: one, from: input, with: {width: 6}}]")[1:] == [6, 3, 7, 9]


def test_a_block_sees_its_own_params_and_its_files_never_its_callers() -> None:
    top = """
    input: [4, 8, 8]
    blocks:
      inner: {layers: [{conv1x1: $width}]}
      outer: {params: {width: 5}, layers: [{use: inner}]}
    """
    assert refused("- {use: outer}", top) == ["E303 there is no name `width` here"]
    assert refused("- {for: width, in: [3], layers: [{use: inner}]}", top) == [
        "E303 there is no name `width` here"
    ]
    assert widths("- {use: outer}", f"{top.rstrip()}\n    params: {{width: 7}}") == [7]


def test_a_block_does_not_see_the_index_of_its_repetition() -> None:
    top = "input: [4, 8, 8]\nblocks: {b: {layers: [{conv1x1: $(index + 1)}]}}"
    assert refused("- {use: b, repeat: 2}", top) == ["E303 there is no name `index` here"]


def test_a_param_hides_one_of_the_file() -> None:
    top = (
        "input: [4, 8, 8]\nparams: {width: 5}\nblocks: {b: {params: {width: 6}, layers: [{conv1x1: $width}]}}"
    )
    assert widths("[{use: b}, {conv1x1: $width}]", top) == [6, 5]


def test_for_and_index_inside_a_block_are_its_own() -> None:
    top = """
    input: [4, 8, 8]
    blocks:
      b:
        params: {widths: [3, 5]}
        layers: [{for: width, in: $widths, layers: [{conv1x1: $(width + index)}]}]
    """
    assert widths("[{use: b}, {use: b, with: {widths: [7]}}]", top) == [3, 6, 7]


PAIR = """
input: [4, 8, 8]
blocks:
  pair:
    params: {width: 2, stride: 1}
    layers: [{conv1x1: $width, stride: $stride}]
"""


def test_with_is_evaluated_anew_each_turn() -> None:
    layers = "- {use: pair, with: {width: $(in_channels + index)}, repeat: 3}"
    assert widths(layers, PAIR) == [4, 5, 7]


def test_with_may_list_names_each_passed_on_as_itself() -> None:
    layers = "- {for: [width, stride], in: [[3, 2], [5, 1]], layers: [{use: pair, with: [width, stride]}]}"
    assert list(shapes(layers, PAIR).values()) == [(3, 4, 4), (5, 4, 4)]
    assert refused("- {use: pair, with: [width]}", PAIR) == ["E303 there is no `width` here"]


def test_first_overrides_with_the_first_time() -> None:
    layers = "- {use: pair, with: {width: 3}, first: {stride: 2, width: $(5 // (1 - index))}, repeat: 3}"
    assert list(shapes(layers, PAIR).values()) == [(5, 4, 4), (3, 4, 4), (3, 4, 4)]


def test_first_is_the_first_of_each_row() -> None:
    layers = """
    - for: width
      in: [3, 5]
      layers: [{use: pair, with: [width], first: {stride: 2}, repeat: 2}]
    """
    assert list(shapes(layers, PAIR).values()) == [(3, 4, 4), (3, 4, 4), (5, 2, 2), (5, 2, 2)]
    assert order(layers, PAIR) == ["pair1.0.conv1", "pair1.1.conv1", "pair2.0.conv1", "pair2.1.conv1"]


def test_params_are_given_by_the_names_the_block_has_and_all_that_it_needs() -> None:
    assert refused("- {use: one}", WIDTHS) == ["E310 `one` needs `width`"]
    assert refused("- {use: one, with: {width: }}", WIDTHS) == ["E310 `one` needs `width`"]
    assert refused("- {use: one, with: {width: 6, depth: 2}}", WIDTHS) == ["E303 `one` has no param `depth`"]
    assert refused("- {use: two}", WIDTHS) == ["E302 there is no block `two`"]


def test_blocks_that_use_each_other_in_a_circle() -> None:
    top = """
    input: [4, 8, 8]
    blocks:
      a: {layers: [{use: b}]}
      b: {layers: [{residual: [{use: a}]}]}
    """
    [found] = refused("- {use: a}", top)
    assert found.startswith("E307 blocks use each other in a circle")


@pytest.mark.parametrize("value", ["5", "5.0", "$(2 + 3)"])
def test_a_given_param_may_be_an_expression(value: str) -> None:
    assert widths(f"- {{use: pair, with: {{width: {value}}}}}", PAIR) == [5]


def test_a_param_may_name_a_norm_an_activation_or_a_padding() -> None:
    top = """
    input: [4, 8, 8]
    blocks:
      b:
        params: {norm: batch, act: relu, padding: same}
        layers: [{conv: 4, kernel: 3, norm: $norm, act: $act, padding: $padding}]
    """
    assert order("- {use: b}", top) == ["b1.conv1.conv", "b1.conv1.norm", "b1.conv1.act"]
    assert order("- {use: b, with: {norm: none, act: none}}", top) == ["b1.conv1"]
