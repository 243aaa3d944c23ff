"""The document's params, its variants, and what overrides them."""

from __future__ import annotations

from typing import Any

import pytest

import netc
from netc.errors import SpecError
from netc.types import Dim
from tests.elaborate.specs import refused, shapes

TOP = """
input: [4, $side, $side]
params: {width: 8, double: $(2 * width), side: 6, wide: false, how: max, rows: [[3, 1], [5, 2]]}
variants:
  50: {}
  large: {width: 16, wide: true}
  odd: {width: $(side + 1), rows: [[7, 1]]}
"""
LAYERS = """
- {conv1x1: $width}
- {conv1x1: $double}
- {conv1x1: 1, if: $wide}
- {for: [width, stride], in: $rows, layers: [{conv1x1: $width, stride: $stride}]}
"""


def channels(**overrides: Any) -> list[Dim]:
    """The channels of each layer's result."""
    return [shape[0] for shape in shapes(LAYERS, TOP, **overrides).values()]


def test_params_are_values_or_expressions_over_those_written_before() -> None:
    assert channels() == [8, 16, 3, 5]
    assert refused("- {conv1x1: $a}", "input: [4, 8, 8]\nparams: {a: $b, b: 3}") == [
        "E303 there is no name `b` here"
    ]


def test_a_variant_overrides_and_what_depends_on_it_follows() -> None:
    assert channels(variant="50") == [8, 16, 3, 5]
    assert channels(variant="large") == [16, 32, 1, 3, 5]


def test_a_variants_expression_sees_the_params_before_the_one_it_overrides() -> None:
    top = TOP.replace("width: 8, double", "base: 3, width: 8, double").replace("$(side + 1)", "$(base + 1)")
    found = shapes(LAYERS, top, variant="odd")
    assert [shape[0] for shape in found.values()] == [4, 8, 7]


def test_an_override_wins_over_the_variant() -> None:
    assert channels(variant="large", params={"width": 5}) == [5, 10, 1, 3, 5]
    assert channels(params={"double": 3, "rows": [[2, 1]], "wide": True}) == [8, 3, 1, 2]


def test_params_reach_the_inputs_shape() -> None:
    assert shapes(LAYERS, TOP, params={"side": 10})["conv1"] == (8, 10, 10)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("width", "8", "`width` is a number, got '8'"),
        ("width", True, "`width` is a number, got true"),
        ("width", [8], "`width` is a number, got [8]"),
        ("wide", 1, "`wide` is a boolean, got 1"),
        ("how", 3, "`how` is a string, got 3"),
        ("rows", 3, "`rows` is a list, got 3"),
        ("width", None, "`width` is a number, got nothing"),
    ],
)
def test_an_override_keeps_the_type(name: str, value: object, message: str) -> None:
    assert refused(LAYERS, TOP, params={name: value}) == [f"E202 {message}"]


def test_an_override_names_a_param_and_a_variant_that_there_is() -> None:
    assert refused(LAYERS, TOP, params={"depth": 3}) == ["E303 the spec has no param `depth`"]
    assert refused(LAYERS, TOP, variant="101") == ["E304 the spec has no variant `101`"]


def test_every_variant_is_checked_chosen_or_not() -> None:
    top = TOP.replace("50: {}", "50: {width: wide, depth: 3}")
    assert refused(LAYERS, top) == [
        "E202 `width` is a number, got 'wide'",
        "E303 the spec has no param `depth`",
    ]


def test_a_whole_number_may_override_a_float_and_the_reverse() -> None:
    top = "input: [4, 8, 8]\nparams: {p: 0.5, n: 3}"
    layers = "[{dropout: $p}, {conv1x1: $n}]"
    assert shapes(layers, top, params={"p": 0, "n": 5.0})["conv1"] == (5, 8, 8)


@pytest.mark.parametrize("name", ["index", "in_channels", "in_shape", "true", "if", "class"])
def test_names_that_mean_something_else_are_no_params(name: str) -> None:
    assert refused("- {act: relu}", f"input: [4]\nparams: {{{name}: 1}}") == [
        f"E305 no param can be named `{name}`"
    ]


def test_a_param_has_a_value() -> None:
    [found] = refused("- {act: relu}", "input: [4]\nparams: {width: }")
    assert found == "E202 a param is a number, a string, a boolean or a list, got nothing"
    [found] = refused("- {act: relu}", "input: [4]\nparams: {width: {a: 1}}")
    assert found == "E202 a param is a number, a string, a boolean or a list, got {a: 1}"


def test_the_networks_name_and_doc() -> None:
    text = "netc: 1\ndoc: $5 a net\ninput: [3]\nlayers: []\n"
    assert netc.loads(text, filename="specs/my-net.yaml").name == "my_net"
    assert netc.loads(text).doc == "$5 a net"
    assert netc.loads(f"{text}name: other\n").name == "other"


def test_the_schema_key_is_ignored() -> None:
    network = netc.loads(
        'netc: 1\n$schema: "https://example.org/netc.json"\ninput: [3]\nlayers: [{linear: 2}]\n'
    )
    assert network.outputs["output"].shape == (2,)


def test_a_library_has_blocks_alone() -> None:
    with pytest.raises(SpecError) as caught:
        netc.loads("netc: 1\nblocks: {b: {layers: [{conv1x1: 3}]}}\n")
    assert [found.message for found in caught.value.diagnostics] == [
        "the file is a library of blocks: it has no network"
    ]
