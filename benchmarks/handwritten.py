"""GoogLeNet, ResNet-50 and MobileNetV2 as one writes them in PyTorch: what netc's modules are compared with.

The networks are those of specs/googlenet_torchvision.yaml, resnet.yaml and mobilenet_v2.yaml. Modules are
made in the order in which they run, so that the weights of either side can be carried to the other one by
one.
"""

from __future__ import annotations

from typing import final

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  # as torch's users write it


class BasicConv2d(nn.Module):
    """A convolution without bias, batch norm, ReLU."""

    def __init__(
        self, in_channels: int, out_channels: int, kernel: int, stride: int = 1, *, eps: float = 1e-5
    ) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel, stride, padding=kernel // 2, bias=False)
        self.bn = nn.BatchNorm2d(out_channels, eps=eps)

    def forward(self, x: Tensor) -> Tensor:
        """``[N, C, H, W]`` to ``[N, out_channels, ⌈H / stride⌉, ⌈W / stride⌉]``."""
        return F.relu(self.bn(self.conv(x)), inplace=True)


def googlenet_conv(in_channels: int, out_channels: int, kernel: int, stride: int = 1) -> BasicConv2d:
    """GoogLeNet's convolutions, whose norms have an epsilon of 0.001."""
    return BasicConv2d(in_channels, out_channels, kernel, stride, eps=1e-3)


class Inception(nn.Module):
    """Four branches; ``three`` and ``five``: the channels that a 1×1 leaves, then those of the 3×3."""

    def __init__(
        self, in_channels: int, one: int, three: tuple[int, int], five: tuple[int, int], pool: int
    ) -> None:
        super().__init__()
        self.branch1 = googlenet_conv(in_channels, one, 1)
        self.branch2 = nn.Sequential(
            googlenet_conv(in_channels, three[0], 1), googlenet_conv(three[0], three[1], 3)
        )
        self.branch3 = nn.Sequential(
            googlenet_conv(in_channels, five[0], 1), googlenet_conv(five[0], five[1], 3)
        )
        self.branch4 = nn.Sequential(
            nn.MaxPool2d(3, stride=1, padding=1, ceil_mode=True), googlenet_conv(in_channels, pool, 1)
        )

    def forward(self, x: Tensor) -> Tensor:
        """``[N, C, H, W]`` to ``[N, one + three[1] + five[1] + pool, H, W]``."""
        return torch.cat([self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)], 1)


class Auxiliary(nn.Module):
    """A classifier on the side, for training."""

    def __init__(self, in_channels: int, classes: int) -> None:
        super().__init__()
        self.conv = googlenet_conv(in_channels, 128, 1)
        self.fc1 = nn.Linear(2048, 1024)
        self.fc2 = nn.Linear(1024, classes)
        self.dropout = nn.Dropout(0.7)

    def forward(self, x: Tensor) -> Tensor:
        """``[N, C, H, W]`` to ``[N, classes]``."""
        x = torch.flatten(self.conv(F.adaptive_avg_pool2d(x, (4, 4))), 1)
        x = self.dropout(F.relu(self.fc1(x), inplace=True))
        logits: Tensor = self.fc2(x)
        return logits


@final
class GoogLeNet(nn.Module):
    """Going Deeper with Convolutions (Szegedy et al., 2014), as torchvision builds it."""

    def __init__(self, classes: int = 1000) -> None:
        super().__init__()
        self.conv1 = googlenet_conv(3, 64, 7, stride=2)
        self.maxpool1 = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        self.conv2 = googlenet_conv(64, 64, 1)
        self.conv3 = googlenet_conv(64, 192, 3)
        self.maxpool2 = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        self.inception3a = Inception(192, 64, (96, 128), (16, 32), 32)
        self.inception3b = Inception(256, 128, (128, 192), (32, 96), 64)
        self.maxpool3 = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        self.inception4a = Inception(480, 192, (96, 208), (16, 48), 64)
        self.aux1 = Auxiliary(512, classes)
        self.inception4b = Inception(512, 160, (112, 224), (24, 64), 64)
        self.inception4c = Inception(512, 128, (128, 256), (24, 64), 64)
        self.inception4d = Inception(512, 112, (144, 288), (32, 64), 64)
        self.aux2 = Auxiliary(528, classes)
        self.inception4e = Inception(528, 256, (160, 320), (32, 128), 128)
        self.maxpool4 = nn.MaxPool2d(2, stride=2, ceil_mode=True)
        self.inception5a = Inception(832, 256, (160, 320), (32, 128), 128)
        self.inception5b = Inception(832, 384, (192, 384), (48, 128), 128)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.dropout = nn.Dropout(0.2)
        self.fc = nn.Linear(1024, classes)

    def forward(self, x: Tensor) -> Tensor | tuple[Tensor, Tensor, Tensor]:
        """``[N, 3, 224, 224]`` to logits ``[N, classes]``; in training the auxiliary ones, too."""
        aux1: Tensor | None = None
        aux2: Tensor | None = None
        x = self.maxpool1(self.conv1(x))
        x = self.maxpool2(self.conv3(self.conv2(x)))
        x = self.maxpool3(self.inception3b(self.inception3a(x)))
        x = self.inception4a(x)
        if self.training:
            aux1 = self.aux1(x)
        x = self.inception4d(self.inception4c(self.inception4b(x)))
        if self.training:
            aux2 = self.aux2(x)
        x = self.maxpool4(self.inception4e(x))
        x = self.inception5b(self.inception5a(x))
        x = self.fc(self.dropout(torch.flatten(self.avgpool(x), 1)))
        return x if aux1 is None or aux2 is None else (x, aux1, aux2)


class Bottleneck(nn.Module):
    """1×1, 3×3, 1×1, and around them a shortcut, projected where shapes differ."""

    def __init__(self, in_channels: int, width: int, stride: int) -> None:
        super().__init__()
        self.conv1 = BasicConv2d(in_channels, width, 1)
        self.conv2 = BasicConv2d(width, width, 3, stride)
        self.conv3 = nn.Conv2d(width, 4 * width, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(4 * width)
        self.downsample: nn.Module | None = None
        if stride != 1 or in_channels != 4 * width:
            self.downsample = nn.Sequential(
                nn.Conv2d(in_channels, 4 * width, 1, stride, bias=False), nn.BatchNorm2d(4 * width)
            )

    def forward(self, x: Tensor) -> Tensor:
        """``[N, C, H, W]`` to ``[N, 4 · width, ⌈H / stride⌉, ⌈W / stride⌉]``."""
        identity = x if self.downsample is None else self.downsample(x)
        out = self.bn3(self.conv3(self.conv2(self.conv1(x))))
        out += identity
        return F.relu(out, inplace=True)


@final
class ResNet50(nn.Module):
    """Deep Residual Learning for Image Recognition (He et al., 2015), 50 layers, as torchvision builds it."""

    def __init__(self, classes: int = 1000) -> None:
        super().__init__()
        self.conv1 = BasicConv2d(3, 64, 7, stride=2)
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        self.layer1 = self.stage(64, 64, 3, stride=1)
        self.layer2 = self.stage(256, 128, 4, stride=2)
        self.layer3 = self.stage(512, 256, 6, stride=2)
        self.layer4 = self.stage(1024, 512, 3, stride=2)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(2048, classes)

    @staticmethod
    def stage(in_channels: int, width: int, count: int, stride: int) -> nn.Sequential:
        """Blocks of one width; the first may halve the map."""
        more = (Bottleneck(4 * width, width, 1) for _ in range(count - 1))
        return nn.Sequential(Bottleneck(in_channels, width, stride), *more)

    def forward(self, x: Tensor) -> Tensor:
        """``[N, 3, 224, 224]`` to logits ``[N, classes]``."""
        x = self.maxpool(self.conv1(x))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        logits: Tensor = self.fc(torch.flatten(self.avgpool(x), 1))
        return logits


class ConvNormRelu6(nn.Sequential):
    """A convolution without bias, batch norm, ReLU6."""

    def __init__(
        self, in_channels: int, out_channels: int, kernel: int, stride: int = 1, groups: int = 1
    ) -> None:
        super().__init__(
            nn.Conv2d(
                in_channels, out_channels, kernel, stride, padding=kernel // 2, groups=groups, bias=False
            ),
            nn.BatchNorm2d(out_channels),
            nn.ReLU6(inplace=True),
        )


class InvertedResidual(nn.Module):
    """Expand, filter each channel, project; around it a shortcut where it keeps the shape."""

    def __init__(self, in_channels: int, out_channels: int, stride: int, expansion: int) -> None:
        super().__init__()
        self.residual = stride == 1 and in_channels == out_channels
        hidden = in_channels * expansion
        layers: list[nn.Module] = []
        if expansion > 1:
            layers.append(ConvNormRelu6(in_channels, hidden, 1))
        layers += [
            ConvNormRelu6(hidden, hidden, 3, stride, groups=hidden),
            nn.Conv2d(hidden, out_channels, 1, bias=False),
            nn.BatchNorm2d(out_channels),
        ]
        self.conv = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        """``[N, C, H, W]`` to ``[N, out_channels, ⌈H / stride⌉, ⌈W / stride⌉]``."""
        out: Tensor = self.conv(x)
        return x + out if self.residual else out


@final
class MobileNetV2(nn.Module):
    """MobileNetV2 (Sandler et al., 2018), as torchvision builds it."""

    ROWS = (
        (1, 16, 1, 1),
        (6, 24, 2, 2),
        (6, 32, 3, 2),
        (6, 64, 4, 2),
        (6, 96, 3, 1),
        (6, 160, 3, 2),
        (6, 320, 1, 1),
    )
    """The paper's Table 2: expansion, channels, how many blocks, and the stride of the first."""

    def __init__(self, classes: int = 1000) -> None:
        super().__init__()
        layers: list[nn.Module] = [ConvNormRelu6(3, 32, 3, stride=2)]
        in_channels = 32
        for expansion, channels, count, stride in self.ROWS:
            for index in range(count):
                block = InvertedResidual(in_channels, channels, stride if index == 0 else 1, expansion)
                layers.append(block)
                in_channels = channels
        self.features = nn.Sequential(*layers, ConvNormRelu6(in_channels, 1280, 1))
        self.classifier = nn.Sequential(nn.Dropout(0.2), nn.Linear(1280, classes))

    def forward(self, x: Tensor) -> Tensor:
        """``[N, 3, 224, 224]`` to logits ``[N, classes]``."""
        x = F.adaptive_avg_pool2d(self.features(x), (1, 1))
        logits: Tensor = self.classifier(torch.flatten(x, 1))
        return logits
