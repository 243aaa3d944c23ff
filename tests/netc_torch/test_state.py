"""Parameters: their names, order, numbers and owners."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from netc.artifact import Backend, Request
from netc.errors import BackendError
from netc.graph import Graph
from netc.ops.conv import Conv
from netc.ops.dense import Linear
from netc.ops.elementwise import Activation, Combine, Prelu, Scale
from netc.ops.norm import BatchNorm, LayerNorm
from netc.ops.pool import GlobalPool
from netc.types import TensorType
from netc_torch import backend
from tests.netc_torch.networks import Network, compiled, conv3x3, listen, weights


def normed() -> Graph:
    """Every op with parameters, nested, in an order that a plain walk by name would not give."""
    network = Network(input=TensorType((3, 6, 6)))
    x = network.add("z.conv1.conv", conv3x3(4, bias=False), network.inputs["input"])
    x = network.add("z.conv1.norm", BatchNorm(1e-5, 0.1, affine=True), x)
    x = network.add("z.conv1.act", Prelu(per_channel=True), x)
    y = network.add("z.a.0.norm1", BatchNorm(1e-3, 0.1, affine=False), x)
    x = network.add("z", Combine("add"), x, y)
    x = network.add("norm1", LayerNorm(1e-6, affine=True), x)
    x = network.add("scale1", Scale(1.0), x)
    x = network.add("b.0", GlobalPool("avg", keepdims=False), x)
    return network.graph(output=network.add("a", Linear(2, bias=True, axis="channels"), x))


def test_the_keys_are_the_paths_in_order_of_execution() -> None:
    expected = [
        "z.conv1.conv.weight",
        "z.conv1.norm.weight",
        "z.conv1.norm.bias",
        "z.conv1.norm.running_mean",
        "z.conv1.norm.running_var",
        "z.conv1.act.weight",
        "z.a.0.norm1.running_mean",
        "z.a.0.norm1.running_var",
        "norm1.weight",
        "norm1.bias",
        "scale1.weight",
        "a.weight",
        "a.bias",
    ]
    graph = normed()
    module = compiled(graph)
    assert list(module.state_dict()) == list(graph.parameters) == expected
    trained = [name for name in expected if "running" not in name]
    assert [name for name, _ in module.named_parameters()] == trained
    assert all(parameter.requires_grad for parameter in module.parameters())
    assert all(value.dtype == torch.float32 for value in module.state_dict().values())


def test_state_dicts_load_strictly_with_counts_and_without_metadata() -> None:
    graph = normed()
    module, other = compiled(graph), compiled(graph, {path: a + 1 for path, a in weights(graph).items()})
    state = dict(other.state_dict())
    counts = {
        "z.conv1.norm.num_batches_tracked": torch.tensor(7),
        "z.a.0.norm1.num_batches_tracked": torch.tensor(7),
    }
    for given in (other.state_dict(), state, {**state, **counts}):
        module = compiled(graph)
        result = module.load_state_dict(given)
        assert (result.missing_keys, result.unexpected_keys) == ([], [])
        assert all(torch.equal(value, state[name]) for name, value in module.state_dict().items())
        assert list(module.state_dict()) == list(graph.parameters)
    with pytest.raises(RuntimeError, match=r'Unexpected key\(s\) in state_dict: "a.num_batches_tracked"'):
        module.load_state_dict({**state, "a.num_batches_tracked": torch.tensor(7)})
    with pytest.raises(RuntimeError, match=r'Missing key\(s\) in state_dict: "z.conv1.norm.running_var"'):
        module.load_state_dict(
            {name: value for name, value in state.items() if name != "z.conv1.norm.running_var"}
        )
    assert (
        module.get_submodule("z.conv1.norm").load_state_dict(nn.BatchNorm2d(4).state_dict()).missing_keys
        == []
    )


def test_arrays_become_parameters_without_a_copy_where_that_is_safe() -> None:
    graph = normed()
    numbers = weights(graph)
    numbers["norm1.bias"].flags.writeable = False
    numbers["a.bias"] = np.arange(8, dtype=np.float32)[2:4]
    before = {path: array.copy() for path, array in numbers.items()}
    module = compiled(graph, numbers)
    with torch.no_grad():
        for value in module.state_dict().values():
            value.add_(1)
    changed = {path for path, array in numbers.items() if not np.array_equal(array, before[path])}
    assert changed == set(graph.parameters) - {"norm1.bias", "a.bias"}


def shared() -> Graph:
    """Two convolutions, linear layers and batch norms, the second of each with the first's parameters."""
    network = Network(input=TensorType((4, 6, 6)))
    x = network.add("conv1.conv", conv3x3(4), network.inputs["input"])
    x = network.add("conv1.norm", BatchNorm(1e-5, 0.5, affine=True), x)
    dilated = Conv(4, (3, 3), (2, 2), ((2, 1), (2, 1)), (2, 2), 1, bias=True)
    x = network.share("conv2.conv", dilated, x, "conv1.conv")
    x = network.share("conv2.norm", BatchNorm(1e-5, 0.5, affine=True), x, "conv1.norm")
    x = network.add("conv2.act", Activation("relu"), x)
    x = network.add("pool", GlobalPool("avg", keepdims=False), x)
    x = network.add("loop.0", Linear(4, bias=True, axis="channels"), x)
    x = network.share("loop.1", Linear(4, bias=True, axis="channels"), x, "loop.0")
    return network.graph(output=x)


def by_hand(x: torch.Tensor, state: dict[str, torch.Tensor]) -> torch.Tensor:
    """``shared`` in evaluation."""
    functional = nn.functional
    mean, variance, weight, bias = (
        state[f"conv1.norm.{name}"] for name in ("running_mean", "running_var", "weight", "bias")
    )
    x = functional.conv2d(x, state["conv1.conv.weight"], state["conv1.conv.bias"], padding=1)
    x = functional.batch_norm(x, mean, variance, weight, bias)
    x = functional.pad(x, (2, 1, 2, 1))
    x = functional.conv2d(x, state["conv1.conv.weight"], state["conv1.conv.bias"], stride=2, dilation=2)
    x = functional.batch_norm(x, mean, variance, weight, bias).relu().mean((2, 3))
    for _ in range(2):
        x = functional.linear(x, state["loop.0.weight"], state["loop.0.bias"])
    return x


def test_shared_parameters_are_their_owners_alone() -> None:
    graph = shared()
    module = compiled(graph).eval()
    assert list(module.state_dict()) == list(graph.parameters)
    assert isinstance(module.get_submodule("conv2.conv"), nn.Conv2d)
    assert module.get_submodule("conv2.conv").weight is module.get_submodule("conv1.conv").weight
    x = torch.rand(2, 4, 6, 6)
    torch.testing.assert_close(module(x), by_hand(x, module.state_dict()))
    module.load_state_dict({name: value / 2 + 1 for name, value in module.state_dict().items()}, assign=True)
    torch.testing.assert_close(module(x), by_hand(x, module.state_dict()))
    torch.testing.assert_close(module.double()(x.double()), by_hand(x.double(), module.state_dict()))


def test_the_gradient_of_a_shared_parameter_is_the_sum_over_its_users() -> None:
    module = compiled(shared()).eval()
    x = torch.rand(2, 4, 6, 6)
    names = [name for name, _ in module.named_parameters()]
    state = {name: value.clone().requires_grad_(name in names) for name, value in module.state_dict().items()}
    by_hand(x, state).square().sum().backward()
    module(x).square().sum().backward()
    for name, parameter in module.named_parameters():
        torch.testing.assert_close(parameter.grad, state[name].grad)


def test_shared_statistics_move_with_every_user() -> None:
    module = compiled(shared()).train()
    owner = module.get_submodule("conv1.norm")
    means: list[torch.Tensor] = [owner.running_mean.clone()]

    def note(_output: object) -> None:
        means.append(owner.running_mean.clone())

    for path in ("conv1.norm", "conv2.norm"):
        listen(module.get_submodule(path), note)
    module(torch.rand(2, 4, 6, 6))
    first, second, third = means
    assert not torch.equal(first, second)
    assert not torch.equal(second, third)
    assert torch.equal(third, owner.running_mean)


def test_parameters_that_do_not_train_ask_for_no_gradient() -> None:
    graph = normed()
    parameter = graph.parameters["a.weight"]
    frozen = parameter._replace(type=parameter.type._replace(trainable=False))
    module = compiled(graph._replace(parameters={**graph.parameters, "a.weight": frozen}))
    assert [name for name, value in module.named_parameters() if not value.requires_grad] == ["a.weight"]


def test_other_files_than_its_own_are_refused() -> None:
    graph = normed()
    found: Backend = backend
    with pytest.raises(BackendError, match=r"^the torch backend writes .*\.py.* files: net\.zip is none$"):
        found.write(Request(graph, weights(graph), "", "0.1.0"), Path("net.zip"))
