"""The same weights and images give the same outputs as the implementations that others publish."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from netc.network import Network
from tests.netc_onnx.networks import Session
from tests.zoo.formula import Array, formula_weights, line, owners
from tests.zoo.networks import DATA, PUBLISHED, Published, error, onnx_logits, torch_logits

TOLERANCE = 1e-4
"""Of the largest logit: sums in another order stay far below, a wrong pixel of padding far above."""

WITH_LOGITS = [published for published in PUBLISHED if published.logits is not None]


def images(net: Network) -> Array:
    """Three different ones, the published input first."""
    first = line(net.inputs["input"].shape)
    return np.stack([first, -first, np.zeros_like(first)])


@pytest.mark.parametrize("published", WITH_LOGITS, ids=[published.name for published in WITH_LOGITS])
def test_formula_weights_give_the_published_logits_in_both_backends(published: Published) -> None:
    net = published.load()
    weights = formula_weights(net.graph)
    module, session = net.to_torch(weights=weights), Session.of(net.compile("onnx", weights=weights))
    with np.load(DATA / "formula_logits.npz") as logits:
        right = logits[str(published.logits)]
    three = images(net)
    in_torch, in_onnx = torch_logits(module, three), onnx_logits(session, three)
    assert error(torch_logits(module, three[:1])[0], right) < TOLERANCE
    assert error(onnx_logits(session, three[:1])[0], right) < TOLERANCE
    assert error(in_torch[0], right) < TOLERANCE
    assert error(in_onnx, in_torch) < TOLERANCE
    assert error(in_torch[1:], in_torch[:1]) > 100 * TOLERANCE  # else the input hardly mattered


def test_the_formula_counts_the_layers_that_evaluation_runs() -> None:
    net = next(published for published in PUBLISHED if published.spec == "googlenet_torchvision").load()
    paths = [node.path for node in owners(net.graph)]
    assert paths[:4] == ["conv1.conv", "conv1.norm", "conv2.conv", "conv2.norm"]
    assert paths[-1] == "linear1"
    assert not any(path.startswith("aux") for path in paths)
    assert len(paths) == 2 * 57 + 1


@pytest.mark.parametrize(
    ("spec", "heads"), [("googlenet_torchvision", ["aux1", "aux2"]), ("inception_v3", ["aux"])]
)
def test_heads_for_training_are_there_in_training_alone(spec: str, heads: list[str]) -> None:
    net = next(published for published in PUBLISHED if published.spec == spec).load()
    module, session = net.to_torch(), Session.of(net.compile("onnx"))
    two = torch.from_numpy(images(net)[:2])
    with torch.no_grad():
        trained, evaluated = module.train()(two), module.eval()(two)
    assert {name: tuple(value.shape) for name, value in trained.items()} == dict.fromkeys(
        ["output", *heads], (2, 1000)
    )
    assert list(evaluated) == list(session.run({"input": two.numpy()})) == ["output"]
