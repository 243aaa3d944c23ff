"""``torch.func`` on modules: other parameters in place of a module's own, gradients a sample, ensembles."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.func import functional_call, grad, stack_module_state, vmap
from torch.nn.attention import SDPBackend, sdpa_kernel

from tests.elaborate.tied import TIED, tied
from tests.netc_torch.networks import compiled
from tests.netc_torch.test_share import feeds, results
from tests.netc_torch.varied import NAMES, assert_close, assert_same, gradients, loss, named, sample

CLOSE = {"rtol": 1e-4, "atol": 1e-5}
BATCHED = [name for name in NAMES if name != "recurrent"]
"""torch has no rule for several GRUs, LSTMs or RNNs at once (2.13), be they its own or a spec's."""


@pytest.mark.parametrize("name", NAMES)
def test_a_module_runs_with_another_ones_parameters(name: str) -> None:
    net, module, x = sample(name)
    module.eval()
    other = net.to_torch(seed=5).eval()
    own = {path: value.clone() for path, value in module.state_dict().items()}
    assert_same(functional_call(module, dict(other.state_dict()), x), other(*x))
    torch.testing.assert_close(module.state_dict(), own, rtol=0, atol=0)


@pytest.mark.parametrize("name", TIED)
def test_users_take_the_parameters_that_stand_in_for_their_owners(name: str) -> None:
    graph = tied(name)
    module, other = compiled(graph).eval(), compiled(graph).eval()
    with torch.no_grad():
        for parameter in other.parameters():
            parameter.mul_(0.5)
    given: dict[str, Tensor] = dict(other.named_parameters())
    found = named(functional_call(module, given, tuple(feeds(graph))))
    for made, expected in zip(found.values(), results(other, feeds(graph)), strict=True):
        assert torch.equal(made, expected)


@pytest.mark.parametrize("name", BATCHED)
def test_gradients_one_sample_each_are_those_of_samples_alone(name: str) -> None:
    _, module, x = sample(name)
    module.eval()
    parameters: dict[str, Tensor] = dict(module.named_parameters())
    buffers = dict(module.named_buffers())

    def of_one(parameters: dict[str, Tensor], *values: Tensor) -> Tensor:
        batch = tuple(value.unsqueeze(0) for value in values)
        return loss(functional_call(module, (parameters, buffers), batch))

    with sdpa_kernel(SDPBackend.MATH):  # the others have no rule for several at once
        found = vmap(grad(of_one), in_dims=(None, *(0 for _ in x)))(parameters, *x)
    for place in range(len(x[0])):
        alone = gradients(module, module(*(value[place : place + 1] for value in x)))
        assert alone
        assert_close({path: found[path][place] for path in alone}, alone, **CLOSE)


@pytest.mark.parametrize("name", BATCHED)
def test_an_ensemble_runs_as_one(name: str) -> None:
    net, _, x = sample(name)
    members: list[nn.Module] = [net.to_torch(seed=seed).eval() for seed in range(3)]
    parameters, buffers = stack_module_state(members)
    base = copy.deepcopy(members[0]).to("meta")

    def run(parameters: Any, buffers: Any) -> Any:
        return named(functional_call(base, (parameters, buffers), x))

    with sdpa_kernel(SDPBackend.MATH):
        found = vmap(run)(parameters, buffers)
    for place, member in enumerate(members):
        assert_same({output: value[place] for output, value in found.items()}, member(*x), **CLOSE)
