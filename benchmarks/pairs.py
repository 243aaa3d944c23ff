"""Each network twice, by spec and by hand, with the same weights: only equals are timed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor, nn

from benchmarks.classics import VGG16, DenseNet121, LeNet
from benchmarks.handwritten import GoogLeNet, MobileNetV2, ResNet50
from benchmarks.process import ROOT

if TYPE_CHECKING:
    import netc

IMAGE = (3, 224, 224)


class Pair(NamedTuple):
    """A network's name, its spec's path below the repository, what makes the module by hand, its input."""

    name: str
    spec: str
    by_hand: Callable[[], nn.Module]
    shape: tuple[int, ...] = IMAGE

    def load(self) -> netc.Network:
        """The spec's network."""
        import netc  # not where torch alone is measured

        return netc.load(ROOT / self.spec)


GOOGLENET = Pair("GoogLeNet", "specs/googlenet_torchvision.yaml", GoogLeNet)
RESNET50 = Pair("ResNet-50", "specs/resnet.yaml", ResNet50)
MOBILENET = Pair("MobileNetV2", "specs/mobilenet_v2.yaml", MobileNetV2)
LENET = Pair("LeNet", "specs/lenet.yaml", LeNet, (1, 32, 32))
DENSENET = Pair("DenseNet-121", "specs/densenet.yaml", DenseNet121)
VGG = Pair("VGG-16", "specs/vgg.yaml", VGG16)

PAIRS = (GOOGLENET, RESNET50, MOBILENET)
"""The networks whose modules are timed."""

EXPORTED = (LENET, GOOGLENET, RESNET50, MOBILENET, DENSENET, VGG)
"""The networks whose files are compared."""


def pair_of(name: str) -> Pair:
    """The pair of that name."""
    return next(pair for pair in EXPORTED if pair.name == name)


def carry_weights(source: nn.Module, target: nn.Module) -> None:
    """Copy parameters and buffers one by one, in their order, whatever their names.

    Raises ``ValueError`` where the two do not have the same number of them, or one differs in shape.
    ``num_batches_tracked``, a count that only an average over all batches needs, is left alone.
    """
    given, taking = state(source), state(target)
    if [value.shape for value in given] != [value.shape for value in taking]:
        raise ValueError(f"{len(given)} tensors do not fit {len(taking)}, or not in this order")
    with torch.no_grad():
        for value, own in zip(given, taking, strict=True):
            own.copy_(value)


def state(module: nn.Module) -> list[Tensor]:
    """A module's parameters and buffers in order, without the counts of batches."""
    return [value for name, value in module.state_dict().items() if not name.endswith("num_batches_tracked")]


def parameter_count(module: nn.Module) -> int:
    """How many numbers train."""
    return sum(parameter.numel() for parameter in module.parameters())


def logits(module: nn.Module, x: Tensor) -> Tensor:
    """A module's main output, whether it returns it alone or by name."""
    result = module(x)
    output: Tensor = result["output"] if isinstance(result, dict) else result
    return output


def equals(pair: Pair) -> tuple[nn.Module, nn.Module]:
    """The module of the spec and the one by hand, in evaluation, known to agree.

    Raises ``ValueError`` where they differ in their parameters or in what they compute.
    """
    compiled, by_hand = pair.load().to_torch(), pair.by_hand()
    if parameter_count(compiled) != parameter_count(by_hand):
        counts = f"{parameter_count(compiled):,} and {parameter_count(by_hand):,}"
        raise ValueError(f"{pair.name} has {counts} parameters")
    settle_norms(compiled, image(2, pair.shape))
    carry_weights(compiled, by_hand)
    x = image(1, pair.shape)
    with torch.no_grad():
        found, expected = logits(compiled.eval(), x), logits(by_hand.eval(), x)
    near = 1e-3 * float(expected.abs().max())
    if not torch.allclose(found, expected, rtol=1e-3, atol=near):
        raise ValueError(f"{pair.name}'s outputs differ by up to {(found - expected).abs().max():.2g}")
    return compiled, by_hand


def settle_norms(module: nn.Module, images: Tensor) -> None:
    """Make batch norms expect what reaches them of some images, as after training.

    With first weights alone an image fades on its way through a deep network: outputs say nothing of it.
    """
    norms = [norm for norm in module.modules() if isinstance(norm, nn.BatchNorm2d)]
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.momentum = 1.0
    with torch.no_grad():
        module.train()(images)
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum


def image(batch: int, shape: tuple[int, ...] = IMAGE) -> Tensor:
    """The input that both sides are given: ``[batch, *shape]``, normal, always the same."""
    return torch.randn(batch, *shape, generator=torch.Generator().manual_seed(0))
