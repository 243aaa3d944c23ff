"""What torch puts around and into modules: parametrizations, pruning, averages, fused and synchronised norms."""

from __future__ import annotations

import copy
import io
import pickle
from collections.abc import Callable
from typing import Any, cast

import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils import fusion, prune
from torch.nn.utils.parametrizations import orthogonal, spectral_norm, weight_norm
from torch.nn.utils.parametrize import register_parametrization, remove_parametrizations
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

import netc
from tests.elaborate.specs import spec
from tests.netc_torch.varied import NAMES, assert_same, gradients, loss, named, parts, sample

CLOSE = {"rtol": 1e-4, "atol": 1e-5}
WEIGHED = ("plain", "residual", "shared", "attention", "heads", "uncommon")


class Halved(nn.Module):
    """Half of the parameter; another's half is the same."""

    def forward(self, weight: Tensor) -> Tensor:
        return weight / 2

    def right_inverse(self, weight: Tensor) -> Tensor:
        return weight * 2


def weighed(module: nn.Module) -> list[Any]:
    """The modules that have a matrix or filters of their own."""
    own = [(part, dict(part.named_parameters(recurse=False))) for part in parts(module).values()]
    return [part for part, weights in own if "weight" in weights and weights["weight"].dim() > 1]


def halved(module: nn.Module) -> None:
    register_parametrization(module, "weight", Halved())


@pytest.mark.parametrize("wrap", [weight_norm, halved])
@pytest.mark.parametrize("name", WEIGHED)
def test_what_computes_the_same_weights_computes_the_same(name: str, wrap: Callable[[Any], Any]) -> None:
    _, module, x = sample(name)
    expected = module(*x)
    before = set(module.state_dict())
    parts = weighed(module)
    for part in parts:
        wrap(part)
    assert len(set(module.state_dict()) - before) >= len(parts) > 0
    assert_same(module(*x), expected, **CLOSE)
    assert_same(copy.deepcopy(module)(*x), expected, **CLOSE)
    assert gradients(module, module(*x))
    for part in parts:
        remove_parametrizations(part, "weight")
    assert set(module.state_dict()) == before
    assert_same(copy.deepcopy(module)(*x), expected, **CLOSE)


def test_a_module_whose_parametrizations_are_gone_is_pickled() -> None:
    _, module, x = sample("plain")
    expected = module(*x)
    last = module.get_submodule("last")
    register_parametrization(last, "weight", Halved())
    remove_parametrizations(last, "weight")
    assert_same(pickle.loads(pickle.dumps(module))(*x), expected)
    assert type(last) is type(sample("plain").module.get_submodule("last"))


def test_a_parametrized_module_says_why_it_is_not_pickled() -> None:
    module = sample("plain").module
    weight_norm(module.get_submodule("last"))
    with pytest.raises(RuntimeError, match="Serialization of parametrized modules is only supported through"):
        pickle.dumps(module)


def test_a_layer_obeys_what_its_weights_are_made_to_be() -> None:
    _, module, x = sample("shared")
    once: Any = module.get_submodule("l.once")
    mixed: Any = module.get_submodule("mixed.0")
    spectral_norm(once)
    orthogonal(mixed)
    for _ in range(50):  # each forward in training is one step of the power method
        module(*x)
    module.eval()
    largest = cast("Tensor", torch.linalg.matrix_norm(once.weight.flatten(1), 2))
    torch.testing.assert_close(largest, torch.ones(()), rtol=1e-2, atol=0)
    weight = mixed.weight
    torch.testing.assert_close(weight @ weight.T, torch.eye(8), rtol=0, atol=1e-5)


def test_users_compute_with_the_owners_parametrized_weight() -> None:
    _, module, x = sample("shared")
    module.eval()
    owner: Any = module.get_submodule("l.once")
    users: list[Any] = [module.get_submodule(path) for path in ("l.conv3", "r.once", "r.conv3")]
    before = owner.weight.detach().clone()
    with torch.no_grad():
        owner.weight.mul_(2)
    doubled = module(*x)
    with torch.no_grad():
        owner.weight.copy_(before)

    class Doubled(nn.Module):
        def forward(self, weight: Tensor) -> Tensor:
            return weight * 2

    register_parametrization(owner, "weight", Doubled())
    for user in users:
        torch.testing.assert_close(user.weight, before * 2)
    assert_same(module(*x), doubled)
    with pytest.raises(ValueError, match="does not have a parameter"):  # it is the owner's
        register_parametrization(users[0], "weight", Doubled())


@pytest.mark.parametrize("name", WEIGHED)
def test_pruned_weights_stay_zero(name: str) -> None:
    _, module, x = sample(name)
    parts = weighed(module)
    for part in parts:
        prune.l1_unstructured(part, "weight", amount=0.5)
    optimizer = torch.optim.SGD(module.parameters(), lr=0.1)
    loss(module(*x)).backward()
    optimizer.step()
    result = module(*x)
    for part in parts:
        prune.remove(part, "weight")
        weight = cast("Tensor", part.weight)
        assert (weight == 0).sum() >= weight.numel() // 2
    assert_same(module(*x), result, **CLOSE)


@pytest.mark.parametrize("name", NAMES)
def test_an_average_of_weights_is_a_network_of_the_spec(name: str) -> None:
    net, module, x = sample(name)
    moving = cast("Any", get_ema_multi_avg_fn(0.75))
    average = AveragedModel(module, multi_avg_fn=moving, use_buffers=True)
    average.update_parameters(module)
    first = {path: value.clone() for path, value in module.state_dict().items()}
    gradients(module, module(*x))
    torch.optim.SGD(module.parameters(), lr=0.5).step()
    average.update_parameters(module)
    kept = average.module.state_dict()
    for path, value in module.state_dict().items():
        torch.testing.assert_close(kept[path], 0.75 * first[path] + 0.25 * value)
    again = net.to_torch(weights=kept).eval()
    assert_same(again(*x), average.eval()(*x))


def test_statistics_are_taken_anew_batch_by_batch() -> None:
    net = netc.loads(spec("[{conv1x1: 4, norm: batch}, {global_pool: avg}]"))
    module = net.to_torch()
    norm: Any = module.get_submodule("conv1.norm")
    batches = torch.randn(4, 8, 4, 8, 8, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        for count, batch in enumerate(batches, start=1):
            norm.momentum = 1 / count  # a mean of all so far: no spec has a place for the count of batches
            module(batch)
        seen = module.get_submodule("conv1.conv")(batches.flatten(0, 1))
    torch.testing.assert_close(module.state_dict()["conv1.norm.running_mean"], seen.mean((0, 2, 3)))


def test_a_convolution_takes_its_norm_in() -> None:
    _, module, x = sample("residual")
    module(*x)
    module.eval()
    expected = module(*x)
    fused = 0
    for part in parts(module).values():
        conv, norm = getattr(part, "conv", None), getattr(part, "norm", None)
        if isinstance(conv, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
            part.conv, part.norm = fusion.fuse_conv_bn_eval(conv, norm), nn.Identity()
            fused += 1
    assert fused > 3
    assert_same(module(*x), expected, **CLOSE)


def test_batch_norms_become_synchronised_ones_under_the_same_names() -> None:
    _, module, x = sample("residual")
    module.eval()
    convert = cast("Any", nn.SyncBatchNorm.convert_sync_batchnorm)  # torch leaves its result untyped
    changed: Any = convert(copy.deepcopy(module))
    norms = [part for part in parts(changed).values() if isinstance(part, nn.SyncBatchNorm)]
    assert len(norms) == sum(isinstance(part, nn.BatchNorm2d) for part in parts(module).values()) > 3
    assert list(changed.state_dict()) == list(module.state_dict())
    assert_same(changed(*x), module(*x))


def test_checkpoints_go_on_where_they_were() -> None:
    _, module, x = sample("shared")
    optimizer = torch.optim.AdamW(module.parameters(), lr=0.01)

    def step(module: nn.Module, optimizer: torch.optim.Optimizer) -> float:
        total = named(module(*x))["output"].square().sum()
        optimizer.zero_grad()
        total.backward()
        optimizer.step()
        return total.item()

    step(module, optimizer)
    file = io.BytesIO()
    torch.save({"module": module.state_dict(), "optimizer": optimizer.state_dict()}, file)
    file.seek(0)
    kept = torch.load(file, weights_only=True)
    again = sample("shared", seed=9).module
    again.load_state_dict(kept["module"])
    other = torch.optim.AdamW(again.parameters(), lr=0.01)
    other.load_state_dict(kept["optimizer"])
    assert [step(again, other) for _ in range(2)] == [step(module, optimizer) for _ in range(2)]
