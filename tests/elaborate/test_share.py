"""``share``: one owner, and what may use its parameters."""

from __future__ import annotations

import time

import pytest

import netc
from tests.elaborate.specs import built, parameters, refused, spec
from tests.elaborate.tied import TIED, owners, tied, untied


def owned(layers: str, top: str = "input: [4, 8, 8]") -> list[str]:
    """``PATH = OWNER'S PATH`` of every parameter that a layer reads and another owns."""
    read = owners(built(layers, top))
    return [f"{path} = {owner}" for path, owner in read.items() if path != owner]


def test_a_layer_uses_the_parameters_of_the_one_it_names() -> None:
    layers = "[{conv: 4, kernel: 3, name: stem}, {conv: 4, kernel: 3, stride: 2, act: relu, share: stem}]"
    assert owned(layers) == ["conv2.weight = stem.weight", "conv2.bias = stem.bias"]
    assert list(parameters(layers)) == ["stem.weight", "stem.bias"]


def test_the_root_owns_what_a_sharer_shares() -> None:
    layers = "[{conv1x1: 4, name: a}, {conv1x1: 4, name: b, share: a}, {conv1x1: 4, share: b}]"
    assert owned(layers) == [
        "b.weight = a.weight", "b.bias = a.bias", "conv3.weight = a.weight", "conv3.bias = a.bias",
    ]  # fmt: skip


def test_buffers_are_shared_with_the_rest() -> None:
    layers = "[{norm: batch, name: n}, {norm: batch, affine: true, momentum: 0.5, share: n}]"
    assert owned(layers) == [
        f"norm2.{name} = n.{name}" for name in ("weight", "bias", "running_mean", "running_var")
    ]
    assert list(parameters(layers)) == ["n.weight", "n.bias", "n.running_mean", "n.running_var"]


def test_every_turn_uses_the_firsts() -> None:
    assert owned("- {conv1x1: 4, bias: false, repeat: 3, share: true}") == [
        "conv1.1.weight = conv1.0.weight",
        "conv1.2.weight = conv1.0.weight",
    ]
    assert owned("- {conv1x1: 4, repeat: 1, share: true}") == []
    assert parameters("- {conv1x1: 4, repeat: 0, share: true}") == {}


def test_params_of_the_first_turn_may_differ_where_shapes_do_not() -> None:
    top = """
    input: [4, 8, 8]
    blocks:
      b: {params: {stride: 1}, layers: [{conv: 4, kernel: 3, stride: $stride, padding: same, bias: false}]}
    """
    assert owned("- {use: b, repeat: 2, first: {stride: 2}, share: true}", top) == [
        "b1.1.conv1.weight = b1.0.conv1.weight"
    ]


def test_a_repeated_layer_shares_another_turn_by_turn_or_one_layer_every_turn() -> None:
    a, b = "{conv1x1: 4, bias: false, repeat: 2, name: a}", "{conv1x1: 4, bias: false, repeat: 2, name: b"
    assert owned(f"[{a}, {b}, share: a}}]") == ["b.0.weight = a.0.weight", "b.1.weight = a.1.weight"]
    assert owned(f"[{a}, {b}, share: a.1}}]") == ["b.0.weight = a.1.weight", "b.1.weight = a.1.weight"]


def test_a_scope_is_matched_by_path_in_whatever_order() -> None:
    layers = """
    - {branches: {x: [{conv1x1: 2, bias: false}], y: [{conv: 2, kernel: 1, bias: false}]}, name: a}
    - {branches: {y: [{conv: 2, kernel: 1, bias: false}], x: [{conv1x1: 2, bias: false}]}, share: a}
    """
    assert owned(layers) == [
        "branches2.y.conv1.weight = a.y.conv1.weight",
        "branches2.x.conv1.weight = a.x.conv1.weight",
    ]


def test_a_projection_that_runs_first_is_shared_as_well() -> None:
    body = "{shortcut: project, residual: [{conv: 4, kernel: 3, stride: 2, padding: half, bias: false}]"
    layers = f"[{body}, name: a, from: input}}, {body}, name: b, from: input, share: a}}]"
    graph = built(layers)
    assert [node.path for node in graph.nodes] == [
        "a.shortcut.conv1", "a.conv1", "a", "b.shortcut.conv1", "b.conv1", "b",
    ]  # fmt: skip
    assert list(graph.parameters) == ["a.shortcut.conv1.weight", "a.shortcut.conv1.bias", "a.conv1.weight"]


def test_names_are_looked_up_outward_and_through_use_into_the_caller() -> None:
    top = """
    input: [4, 8, 8]
    blocks: {b: {layers: [{layers: [{conv1x1: 4, bias: false, share: stem.conv1}]}]}}
    """
    layers = "[{layers: [{conv1x1: 4, bias: false}], name: stem}, {use: b}]"
    assert owned(layers, top) == ["b1.layers1.conv1.weight = stem.conv1.weight"]


def test_a_head_of_training_alone_may_share_what_evaluation_owns() -> None:
    layers = "[{conv1x1: 4, name: a}, {head: h, train_only: true, layers: [{conv1x1: 4, share: a}]}]"
    assert owned(layers) == ["h.conv1.weight = a.weight", "h.conv1.bias = a.bias"]
    inside = "{head: g, train_only: true, layers: [{conv1x1: 4, share: h.conv2}]}"
    both = f"[{{head: h, train_only: true, layers: [{{conv1x1: 4}}, {{conv1x1: 4, name: conv2}}]}}, {inside}]"
    assert owned(both.replace("{conv1x1: 4}, ", "")) == [
        "g.conv1.weight = h.conv2.weight", "g.conv1.bias = h.conv2.bias",
    ]  # fmt: skip


@pytest.mark.parametrize("name", TIED)
def test_nothing_but_the_owner_differs_from_the_twin(name: str) -> None:
    graph, twin = tied(name), untied(name)
    assert [(node.path, node.op) for node in graph.nodes] == [(node.path, node.op) for node in twin.nodes]
    read = owners(graph)
    assert list(read) == list(owners(twin)) == list(twin.parameters)
    assert set(read.values()) == set(graph.parameters) < set(twin.parameters)
    assert {path: twin.parameters[path] for path in graph.parameters} == dict(graph.parameters)
    assert all(graph.parameters[owner].type == twin.parameters[path].type for path, owner in read.items())


def test_the_parameters_of_sharers_do_not_count_against_the_bound() -> None:
    wide = "{linear: 400000, bias: false"
    top = "input: [400000]"
    [found] = refused(f"[{wide}}}, {wide}}}]", top)
    assert found.startswith("E104 the parameters need more than 2^40 bytes")
    assert list(parameters(f"[{wide}, repeat: 3, share: true}}]", top)) == ["linear1.0.weight"]


def test_many_sharers_are_tied_in_linear_time() -> None:
    text = spec(
        """
        - {layers: [{conv1x1: 4}, {conv1x1: 4}], repeat: 2000, share: true, name: a}
        - {layers: [{conv1x1: 4}, {conv1x1: 4}], repeat: 2000, share: a}
        """
    )
    start = time.process_time()
    graph = netc.loads(text).graph
    assert len(graph.nodes) == 8000
    assert set(graph.parameters) == {
        f"a.0.conv{count}.{name}" for count in (1, 2) for name in ("weight", "bias")
    }
    assert time.process_time() - start < 30


def test_a_mistake_in_the_owner_is_reported_once_and_sharers_are_checked_on() -> None:
    layers = """
    - {conv: 0, kernel: 3, name: a}
    - {conv: 4, kernel: 3, share: a, from: input}
    - {conv: 4, kernel: 99, from: conv2}
    - {conv: 4, kernel: 3, share: nowhere, from: input}
    - {linear: 3}
    """
    assert refused(layers) == [
        "E202 expected a positive whole number, got 0",
        "E402 the window of `conv` is larger than its padded input (99 > 6 along H, the input is 6×6)",
        "E301 there is no layer named `nowhere` here",
        "E405 `linear` on a feature map (given a feature map 4×6×6)",
    ]


def test_the_layers_records_say_what_is_shared() -> None:
    graph = built("[{conv1x1: 4, name: a}, {conv1x1: 4, share: a}, {norm: batch, repeat: 2, share: true}]")
    assert [f"{record.path}: {record.kind} {record.text}" for record in graph.layers.values()] == [
        "a: conv1x1 4", "conv2: conv1x1 4, share: a", "norm1.0: norm batch", "norm1.1: norm batch, share: norm1.0",
    ]  # fmt: skip
