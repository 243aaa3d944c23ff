"""Activations that work in place: where that is seen by nobody, and nowhere else."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
import torch
from torch import Tensor

import netc
from tests.netc_torch.networks import listen

SPEC = """
netc: 1
input: [4, 6, 6]
defaults: {conv: {kernel: 3, padding: same}}
layers:
  - {conv: 4, act: relu, name: plain}
  - {conv: 4, norm: batch, act: relu6, name: normed}
  - {residual: [{conv: 4, norm: batch, name: last}], act: relu, name: sum}
  - {residual: [], act: relu, name: doubled}
  - {linear: 4, axis: channels, act: relu, name: dense}
  - {conv: 4, act: tanh, name: saved}
  - {conv: 4, name: bare}
  - {act: relu, name: alone}
  - {branches: [[{conv: 4}]], merge: add, act: relu, name: sole}
"""


def in_place(module: Any) -> list[str]:
    return [path for path, child in module.named_modules() if getattr(child, "inplace", False)]


def test_an_activation_writes_over_what_its_own_layer_made() -> None:
    module = netc.loads(SPEC).to_torch()
    assert in_place(module) == ["plain.act", "normed.act", "sum.act", "doubled.act", "dense.act"]
    assert str(module.get_submodule("normed.act")) == "ReLU6(inplace=True)"


@pytest.mark.parametrize("training", [True, False])
def test_no_value_and_no_gradient_changes(training: bool) -> None:
    network = netc.loads(SPEC)
    overwriting: Any = network.to_torch().train(training)
    plain: Any = network.to_torch().train(training)
    for path in in_place(plain):
        plain.get_submodule(path).inplace = False
    x = torch.rand(2, 4, 6, 6, generator=torch.Generator().manual_seed(0))
    kept = x.clone()
    assert torch.equal(overwriting(x), plain(x))
    assert torch.equal(x, kept)
    overwriting(x).sum().backward()
    plain(x).sum().backward()
    for (name, own), other in zip(overwriting.named_parameters(), plain.parameters(), strict=True):
        torch.testing.assert_close(own.grad, other.grad, msg=name)


def test_hooks_see_every_layers_own_value() -> None:
    network = netc.loads(SPEC)
    module = network.to_torch().eval()
    seen: dict[str, tuple[Tensor, Tensor]] = {}

    def note(path: str, value: Tensor) -> None:
        seen[path] = value, value.clone()

    for path in network.layers:
        listen(module.get_submodule(path), partial(note, path))
    with torch.no_grad():
        module(torch.rand(1, 4, 6, 6))
    assert sorted(seen) == sorted(network.layers)
    for path, (afterwards, at_once) in seen.items():
        assert torch.equal(afterwards, at_once), path
