"""Shared and frozen parameters, from specs to modules."""

from __future__ import annotations

import copy
import io
import pickle
from pathlib import Path
from typing import Any, cast

import pytest
import torch
from torch import nn

import netc
from netc.graph import Graph
from netc_torch.modules.norms import FrozenBatchNorm
from tests.elaborate.specs import spec
from tests.elaborate.tied import TIED, owners, spread, tied, untied
from tests.netc_torch.networks import compiled


def feeds(graph: Graph, batch: int = 3) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    shapes: list[Any] = [(batch, *value.type.shape) for value in graph.inputs]
    return [torch.randn(shape, generator=generator) for shape in shapes]


def results(module: Any, inputs: list[torch.Tensor]) -> list[torch.Tensor]:
    """The outputs, whether one or several."""
    made = module(*inputs)
    return list(cast("dict[str, torch.Tensor]", made).values()) if isinstance(made, dict) else [made]


def twins(name: str) -> tuple[Graph, Any, Any]:
    """A network that shares, and its twin with the same numbers, both in evaluation and float64."""
    graph = tied(name)
    module = compiled(graph).eval().double()
    twin = compiled(untied(name)).eval().double()
    twin.load_state_dict(spread(module.state_dict(), graph, twin.state_dict()))
    return graph, module, twin


@pytest.mark.parametrize("name", TIED)
def test_a_network_that_shares_is_its_twin_with_the_same_numbers(name: str) -> None:
    graph, module, twin = twins(name)
    inputs = [x.double() for x in feeds(graph)]
    assert list(module.state_dict()) == list(graph.parameters)
    trained = [path for path, parameter in graph.parameters.items() if parameter.type.trainable]
    assert [path for path, _ in module.named_parameters()] == trained
    for made, expected in zip(results(module, inputs), results(twin, inputs), strict=True):
        torch.testing.assert_close(made, expected)


@pytest.mark.parametrize("name", TIED)
def test_the_gradient_is_the_sum_over_all_users(name: str) -> None:
    graph, module, twin = twins(name)
    inputs = [x.double() for x in feeds(graph)]
    for one in (module, twin):
        torch.stack([y.square().sum() for y in results(one, inputs)]).sum().backward()
    owner = owners(graph)
    expected: dict[str, Any] = {}
    for path, parameter in twin.named_parameters():
        expected[owner[path]] = expected.get(owner[path], 0) + parameter.grad
    found = {path: parameter.grad for path, parameter in module.named_parameters()}
    assert found.keys() == expected.keys()
    for path, gradient in found.items():
        torch.testing.assert_close(gradient, expected[path])


def test_one_step_moves_owner_and_users_alike() -> None:
    graph = tied("two towers")
    module = compiled(graph).train()
    left, right = feeds(graph)
    optimizer = torch.optim.AdamW(module.parameters(), lr=0.1)
    module(left, right).square().sum().backward()
    optimizer.step()
    assert len(optimizer.param_groups[0]["params"]) == len(list(module.parameters()))
    module.eval()
    torch.testing.assert_close(module(left, left), torch.zeros_like(module(left, left)))


def pickled(module: Any) -> Any:
    return pickle.loads(pickle.dumps(module))


def saved(module: Any) -> Any:
    file = io.BytesIO()
    torch.save(module, file)
    file.seek(0)
    return torch.load(file, weights_only=False)


@pytest.mark.parametrize("copied", [copy.deepcopy, pickled, saved])
@pytest.mark.parametrize("name", ["two towers", "recurrent layers", "attention"])
def test_copies_share_among_their_own(name: str, copied: Any) -> None:
    graph = tied(name)
    module = compiled(graph).eval()
    other = copied(module)
    inputs = feeds(graph)
    expected = results(module, inputs)
    assert list(other.state_dict()) == list(graph.parameters)
    for made, one in zip(results(other, inputs), expected, strict=True):
        torch.testing.assert_close(made, one)
    with torch.no_grad():
        for parameter in other.parameters():
            parameter.zero_()
    for made, one in zip(results(module, inputs), expected, strict=True):
        torch.testing.assert_close(made, one)
    assert sum(1 for _ in other.parameters()) == sum(1 for _ in module.parameters())


@pytest.mark.parametrize("name", ["two towers", "a recursive residual", "recurrent layers"])
def test_torch_compile_takes_the_whole_graph(name: str) -> None:
    graph = tied(name)
    module = compiled(graph).eval()
    whole = torch.compile(module, backend="eager", fullgraph=True)
    inputs = feeds(graph)
    torch.testing.assert_close(results(whole, inputs), results(module, inputs))


def test_weights_are_loaded_by_the_owners_paths(tmp_path: Path) -> None:
    net = netc.loads(spec(TIED["two towers"][1], TIED["two towers"][0]))
    assert next(iter(net.parameters)) == "l.conv1.conv.weight"
    assert not any(path.startswith("r.") for path in net.parameters)
    given = {path: torch.randn(type_.shape).abs() for path, type_ in net.parameters.items()}
    net.to_safetensors(tmp_path / "weights.safetensors", weights=given)
    for weights in (given, tmp_path / "weights.safetensors"):
        module = net.to_torch(weights=weights)
        assert all(torch.equal(value, given[path]) for path, value in module.state_dict().items())
    with pytest.raises(netc.WeightsError, match=r"r\.conv1\.conv\.weight"):
        net.to_torch(weights={**given, "r.conv1.conv.weight": given["l.conv1.conv.weight"]})


def test_the_seed_is_the_owners() -> None:
    layers = "[{conv1x1: 4, name: a}, {conv1x1: 4, name: b}]"
    alone = netc.loads(spec(layers)).to_torch(seed=5).state_dict()
    shared = netc.loads(spec(layers.replace("name: b", "name: b, share: a"))).to_torch(seed=5).state_dict()
    assert torch.equal(shared["a.weight"], alone["a.weight"])
    assert not torch.equal(shared["a.weight"], alone["b.weight"])


def test_shared_statistics_are_one_set_that_every_user_moves() -> None:
    net = netc.loads(
        spec("[{norm: batch, momentum: 0.5, name: n}, {scale: 3}, {norm: batch, momentum: 0.5, share: n}]")
    )
    module: Any = net.to_torch().train()
    (x,) = feeds(net.graph)
    module(x)
    first = x.mean((0, 2, 3)) / 2  # the second user's mean is 0
    torch.testing.assert_close(module.n.running_mean, first / 2)
    assert module.norm2.running_mean is module.n.running_mean


FROZEN = """
- {conv: 4, kernel: 3, norm: batch, act: prelu, frozen: true}
- {norm: batch, affine: false, frozen: true}
- {norm: batch, name: last}
- {layers: [{global_pool: avg}, {norm: batch}, {linear: 2}], name: end, frozen: true}
"""


def test_what_is_frozen_asks_for_no_gradient_and_keeps_its_statistics() -> None:
    net = netc.loads(spec(FROZEN))
    module = net.to_torch().train()
    before = {path: value.clone() for path, value in module.state_dict().items()}
    optimizer = torch.optim.SGD([one for one in module.parameters() if one.requires_grad], lr=0.5)
    for _ in range(2):
        module(*feeds(net.graph)).square().sum().backward()
        optimizer.step()
    asked = [path for path, one in module.named_parameters() if one.requires_grad]
    assert asked == ["last.weight", "last.bias"]
    assert [path for path, value in module.state_dict().items() if not torch.equal(value, before[path])] == [
        "last.weight", "last.bias", "last.running_mean", "last.running_var",
    ]  # fmt: skip
    assert list(module.state_dict()) == list(net.parameters)


def test_a_frozen_batch_norm_computes_in_training_what_it_does_in_evaluation() -> None:
    text = "{norm: batch, eps: 0.01, frozen: %s}"
    for top in (
        "input: [4]",
        "input: [4, 8]",
        "input: [4, 3, 3, 3]",
        "input: {shape: [5, 4], layout: sequence}",
    ):
        net, plain = (netc.loads(spec(f"- {text % word}", top)) for word in ("true", "false"))
        numbers = {path: torch.rand(4) + 0.5 for path in net.parameters}
        frozen, thawed = net.to_torch(weights=numbers), plain.to_torch(weights=numbers).eval()
        inputs = feeds(net.graph)
        torch.testing.assert_close(frozen.train()(*inputs), thawed(*inputs))
        torch.testing.assert_close(frozen.eval()(*inputs), thawed(*inputs))


def test_nothing_that_looks_for_batch_norms_thaws_one() -> None:
    module: Any = netc.loads(spec("[{norm: batch, frozen: true}, {norm: batch}]")).to_torch()
    assert isinstance(module.norm1, FrozenBatchNorm)
    assert isinstance(module.norm2, nn.BatchNorm2d)
    convert = cast("Any", nn.SyncBatchNorm.convert_sync_batchnorm)  # torch leaves its result untyped
    changed = convert(copy.deepcopy(module))
    assert isinstance(changed.norm1, FrozenBatchNorm)
    state = module.state_dict()
    counted = {**state, "norm1.num_batches_tracked": torch.tensor(3)}
    assert module.load_state_dict(counted).unexpected_keys == []
    assert repr(module.norm1) == "norm(batch, frozen: true)"


def test_a_user_of_a_frozen_batch_norm_keeps_its_statistics_too() -> None:
    net = netc.loads(spec("[{norm: batch, frozen: true, name: n}, {conv1x1: 4}, {norm: batch, share: n}]"))
    module: Any = net.to_torch().train()
    module(*feeds(net.graph))
    assert torch.equal(module.n.running_mean, torch.zeros(4))
    assert module.norm2.running_mean is module.n.running_mean


def test_a_head_of_training_alone_trains_what_it_shares() -> None:
    layers = "[{conv1x1: 4, name: a}, {head: h, train_only: true, layers: [{conv1x1: 4, share: a}]}]"
    net = netc.loads(spec(layers))
    module: Any = net.to_torch().train()
    made = module(*feeds(net.graph))
    assert list(made) == ["output", "h"]
    made["h"].sum().backward()
    assert module.a.weight.grad is not None
    assert list(module.eval()(*feeds(net.graph))) == ["output"]
