"""Modules from moulds are those that the constructors make."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest
import torch
from torch import nn

import netc
from netc.types.parameter import Shape
from netc_torch import assembly, source
from netc_torch.forms import Leaf
from netc_torch.generated import Scope
from netc_torch.lowering import lower
from netc_torch.moulds import Moulds
from netc_torch.outline import Part
from tests.netc_torch.networks import listen

SPECS = Path(__file__).parents[2] / "specs"
NETS = ("lenet", "googlenet", "googlenet_torchvision", "mobilenet_v2", "resnet", "densenet", "squeezenet")


def described(module: nn.Module) -> dict[str, Any]:
    """All that a module holds, with its tensors' types for the tensors."""
    held: dict[str, Any] = {"class": type(module)}
    for name, value in module.__dict__.items():
        tensors = name in ("_parameters", "_buffers")
        held[name] = {key: tensor_type(one) for key, one in value.items()} if tensors else value
        if name.endswith("_hooks"):
            held[name] = len(value)  # their keys are counted over all modules
    return held


def tensor_type(tensor: torch.Tensor | None) -> object:
    if tensor is None:
        return None
    return type(tensor), tensor.shape, tensor.dtype, tensor.requires_grad, tensor.is_contiguous()


@pytest.mark.parametrize("name", NETS)
def test_a_module_from_a_mould_is_what_its_constructor_makes(name: str) -> None:
    graph = netc.load(SPECS / f"{name}.yaml").graph
    moulds = Moulds("cpu")
    count = 0
    for node in graph.nodes:
        form = lower(node.op, tuple(value.type for value in node.inputs), frozen=False)
        if isinstance(form, Leaf):
            count += 1
            shapes = {own: graph.parameters[path].type.shape for own, path in node.parameters.items()}
            made, expected = form.make(moulds, shapes), form.base(**form.options)
            if form.prepare is not None:
                form.prepare(expected)
            assert described(made) == described(expected)
            assert all(tensor.device.type == "cpu" for tensor in (*made.parameters(), *made.buffers()))
    assert count > 10


def test_modules_from_one_mould_share_nothing_that_changes() -> None:
    moulds = Moulds("cpu")
    options = {"num_features": 3, "device": "meta"}
    shapes: dict[str, Shape] = dict.fromkeys(("weight", "bias", "running_mean", "running_var"), (3,))
    one, other = (cast("Any", moulds.module(nn.BatchNorm2d, options, shapes)) for _ in range(2))
    listen(one, print)
    one.weight.data.fill_(2.0)
    other.weight.data.fill_(5.0)
    one.eval().extra = 1
    assert one.weight.tolist() == [2, 2, 2]
    assert not other._forward_hooks
    assert other.training
    assert not hasattr(other, "extra")


class Constant(nn.Module):
    """Has a buffer that no state dict has."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("one", torch.ones(2), persistent=False)


def test_constants_of_a_class_are_the_classs_to_make() -> None:
    moulds = Moulds("cpu")
    for _ in range(2):
        made = cast("Any", moulds.module(Constant, {}, {}))
        assert made.one.tolist() == [1, 1]
    assert type(moulds.module(Scope, {}, {})) is Scope


def test_first_numbers_are_float32_whatever_torchs_default(monkeypatch: pytest.MonkeyPatch) -> None:
    net = netc.load(SPECS / "lenet.yaml")
    expected = net.to_torch(seed=3).state_dict()
    torch.set_default_dtype(torch.float64)
    try:
        found = net.to_torch(seed=3).state_dict()
    finally:
        torch.set_default_dtype(torch.float32)
    assert all(value.dtype is torch.float32 for value in found.values())
    assert all(torch.equal(value, expected[path]) for path, value in found.items())
    with torch.device("meta"):
        assert all(value.device.type == "cpu" for value in net.to_torch().state_dict().values())


def never(_part: Part) -> bool:
    return False


@pytest.mark.parametrize("name", NETS)
def test_the_source_of_a_chain_is_what_any_parts_would_be(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    net = netc.load(SPECS / f"{name}.yaml")

    def sources() -> list[str]:
        made: list[str] = []

        def noted(*arguments: Any) -> str:
            made.append(source.forward_source(*arguments))
            return made[-1]

        monkeypatch.setattr(assembly, "forward_source", noted)
        net.to_torch()
        return made

    chains = sources()
    monkeypatch.setattr(source, "is_chain", never)
    assert sources() == chains
    assert chains
