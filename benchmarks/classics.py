"""LeNet-5, VGG-16 and DenseNet-121 as one writes them in PyTorch: what torch exports beside netc.

The networks are those of specs/lenet.yaml, vgg.yaml and densenet.yaml, their modules in the order in which
they run, as in benchmarks/handwritten.py.
"""

from __future__ import annotations

from typing import final

import torch
from torch import Tensor, nn


@final
class LeNet(nn.Sequential):
    """Gradient-Based Learning Applied to Document Recognition (LeCun et al., 1998), the usual variant."""

    def __init__(self, classes: int = 10) -> None:
        super().__init__(
            nn.Conv2d(1, 6, 5),
            nn.Tanh(),
            nn.AvgPool2d(2),
            nn.Conv2d(6, 16, 5),
            nn.Tanh(),
            nn.AvgPool2d(2),
            nn.Conv2d(16, 120, 5),
            nn.Tanh(),
            nn.Flatten(),
            nn.Linear(120, 84),
            nn.Tanh(),
            nn.Linear(84, classes),
        )


@final
class VGG16(nn.Module):
    """Very Deep Convolutional Networks (Simonyan and Zisserman, 2014), Table 1, D: VGG-16."""

    ROWS = ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3))
    """Channels, and how many convolutions before the map is halved."""

    def __init__(self, classes: int = 1000) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        in_channels = 3
        for channels, count in self.ROWS:
            for _ in range(count):
                layers += [nn.Conv2d(in_channels, channels, 3, padding=1), nn.ReLU(inplace=True)]
                in_channels = channels
            layers.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Sequential(
            nn.Linear(512 * 7 * 7, 4096),
            nn.ReLU(inplace=True),
            nn.Dropout(),
            nn.Linear(4096, 4096),
            nn.ReLU(inplace=True),
            nn.Dropout(),
            nn.Linear(4096, classes),
        )

    def forward(self, x: Tensor) -> Tensor:
        """``[N, 3, 224, 224]`` to logits ``[N, classes]``."""
        logits: Tensor = self.classifier(torch.flatten(self.features(x), 1))
        return logits


class DenseLayer(nn.Module):
    """Batch norm, ReLU, 1×1; batch norm, ReLU, 3×3; its result after all that it read."""

    def __init__(self, in_channels: int, growth: int) -> None:
        super().__init__()
        self.new = nn.Sequential(
            nn.BatchNorm2d(in_channels),
            nn.ReLU(inplace=True),
            nn.Conv2d(in_channels, 4 * growth, 1, bias=False),
            nn.BatchNorm2d(4 * growth),
            nn.ReLU(inplace=True),
            nn.Conv2d(4 * growth, growth, 3, padding=1, bias=False),
        )

    def forward(self, x: Tensor) -> Tensor:
        """``[N, C, H, W]`` to ``[N, C + growth, H, W]``."""
        return torch.cat([x, self.new(x)], 1)


@final
class DenseNet121(nn.Module):
    """Densely Connected Convolutional Networks (Huang et al., 2016), Table 1, as torchvision builds it."""

    def __init__(self, classes: int = 1000, growth: int = 32) -> None:
        super().__init__()
        layers: list[nn.Module] = [
            nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False),
            nn.BatchNorm2d(64),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(3, stride=2, padding=1),
        ]
        channels = 64
        for index, count in enumerate((6, 12, 24, 16)):
            if index:
                layers += self.transition(channels)
                channels //= 2
            for _ in range(count):
                layers.append(DenseLayer(channels, growth))
                channels += growth
        layers += [nn.BatchNorm2d(channels), nn.ReLU(inplace=True), nn.AdaptiveAvgPool2d((1, 1))]
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Linear(channels, classes)

    @staticmethod
    def transition(channels: int) -> list[nn.Module]:
        """What halves the channels and the map."""
        return [
            nn.BatchNorm2d(channels),
            nn.ReLU(inplace=True),
            nn.Conv2d(channels, channels // 2, 1, bias=False),
            nn.AvgPool2d(2),
        ]

    def forward(self, x: Tensor) -> Tensor:
        """``[N, 3, 224, 224]`` to logits ``[N, classes]``."""
        logits: Tensor = self.classifier(torch.flatten(self.features(x), 1))
        return logits
