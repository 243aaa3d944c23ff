"""Both sides of a comparison are the same network."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch
from torch import nn

from benchmarks.handwritten import GoogLeNet
from benchmarks.pairs import (
    EXPORTED,
    GOOGLENET,
    MOBILENET,
    RESNET50,
    Pair,
    carry_weights,
    equals,
    image,
    logits,
    parameter_count,
)

PARAMETERS = {
    "LeNet": 61_706,
    "GoogLeNet": 13_004_888,
    "ResNet-50": 25_557_032,
    "MobileNetV2": 3_504_872,
    "DenseNet-121": 7_978_856,
    "VGG-16": 138_357_544,
}
"""As torchvision publishes them, GoogLeNet's with its auxiliary classifiers; LeNet's is the paper's sizes."""


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Tests run side by side: threads of each would wait for one another's."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.mark.parametrize("pair", EXPORTED, ids=[pair.name for pair in EXPORTED])
def test_by_hand_and_by_spec_are_equal(pair: Pair) -> None:
    compiled, by_hand = equals(pair)  # which compares what they compute
    assert parameter_count(by_hand) == PARAMETERS[pair.name]
    x, classes = image(1, pair.shape), 10 if pair.name == "LeNet" else 1000
    assert logits(compiled, x).shape == logits(by_hand, x).shape == (1, classes)


def test_googlenets_auxiliary_classifiers_are_equal_too() -> None:
    torch.manual_seed(0)
    by_hand = GoogLeNet()
    compiled = GOOGLENET.load().to_torch()
    carry_weights(by_hand, compiled)
    for module in (*compiled.modules(), *by_hand.modules()):
        if isinstance(module, nn.Dropout):
            module.p = 0.0
    with torch.no_grad():
        expected = by_hand(image(2))
        found = compiled(image(2))
    for name, value in zip(("output", "aux1", "aux2"), expected, strict=True):
        torch.testing.assert_close(found[name], value, rtol=1e-3, atol=1e-4)


def test_what_is_compared_depends_on_the_image_and_on_every_weight() -> None:
    compiled, by_hand = equals(MOBILENET)
    with torch.no_grad():
        before = logits(by_hand, image(2))
        assert (before[0] - before[1]).abs().max() > 0.1
        next(by_hand.parameters()).mul_(1.1)
        assert (logits(by_hand, image(2)) - logits(compiled, image(2))).abs().max() > 0.01


def test_networks_that_differ_are_refused() -> None:
    with pytest.raises(ValueError, match="ResNet-50 has 25,557,032 and 3,504,872 parameters"):
        equals(Pair(RESNET50.name, RESNET50.spec, MOBILENET.by_hand))
    with pytest.raises(ValueError, match="2 tensors do not fit 2, or not in this order"):
        carry_weights(nn.Linear(2, 3), nn.Linear(3, 2))
