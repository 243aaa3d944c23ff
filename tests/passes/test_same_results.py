"""Passes change no result: the graph as written and the optimised one agree in float64."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import netc
from netc.errors import SpecError
from netc.graph.verify import verify
from netc.passes import PASSES, optimize
from tests.parity.runs import feeds
from tests.parity.specs import spec as drawn_spec
from tests.passes.doubles import worst
from tests.zoo.networks import SPECS

TOLERANCE = 1e-9
"""Float64 leaves some 1e-15 after one layer; float32 anywhere on the way would leave 1e-7."""

AMOUNTS = st.sampled_from(
    ({}, {"padding": 1}, {"padding": [[0, 1], [2, 0]]}, {"stride": 2}, {"bias": True}, {"bias": False})
)


def convolution(channels: int, kernel: int, groups: int, more: dict[str, Any]) -> dict[str, Any]:
    return {"conv": channels, "kernel": kernel, "groups": groups, **more}


def transposed(channels: int, groups: int) -> dict[str, Any]:
    return {"conv_transpose": channels, "kernel": 3, "stride": 2, "groups": groups}


ONE_OR_TWO = st.sampled_from((1, 1, 2))
CONVOLUTIONS = st.builds(convolution, st.sampled_from((2, 4, 6)), st.integers(1, 3), ONE_OR_TWO, AMOUNTS)
TRANSPOSED = st.builds(transposed, st.sampled_from((2, 4)), ONE_OR_TWO)
OTHERS = st.sampled_from(
    (
        {"norm": "batch"},
        {"norm": "batch"},
        {"norm": "batch", "affine": False},
        {"scale": 0.5},
        {"normalize": {"mean": 0.5, "std": 0.25}},  # exact in float32, in which the module has them
        {"normalize": {"std": [0.5, 1, 2, 4]}},
        {"pad": 1},
        {"pad": [[0, 2], [1, 0]]},
        {"pad": 1, "mode": "reflect"},
        {"dropout": 0.5},
        {"act": "relu"},
        {"act": "relu6"},
        {"permute": [0, 2, 1]},
        {"depthwise": 3, "padding": 1},
        {"local": 2, "kernel": 2},
        {"linear": 4, "axis": "channels"},
        {"linear": 4, "axis": "last"},
        {"flatten": 1},
        {"reshape": [4, -1]},
        "flatten",
        {"crop": 1},
        {"upsample": 1},
        {"repeat": 2, "layers": [{"norm": "batch"}]},
        {"residual": [{"norm": "batch"}]},
        {"branches": [[{"norm": "batch"}], [{"scale": 2}]]},
    )
)
ALONE = st.one_of(CONVOLUTIONS, CONVOLUTIONS, TRANSPOSED, OTHERS, OTHERS).map(lambda layer: (layer,))
PADDED: dict[str, Any] = {"conv": 4, "kernel": 3, "padding": 1}
PAIRS: tuple[tuple[Any, ...], ...] = (
    ({"normalize": {"mean": 0.5}}, PADDED),
    ({"norm": "batch"}, PADDED),
    ({"norm": "batch"}, {"conv": 4, "kernel": 2, "groups": 2}),
    ({"linear": 4, "axis": "last"}, {"norm": "batch"}),
    ({"scale": 2}, {"linear": 3, "axis": "last"}),
    ({"pad": 1, "mode": "reflect"}, PADDED),
    ({"pad": 1, "mode": {"constant": 2}}, PADDED),
    ({"act": "tanh"}, {"act": "relu"}),
    ({"conv": 4, "kernel": 1}, {"residual": [{"norm": "batch"}]}),
    ({"scale": 2}, {"residual": [PADDED]}),
)
LAYERS = st.lists(st.one_of(ALONE, ALONE, st.sampled_from(PAIRS)), max_size=6).map(
    lambda parts: [layer for part in parts for layer in part]
)
"""Layers that folds may join, and pairs that they must not, or not as one would think."""


def chain(layers: list[Any]) -> netc.Network:
    """The network of those layers, one after the other, that fit what is before them."""
    kept: list[Any] = [{"dropout": 0}]
    network = None
    for layer in (None, *layers):
        tried = kept if layer is None else [*kept, layer]
        try:
            network = netc.loads(json.dumps({"netc": 1, "input": [4, 7, 7], "layers": tried}))
        except SpecError:
            continue
        kept = tried
    assert network is not None
    return network


def inputs(network: netc.Network, seed: int) -> dict[str, Any]:
    made = feeds(network, {}, 2, np.random.default_rng(seed))
    return {name: array.astype(np.float64) for name, array in made.items()}


@pytest.mark.parametrize("pair", PAIRS)
def test_pairs_change_no_result(pair: tuple[Any, ...]) -> None:
    network = chain(list(pair))
    assert len(network.graph.nodes) > len(pair), "a layer was refused"
    assert worst(network.graph, inputs(network, 0), 0) < TOLERANCE


@settings(max_examples=40)
@given(LAYERS, st.integers(0, 9))
def test_folds_change_no_result(layers: list[Any], seed: int) -> None:
    network = chain(layers)
    assert worst(network.graph, inputs(network, seed), seed) < TOLERANCE


@given(LAYERS)
@settings(max_examples=60)
def test_every_law_of_graphs_holds_between_passes(layers: list[Any]) -> None:
    graph = chain(layers).graph
    for rewrite in PASSES:
        graph = rewrite(graph)
        verify(graph)
        assert rewrite(graph) is graph
    made = optimize(graph)
    assert optimize(made) is made


@pytest.mark.parametrize("seed", range(12))
def test_specs_of_the_campaign_keep_every_law_and_output(seed: int) -> None:
    network = netc.loads(drawn_spec(seed).text)
    made = optimize(network.graph)
    verify(made)
    assert [output.name for output in made.outputs] == [
        output.name for output in network.graph.outputs if not output.train_only
    ]
    assert len(made.nodes) <= len(network.graph.evaluated)


@pytest.mark.parametrize("name", ["resnet_cifar", "dcgan_generator", "shufflenet_v2", "tcn"])
def test_networks_of_the_zoo_give_the_same(name: str) -> None:
    network = netc.load(SPECS / f"{name}.yaml")
    assert not any(type(node.op).__name__ == "BatchNorm" for node in optimize(network.graph).nodes)
    sizes = dict.fromkeys(network.graph.facts, 40)
    made = feeds(network, sizes, 1, np.random.default_rng(0))
    assert worst(network.graph, {key: array.astype(np.float64) for key, array in made.items()}, 0) < TOLERANCE
