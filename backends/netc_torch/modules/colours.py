"""Colours of images, and their scale."""

from __future__ import annotations

from typing import final

import torch
from torch import Tensor, nn


@final
class Gray(nn.Module):
    """The sum of three channels, each with a weight of its own, at each position."""

    def __init__(self, weights: tuple[float, float, float]) -> None:
        super().__init__()
        self.weights = weights

    def forward(self, x: Tensor) -> Tensor:
        """``[N, 3, W…]`` to ``[N, 1, W…]``."""
        red, green, blue = self.weights
        return x[:, :1] * red + x[:, 1:2] * green + x[:, 2:] * blue

    def extra_repr(self) -> str:
        """The weights of red, green and blue."""
        return f"weights={self.weights}"


@final
class Normalize(nn.Module):
    """``x·factor + addend``, each with one number, or one a channel.

    Both are buffers, so that the result lies where the module does and has its type, also for bytes. They
    are no part of the state dict, for they are no parameters of the spec. ``positions`` axes follow that of
    the channels.
    """

    factor: Tensor
    addend: Tensor

    def __init__(
        self, factor: tuple[float, ...], addend: tuple[float, ...], positions: int
    ) -> None:
        super().__init__()
        for name, numbers in (("factor", factor), ("addend", addend)):
            tensor = torch.tensor(numbers, dtype=torch.float32).view(
                -1, *(1,) * positions
            )
            self.register_buffer(name, tensor, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """The value's own shape."""
        return x * self.factor + self.addend

    def extra_repr(self) -> str:
        """Both, channel by channel."""
        return f"factor={self.factor.flatten().tolist()}, addend={self.addend.flatten().tolist()}"
