"""``frozen``: parameters that stay as they begin."""

from __future__ import annotations

import pytest

from netc.graph import Graph
from netc.graph.text import text
from tests.elaborate.specs import built


def frozen(graph: Graph) -> list[str]:
    """The paths of the parameters and buffers that are."""
    for parameter in graph.parameters.values():
        assert parameter.type.trainable == (not parameter.frozen and not parameter.type.buffer)
    return [path for path, parameter in graph.parameters.items() if parameter.frozen]


def test_a_layer_freezes_its_own_and_nothing_else() -> None:
    graph = built(
        "[{conv1x1: 4}, {conv1x1: 4, norm: batch, act: prelu, frozen: true}, {conv1x1: 4, frozen: false}]"
    )
    assert frozen(graph) == [
        "conv2.conv.weight", "conv2.norm.weight", "conv2.norm.bias", "conv2.norm.running_mean",
        "conv2.norm.running_var", "conv2.act.weight",
    ]  # fmt: skip
    assert graph.parameters["conv2.norm.running_var"].type.buffer
    assert not graph.parameters["conv2.act.weight"].type.buffer


@pytest.mark.parametrize(
    "scope",
    [
        "{layers: [{conv1x1: 4}], frozen: true}",
        "{residual: [{layers: [{conv1x1: 4}]}], frozen: true}",
        "{residual: [{conv1x1: 8}], shortcut: project, frozen: true}",
        "{branches: [[{conv1x1: 2}], [{conv1x1: 2}]], frozen: true}",
        "{inception: {1x1: 2, 3x3: [2, 4], pool: 1}, frozen: true}",
        "{squeeze_excite: 2, frozen: true}",
        "{separable: 3, kernel: 3, between: true, norm: batch, frozen: true}",
        "{for: width, in: [3, 4], layers: [{conv1x1: $width}], frozen: true}",
        "{for: width, in: [3, 4], layers: [{conv1x1: $width}], name: rows, frozen: true}",
        "{head: aux, layers: [{conv1x1: 2}], frozen: true}",
        "{use: b, frozen: true}",
        "{use: b, repeat: 2, frozen: true}",
    ],
)
def test_a_scope_freezes_everything_inside(scope: str) -> None:
    top = "input: [4, 8, 8]\nblocks: {b: {layers: [{conv1x1: 4, frozen: false}, {norm: batch}]}}"
    graph = built(f"[{scope}, {{linear: 2, axis: channels, name: after}}]", top)
    inside = [path for path in graph.parameters if not path.startswith("after.")]
    assert frozen(graph) == inside != []


def test_an_expression_says_so_anew_each_turn() -> None:
    top = "input: [4, 8, 8]\nparams: {depth: 2, all: false}"
    graph = built("- {norm: batch, affine: false, repeat: 4, frozen: $(all or index < depth)}", top)
    assert frozen(graph) == [
        f"norm1.{turn}.{name}" for turn in (0, 1) for name in ("running_mean", "running_var")
    ]
    graph = built("- {for: x, in: [1, 2], layers: [{conv1x1: 4, frozen: $(index == 1)}]}")
    assert frozen(graph) == ["conv2.weight", "conv2.bias"]


def test_the_owner_says_whether_shared_parameters_are() -> None:
    layers = (
        "[{conv1x1: 4, name: a, frozen: true}, {conv1x1: 4, share: a}, {layers: [{conv1x1: 4}], name: b}, "
    )
    graph = built(f"{layers}{{layers: [{{layers: [{{conv1x1: 4}}], share: b}}], frozen: true}}]")
    assert frozen(graph) == ["a.weight", "a.bias"]
    assert list(graph.parameters) == ["a.weight", "a.bias", "b.conv1.weight", "b.conv1.bias"]
    assert frozen(built("- {conv1x1: 4, repeat: 2, share: true, frozen: true}")) == [
        "conv1.0.weight", "conv1.0.bias",
    ]  # fmt: skip


def test_the_canonical_text_and_the_records_say_so() -> None:
    graph = built("- {scale: 1, frozen: true}")
    assert "  weight = scale1.weight: 4 constant(1) frozen\n" in text(graph)
    assert graph.layers["scale1"].text == "1, frozen: true"


def test_a_layer_without_parameters_may_be_frozen() -> None:
    assert frozen(built("[{pool: max, kernel: 2, frozen: true}, {conv1x1: 2}]")) == []
