"""Any named value as an output: the network as a maker of features."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

import netc
from netc.graph.verify import verify
from netc.passes import optimize
from netc.passes.outputs import with_outputs
from tests.elaborate.specs import spec, written
from tests.netc_onnx.networks import Session

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netc.graph import Graph

SPECS = Path(__file__).parents[2] / "specs"

LAYERS = """
- {conv: 4, kernel: 3, padding: same, norm: batch, act: relu, name: stem}
- repeat: 2
  name: stage
  layers: [{residual: [{conv: 4, kernel: 3, padding: same, norm: batch}], name: unit}]
- {head: aux, layers: [flatten, {linear: 5}], train_only: true}
- {branches: {1x1: [{conv1x1: 2, norm: batch}, {act: relu}], pool: [{conv1x1: 3}]}, name: mix}
- {conv1x1: 6, name: once}
- {conv1x1: 6, name: again}
- {conv1x1: 6, name: shared, share: again}
- {global_pool: avg}
- {linear: 3, name: logits}
"""


def network() -> netc.Network:
    """A network with scopes, a repeat, branches, a head for training and shared weights."""
    return netc.loads(spec(LAYERS, "input: [4, 8, 8]\noutputs: {scores: logits}"))


def kept(*names: str) -> Graph:
    """The graph of these outputs, of which every invariant holds."""
    graph = with_outputs(network().graph, names)
    verify(graph)
    return graph


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("stem", "stem.act"),
        ("stem.norm", "stem.norm"),
        ("stem.conv", "stem.conv"),
        ("stage", "stage.1.unit"),
        ("stage.0", "stage.0.unit"),
        ("stage.0.unit", "stage.0.unit"),
        ("stage.1.unit.conv1", "stage.1.unit.conv1.norm"),
        ("mix", "mix"),
        ("mix.1x1", "mix.1x1.act1"),
        ("mix.1x1.conv1", "mix.1x1.conv1.norm"),
        ("mix.pool", "mix.pool.conv1"),
        ("scores", "logits"),
        ("logits", "logits"),
    ],
)
def test_a_name_is_of_an_output_a_layer_a_scope_or_an_op_in_a_layer(name: str, path: str) -> None:
    (output,) = kept(name).outputs
    assert (output.name, output.value.path, output.train_only) == (name, path, False)


def test_outputs_are_in_the_order_asked_for_and_two_names_may_mean_one_value() -> None:
    graph = kept("stage", "stem", "stage.1")
    assert [(output.name, output.value.path) for output in graph.outputs] == [
        ("stage", "stage.1.unit"),
        ("stem", "stem.act"),
        ("stage.1", "stage.1.unit"),
    ]
    assert graph.outputs[0].value is graph.outputs[2].value


def test_what_no_output_needs_is_gone_with_its_parameters() -> None:
    graph = kept("stage.0")
    assert [node.path for node in graph.nodes] == [
        *("stem.conv", "stem.norm", "stem.act"),
        *("stage.0.unit.conv1.conv", "stage.0.unit.conv1.norm", "stage.0.unit"),
    ]
    assert {path.rpartition(".")[0] for path in graph.parameters} == {
        *("stem.conv", "stem.norm", "stage.0.unit.conv1.conv", "stage.0.unit.conv1.norm"),
    }


def test_the_inputs_stay() -> None:
    net = netc.loads(
        spec(
            """
            - {linear: 2, from: left, name: a}
            - {linear: 2, from: right, name: b}
            - {merge: add, from: [a, b]}
            """,
            "inputs: {left: [3], right: [4]}",
        )
    )
    module = net.to_torch(outputs="b")
    assert list(module.state_dict()) == ["b.weight", "b.bias"]
    assert module(torch.zeros(2, 3), torch.zeros(2, 4)).shape == (2, 2)


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ([], "name one value at least"),
        (["stems"], "there is no value `stems`; did you mean `stem`?"),
        (["mix.3x3"], "there is no value `mix.3x3`; did you mean `mix.1x1`?"),
        (["zzzzz"], "there is no value `zzzzz`"),
        ([""], "there is no value ``"),
        (["stem:0"], "there is no value `stem:0`; did you mean `stem`?"),
        (["stem.conv.weight"], "there is no value `stem.conv.weight`; did you mean `stem.conv`?"),
        (["stem", "mix", "stem"], "`stem` is named 2 times"),
        (["input"], "`input` is an input: whoever feeds it has it"),
        (["aux"], "`aux` exists in training alone"),
        (["aux.linear1"], "`aux.linear1` exists in training alone"),
        (["aux.linear2"], "there is no value `aux.linear2`"),
        (
            ["mix", "mix", "aux", "no", "input", "mixed"],
            """
            `mix` is named 2 times
              `aux` exists in training alone
              there is no value `no`
              `input` is an input: whoever feeds it has it
              there is no value `mixed`; did you mean `mix`?
            """,
        ),
    ],
)
def test_every_name_that_cannot_be_an_output_is_told_at_once(names: list[str], message: str) -> None:
    with pytest.raises(netc.OutputsError) as caught:
        with_outputs(network().graph, names)
    assert str(caught.value) == f"these cannot be outputs:\n  {written(message)}"
    assert caught.value.problems == [line.strip() for line in written(message).splitlines()]


def heard(net: netc.Network, paths: list[str], x: torch.Tensor) -> dict[str, torch.Tensor]:
    """What submodules of the whole network in evaluation return."""
    module, found = net.to_torch(seed=3).eval(), dict[str, torch.Tensor]()

    def listen(path: str) -> None:
        def hook(_module: object, _inputs: object, result: torch.Tensor) -> None:
            found[path] = result.clone()  # what comes next may write where it was

        module.get_submodule(path).register_forward_hook(hook)

    for path in paths:
        listen(path)
    with torch.no_grad():
        module(x)
    return found


def test_the_values_are_those_that_hooks_see_in_the_whole_network(tmp_path: Path) -> None:
    net = network()
    names = ["mix.1x1", "stage.0.unit", "stem.norm", "mix", "stem", "shared"]
    x = torch.randn(2, 4, 8, 8, generator=torch.Generator().manual_seed(0))
    right = heard(net, names, x)
    with torch.no_grad():
        found = net.to_torch(seed=3, outputs=names).eval()(x)
    assert list(found) == names
    for name in names:
        assert torch.equal(found[name], right[name]), name
    net.to_onnx(tmp_path / "features.onnx", seed=3, outputs=names)
    session = Session.of(str(tmp_path / "features.onnx"))
    made = session.run({"input": x.numpy()})
    assert list(made) == names
    for name in names:
        np.testing.assert_allclose(made[name], right[name].numpy(), rtol=1e-4, atol=1e-5, err_msg=name)


def test_one_name_gives_a_tensor_and_several_a_dict() -> None:
    net, x = network(), torch.zeros(1, 4, 8, 8)
    assert net.to_torch(outputs="stage")(x).shape == (1, 4, 8, 8)
    assert net.to_torch(outputs=["stage"])(x).shape == (1, 4, 8, 8)
    assert set(net.to_torch(outputs=["stage", "mix"])(x)) == {"stage", "mix"}


def test_an_output_between_a_layer_and_its_norm_keeps_the_norm() -> None:
    graph = optimize(kept("stem.conv", "stem"))
    assert [node.path for node in graph.nodes] == ["stem.conv", "stem.norm", "stem.act"]
    alone = optimize(kept("stem"))
    assert [node.path for node in alone.nodes] == ["stem.norm", "stem.act"]


def test_weights_are_those_of_the_whole_network() -> None:
    net = network()
    state = net.to_torch(seed=5).state_dict()
    part = net.to_torch(weights=state, outputs=["stage"])
    assert_part(part.state_dict(), state)
    assert_part(net.to_torch(seed=5, outputs=["stage"]).state_dict(), state)
    with pytest.raises(netc.WeightsError) as caught:
        net.to_torch(weights=part.state_dict(), outputs=["stage"])
    assert "`logits.weight` (3×6) is missing" in caught.value.problems


def assert_part(some: Mapping[str, Any], whole: Mapping[str, Any]) -> None:
    """``some`` are the first of ``whole``."""
    assert list(some) == list(whole)[: len(some)]
    assert len(some) < len(whole)
    for path, value in some.items():
        assert torch.equal(value, whole[path]), path


def test_weights_of_a_layer_that_is_left_out_are_its_users_own() -> None:
    net = netc.loads(
        spec(
            """
            - {conv1x1: 4, name: first}
            - {conv1x1: 4, name: second, share: first, from: input}
            """
        )
    )
    whole, part = net.to_torch(seed=1), net.to_torch(seed=1, outputs="second")
    assert list(part.state_dict()) == ["second.weight", "second.bias"]
    x = torch.randn(1, 4, 8, 8)
    assert torch.equal(part(x), whole(x))


def test_a_network_with_a_head_for_training_gives_a_tensor_for_the_one_output_asked_for() -> None:
    module = netc.load(SPECS / "googlenet.yaml").to_torch(outputs=["inception4a"])
    assert not [path for path in module.state_dict() if "aux" in path or "inception4b" in path]
    with torch.no_grad():
        assert module(torch.zeros(1, 3, 224, 224)).shape == (1, 512, 14, 14)
