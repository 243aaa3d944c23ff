"""`to_torch(optimize=True)`: a module for inference."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path

import pytest
import torch

import netc
from netc.passes import optimize
from tests.netc_torch.emitted import images, outputs

ROOT = Path(__file__).resolve().parents[2]
NETS = ("crnn", "darknet19", "dcgan_generator", "densenet", "googlenet_torchvision", "mobilenet_v1", "photo")


@pytest.mark.parametrize("name", [*NETS, "siamese", "unet_any_size", "wide_resnet_cifar"])
def test_it_computes_what_the_module_does_in_evaluation(name: str) -> None:
    net = netc.load(ROOT / f"specs/{name}.yaml")
    plain = net.to_torch().eval()
    chance = torch.Generator().manual_seed(0)
    for path, value in plain.state_dict().items():
        if path.endswith("running_mean"):
            value.normal_(0, 0.1, generator=chance)
        if path.endswith("running_var"):
            value.uniform_(0.5, 1.5, generator=chance)
    fast = net.to_torch(weights=plain.state_dict(), optimize=True)
    assert not fast.training
    assert len(fast.state_dict()) == len(optimize(net.graph).parameters)
    x = images(net)
    right = outputs(plain, x)
    for module in (fast, copy.deepcopy(fast), pickle.loads(pickle.dumps(fast))):
        found = outputs(module, x)
        assert list(found) == list(right)
        for output, value in right.items():
            # Folds round each weight once: some units in the last place of float32 a layer.
            assert (found[output] - value).abs().max() <= 1e-5 * value.abs().max()


def test_its_keys_are_those_of_the_weights_that_are_left() -> None:
    net = netc.loads("""
netc: 1
input: [3, 8, 8]
layers:
  - {conv: 4, kernel: 3, norm: batch, act: relu, name: stem}
  - {conv: 4, kernel: 1, name: plain}
  - {norm: batch, name: after}
  - {dropout: 0.5}
""")
    fast = net.to_torch(optimize=True)
    assert list(fast.state_dict()) == ["stem.conv.weight", "stem.conv.bias", "plain.weight", "plain.bias"]
    assert not any(isinstance(module, torch.nn.BatchNorm2d | torch.nn.Dropout) for module in fast.modules())
