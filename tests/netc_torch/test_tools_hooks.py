"""Hooks stand at the spec's paths, and see the values that the spec names so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import torch
from torch import Tensor

import netc
from netc.graph import Graph, Output
from tests.elaborate.specs import spec
from tests.netc_torch.networks import compiled, listen
from tests.netc_torch.varied import NAMES, Sample, assert_same, gradients, loss, named, parts, sample

if TYPE_CHECKING:
    from torch import nn


def layers(graph: Graph) -> list[str]:
    """The paths of all layers that do something."""
    made = {node.output for node in graph.nodes}
    return [path for path, layer in graph.layers.items() if layer.output in made]


def every_value(one: Sample) -> dict[str, Tensor]:
    """What each layer makes, as outputs of a network that gives all of them."""
    graph = one.net.graph
    training = {node.output: node.train_only for node in graph.nodes}
    outputs = tuple(
        Output(path, layer.output, train_only=training[layer.output])
        for path, layer in graph.layers.items()
        if layer.output in training
    )
    weights = {path: value.numpy() for path, value in one.module.state_dict().items()}
    module = compiled(graph._replace(outputs=outputs), weights)
    return named(module.train(one.module.training)(*one.inputs))


@pytest.mark.parametrize("mode", ["train", "eval"])
@pytest.mark.parametrize("name", NAMES)
def test_a_hook_at_every_path_sees_the_layers_value(name: str, mode: str) -> None:
    one = sample(name)
    one.module.train(mode == "train")
    seen: list[tuple[str, Tensor]] = []
    for path in layers(one.net.graph):

        def heard(y: Tensor, path: str = path) -> None:
            seen.append((path, y))

        listen(one.module.get_submodule(path), heard)
    expected = every_value(one)
    gradients(one.module, one.module(*one.inputs))  # after it, so that what was written over would differ
    assert sorted(path for path, _ in seen) == sorted(expected)  # each once
    for path, value in seen:
        assert torch.equal(value, expected[path]), path


FLOATS = [name for name in NAMES if name not in ("recurrent", "photo")]
"""torch warns of backward hooks on what reads no number that has a gradient."""


def nothing(*_seen: object) -> None:
    """A hook that only looks."""


@pytest.mark.parametrize("name", FLOATS)
def test_a_hook_changes_nothing(name: str) -> None:
    _, module, x = sample(name)
    _, hooked, _ = sample(name)
    x = tuple(value.requires_grad_() for value in x)
    for part in list(parts(hooked).values())[1:]:  # torch has no backward hook for a dict of outputs
        if hasattr(part, "inplace"):  # inside a layer; with a backward hook torch lets nothing write there
            part.inplace = False
        listen(part, lambda _: None)
        part.register_full_backward_hook(nothing)
        part.register_full_backward_pre_hook(nothing)
    found, expected = hooked(*x), module(*x)
    assert_same(found, expected, rtol=0, atol=0)
    torch.testing.assert_close(gradients(hooked, found), gradients(module, expected))


@pytest.mark.parametrize("name", FLOATS)
def test_a_backward_hook_sees_the_gradient_of_the_layers_value(name: str) -> None:
    one = sample(name)
    seen: dict[str, Tensor] = {}
    values: dict[str, Tensor] = {}
    whole = [path for path in parts(one.module) if path in layers(one.net.graph)]
    for path in whole:

        def before(_module: nn.Module, found: Any, path: str = path) -> None:
            seen[path] = found[0]

        def heard(y: Tensor, path: str = path) -> None:
            values[path] = y

        part = one.module.get_submodule(path)
        listen(part, heard)
        part.register_full_backward_pre_hook(before)
    total = loss(one.module(*(x.requires_grad_() for x in one.inputs)))
    asked = [path for path in whole if values[path].requires_grad]
    wanted = torch.autograd.grad(total, [values[path] for path in asked])
    expected = dict(zip(asked, wanted, strict=True))
    assert {*seen} >= {*asked}
    for path in asked:
        torch.testing.assert_close(seen[path], expected[path])


def test_a_pre_hook_gives_a_layer_another_input() -> None:
    _, module, (x,) = sample("plain")
    plain = module(x)
    seen: list[torch.Size] = []

    def halved(_module: nn.Module, given: Any) -> Any:
        seen.append(given[0].shape)
        return (given[0] / 2,)

    handle = module.get_submodule("first").register_forward_pre_hook(halved)
    assert_same(module(x), sample("plain").module(x / 2))
    assert seen == [x.shape]
    handle.remove()
    assert_same(module(x), plain)


def test_a_forward_hook_replaces_a_value_for_all_who_read_it() -> None:
    text = "[{conv1x1: 4, name: a}, {conv1x1: 4, name: b}, {merge: add, from: [a, b], act: relu}]"
    module = netc.loads(spec(text)).to_torch()
    x = torch.ones(1, 4, 8, 8)

    def zeroed(_module: nn.Module, _given: Any, y: Any) -> Tensor:
        return torch.zeros_like(y)

    module.get_submodule("a").register_forward_hook(zeroed)
    bias: Any = module.get_submodule("b").bias
    torch.testing.assert_close(module(x), bias.view(1, 4, 1, 1).relu().expand(1, 4, 8, 8))


def test_only_layers_that_do_nothing_have_no_module() -> None:
    text = "[{act: none, name: a}, {layers: [], name: l}, {norm: none, name: n}, {conv1x1: 4, name: c}]"
    net = netc.loads(spec(text))
    module = net.to_torch()
    assert [*parts(module)] == ["", "c"] == ["", *layers(net.graph)]
    assert list(net.graph.layers) == ["a", "l", "n", "c"]
