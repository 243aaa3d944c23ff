"""Where the weights of a module lie whose graph is only a part of what was written."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import netc
from netc.compiler import Compilation
from netc_torch import backend
from netc_torch.inference import Renamed
from tests.elaborate.specs import spec
from tests.netc_torch.emitted import network, outputs

SHARED = spec(
    """
    - {conv1x1: 4, name: first}
    - {conv1x1: 4, name: second, share: first, from: input}
    - {conv1x1: 4, name: third, share: first}
    """
)


def assert_same(one: torch.nn.Module, other: torch.nn.Module) -> None:
    """The same outputs in evaluation."""
    x = torch.randn(2, 4, 8, 8, generator=torch.Generator().manual_seed(0))
    found, right = outputs(one.eval(), [x]), outputs(other.eval(), [x])
    assert list(found) == list(right)
    for name, value in right.items():
        torch.testing.assert_close(found[name], value, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("layers", "keys"),
    [
        ("- {conv: 4, kernel: 1, norm: batch, name: a}", ["a.conv.weight", "a.conv.bias"]),
        (
            "- {conv: 4, kernel: 1, name: a}\n- {norm: batch, name: b}\n- {scale: 2, name: c}",
            ["a.weight", "a.bias"],
        ),
        (
            "- {layers: [{conv: 4, kernel: 1, name: a}], name: block}\n- {norm: batch, name: b}",
            ["b.weight", "b.bias"],
        ),
        (
            "- {conv: 4, kernel: 1, name: a}\n- {layers: [{norm: batch, name: b}], name: block}",
            ["block.b.weight", "block.b.bias"],
        ),
        ("- {norm: batch, name: b}\n- {conv: 4, kernel: 1, name: a}", ["a.weight", "a.bias"]),
    ],
)
def test_folded_weights_lie_beside_their_op_or_where_they_lay(layers: str, keys: list[str]) -> None:
    net = netc.loads(spec(layers))
    plain, fast = net.to_torch(), net.to_torch(optimize=True)
    assert list(fast.state_dict()) == keys
    assert_same(fast, plain)


def test_what_is_one_weight_stays_one() -> None:
    net = netc.loads(
        spec(
            "- {conv: 4, kernel: 1, norm: batch, name: a}\n- {conv: 4, kernel: 1, repeat: 2, share: true, name: loop}"
        )
    )
    fast = net.to_torch(optimize=True)
    assert list(fast.state_dict()) == ["a.conv.weight", "a.conv.bias", "loop.0.weight", "loop.0.bias"]
    assert fast.get_parameter("loop.0.weight") is fast.get_submodule("loop.1").weight
    assert_same(fast, net.to_torch())


def test_a_dict_stays_a_dict() -> None:
    net = netc.loads(
        spec("- {conv: 4, kernel: 1}\n- {head: aux, layers: [flatten, {linear: 2}], train_only: true}")
    )
    x = torch.zeros(1, 4, 8, 8)
    assert list(net.to_torch().eval()(x)) == list(net.to_torch(optimize=True)(x)) == ["output"]
    assert net.to_torch(outputs="conv1", optimize=True)(x).shape == (1, 4, 8, 8)


@pytest.mark.parametrize("optimize", [False, True])
def test_weights_of_what_is_gone_are_the_first_user_s(optimize: bool) -> None:
    net = netc.loads(SHARED)
    part = net.to_torch(outputs=["second", "third"], optimize=optimize)
    assert list(part.state_dict()) == ["second.weight", "second.bias"]
    assert part.get_parameter("second.weight") is part.get_submodule("third").weight
    whole = net.to_torch()
    x = torch.randn(2, 4, 8, 8)
    torch.testing.assert_close(part(x)["third"], whole(x))


def test_so_they_are_in_source() -> None:
    net = netc.loads(SHARED)
    compilation = Compilation(net.graph, net.text, "0", outputs=("third",))
    written = network(backend.source(compilation.chosen()))
    part = net.to_torch(outputs="third")
    assert list(written.state_dict()) == list(part.state_dict()) == ["second.weight", "second.bias"]
    written.load_state_dict(part.state_dict())
    assert_same(written, part)


def test_renamed_weights() -> None:
    numbers = {"a": np.ones(1, np.float32), "b": np.zeros(2, np.float32)}
    renamed = Renamed(numbers, {"c": "a"})
    assert (list(renamed), len(renamed)) == (["c", "b"], 2)
    assert renamed["c"] is numbers["a"]
    assert renamed["b"] is numbers["b"]
