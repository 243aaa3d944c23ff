"""Modules stand where the spec's paths say, and each runs a straight-line forward of its own."""

from __future__ import annotations

from functools import partial
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest
import torch
from torch import Tensor, nn

from netc.graph import Graph, Output
from netc.ops.conv import Conv
from netc.ops.dense import Linear
from netc.ops.elementwise import Activation, Combine, Dropout
from netc.ops.norm import BatchNorm
from netc.ops.pool import GlobalPool, MaxPool
from netc.ops.shape import Concat, Flatten, Slice
from netc.types import TensorType
from tests.netc_torch.networks import Network, compiled, conv3x3, listen, weights

if TYPE_CHECKING:
    from netc.graph import Value

IMAGE = TensorType((3, 8, 8))


def conv_norm_act(network: Network, path: str, written: str, x: Value, op: Conv) -> Value:
    y = network.add(f"{path}.conv", op, x)
    y = network.add(f"{path}.norm", BatchNorm(1e-5, 0.1, affine=True), y)
    y = network.add(f"{path}.act", Activation("relu"), y)
    return network.layer(path, written, y)


def mixed() -> Graph:
    """A stem, a repeated residual, branches with odd names, a head in training alone and a classifier."""
    network = Network("mixed", input=IMAGE)
    x = network.add("conv1", conv3x3(4), network.inputs["input"])
    x = network.layer(
        "conv1", "conv 4, kernel: 3, act: relu", network.add("conv1.act", Activation("relu"), x)
    )
    x = network.layer(
        "pool1", "pool max, kernel: 2", network.add("pool1", MaxPool((2, 2), (2, 2), ((0, 0),) * 2), x)
    )
    for index in range(2):
        path = f"residual1.{index}"
        body = conv_norm_act(
            network, f"{path}.conv1", "conv 4, kernel: 3, norm: batch", x, conv3x3(4, bias=False)
        )
        x = network.add(f"{path}.act", Activation("relu"), network.add(path, Combine("add"), body, x))
        network.layer(path, "residual act: relu", x, scope=True)
    inner = network.add(
        "branches1.1x1.conv1", Conv(2, (1, 1), (1, 1), ((0, 0),) * 2, (1, 1), 1, bias=True), x
    )
    network.layer("branches1.1x1.conv1", "conv1x1 2", inner)
    other = network.add("branches1.class.slice1", Slice(0, 0, 2, 1), x)
    network.layer("branches1.class.slice1", "slice 0, stop: 2", other)
    x = network.layer("branches1", "branches", network.add("branches1", Concat(0), inner, other), scope=True)
    side = network.add("aux.global_pool1", GlobalPool("avg", keepdims=False), inner, train_only=True)
    side = network.add("aux.linear1", Linear(3, bias=True, axis="channels"), side, train_only=True)
    network.layer("aux", "head aux, train_only: true", side, scope=True)
    x = network.layer("flatten1", "flatten", network.add("flatten1", Flatten(0), x))
    x = network.layer("dropout1", "dropout 0.5", network.add("dropout1", Dropout(0.5, spatial=False), x))
    x = network.layer("linear1", "linear 3", network.add("linear1", Linear(3, bias=True, axis="channels"), x))
    return network.graph(Output("output", x, train_only=False), Output("aux", side, train_only=True))


def test_a_module_prints_as_its_spec_reads() -> None:
    batch_norm = "BatchNorm2d(4, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=True)"
    conv = "Conv2d(4, 4, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1), bias=False)"
    expected = f"""
        mixed
          (conv1): conv(4, kernel: 3, act: relu)
            (act): ReLU()
          (pool1): pool(max, kernel: 2)
          (residual1): scope
            (0): residual(act: relu)
              (conv1): conv(4, kernel: 3, norm: batch)
                (conv): {conv}
                (norm): {batch_norm}
                (act): ReLU()
              (act): ReLU()
            (1): residual(act: relu)
              (conv1): conv(4, kernel: 3, norm: batch)
                (conv): {conv}
                (norm): {batch_norm}
                (act): ReLU()
              (act): ReLU()
          (branches1): branches
            (1x1): scope
              (conv1): conv1x1(2)
            (class): scope
              (slice1): slice(0, stop: 2)
          (aux): head(aux, train_only: true)
            (global_pool1): GlobalAveragePool(dims=(2, 3), keepdims=False)
            (linear1): Linear(in_features=2, out_features=3, bias=True)
          (flatten1): flatten
          (dropout1): dropout(0.5)
          (linear1): linear(3)
        """
    assert f"\n{compiled(mixed())!r}\n" == dedent(expected)


def test_a_hook_fires_at_every_path_and_sees_the_layers_last_value() -> None:
    graph = mixed()
    module = compiled(graph)
    seen: dict[str, Any] = {}
    for path, child in module.named_modules():
        listen(child, partial(seen.__setitem__, path))
    module(torch.rand(2, 3, 8, 8))
    assert list(seen)[-1] == ""
    assert set(seen) == {path for path, _ in module.named_modules()}
    assert {*graph.layers, *(node.path for node in graph.nodes)} <= set(seen)
    assert seen["conv1"] is seen["conv1.act"]
    assert seen["residual1.1"] is seen["residual1"]
    inner, whole = seen["branches1"]  # the head reads a value inside the branches
    assert inner is seen["branches1.1x1"]
    assert whole.shape == (2, 4, 4, 4)


def test_children_can_be_replaced() -> None:
    module = compiled(mixed()).eval()
    x = torch.rand(2, 3, 8, 8)
    before = module(x)["output"]
    module.get_submodule("residual1").add_module("1", nn.Identity())
    module.get_submodule("conv1").act = nn.Identity()
    assert not torch.equal(module(x)["output"], before)
    module.linear1 = nn.Linear(64, 7)
    assert module(x)["output"].shape == (2, 7)


def test_tools_know_torchs_own_classes() -> None:
    module = compiled(mixed())
    assert isinstance(module.get_submodule("conv1"), nn.Conv2d)
    assert type(module.get_submodule("residual1.0.conv1.norm")) is nn.BatchNorm2d
    assert isinstance(module.get_submodule("linear1"), nn.Linear)
    assert [type(child).__name__ for child in module.children()][:2] == ["Conv2d", "MaxPool2d"]


def test_heads_of_training_alone_are_absent_in_evaluation() -> None:
    module = compiled(mixed())
    runs: list[Tensor] = []
    listen(module.aux, runs.append)
    x = torch.rand(1, 3, 8, 8)
    assert list(module.train()(x)) == ["output", "aux"]
    assert list(module.eval()(x)) == ["output"]
    assert [tuple(run.shape) for run in runs] == [(1, 3)]


def test_several_outputs_are_a_dict_in_evaluation_too() -> None:
    network = Network(left=TensorType((4,)), right=TensorType((4,)))
    total = network.add("merge1", Combine("add"), *network.inputs.values())
    difference = network.add("merge2", Combine("sub"), *network.inputs.values())
    module = compiled(network.graph(difference=difference, total=total)).eval()
    left, right = torch.rand(2, 4), torch.rand(2, 4)
    result: dict[str, Tensor] = module(right=right, left=left)
    assert list(result) == ["difference", "total"]
    assert torch.equal(result["difference"], left - right)
    assert torch.equal(result["total"], left + right)


def test_an_output_may_be_an_input_and_a_value_unread() -> None:
    network = Network(input=TensorType((4,)))
    network.add("scope.unread1", Activation("relu"), network.inputs["input"])
    module = compiled(network.graph(output=network.inputs["input"]))
    runs: list[Tensor] = []
    listen(module.scope, runs.append)
    x = torch.tensor([[-1.0, 0.0, 1.0, 2.0]])
    assert module(x) is x
    assert [run.tolist() for run in runs] == [[[0.0, 0.0, 1.0, 2.0]]]


def test_a_scope_returns_its_values_in_the_order_it_makes_them() -> None:
    network = Network(input=TensorType((4,)))
    first = network.add("scope.relu1", Activation("relu"), network.inputs["input"])
    second = network.add("scope.square1", Activation("square"), first)
    merged = network.add("merge1", Combine("sub"), second, first)
    module = compiled(network.graph(output=merged))
    x = torch.tensor([[-1.0, 0.0, 2.0, 3.0]])
    assert [y.tolist() for y in module.scope(x)] == [[[0.0, 0.0, 2.0, 3.0]], [[0.0, 0.0, 4.0, 9.0]]]
    assert module(x).tolist() == [[0.0, 0.0, 2.0, 6.0]]


def test_a_wrong_size_is_refused_with_both_sizes() -> None:
    module = compiled(mixed())
    with pytest.raises(ValueError, match="input") as raised:
        module(torch.rand(2, 3, 9, 8))
    assert str(raised.value) == "the input `input` is 2×3×9×8, and the spec says N×3×8×8, N being the batch"


def test_a_graph_of_many_modules_is_built_with_its_weights_untouched() -> None:
    graph = mixed()
    numbers = weights(graph)
    module = compiled(graph, numbers)
    for path, value in module.state_dict().items():
        assert value.numpy().tolist() == numbers[path].tolist()
        assert not value.is_meta
