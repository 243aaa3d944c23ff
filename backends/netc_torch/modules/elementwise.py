"""What works element by element, or channel by channel, and torch.nn has no module for."""

from __future__ import annotations

from typing import final

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  # as torch's users write it


@final
class Hardsigmoid(nn.Module):
    """``clip(slope·x + 0.5, 0, 1)``; torch's own has the slope 1/6 alone."""

    def __init__(self, slope: float) -> None:
        super().__init__()
        self.slope = slope

    def forward(self, x: Tensor) -> Tensor:
        """The value's own shape."""
        return torch.clamp(x * self.slope + 0.5, 0.0, 1.0)

    def extra_repr(self) -> str:
        """The slope."""
        return f"slope={self.slope}"


@final
class Abs(nn.Module):
    """The absolute value."""

    def forward(self, x: Tensor) -> Tensor:
        """The value's own shape."""
        return x.abs()


@final
class Square(nn.Module):
    """``x²``."""

    def forward(self, x: Tensor) -> Tensor:
        """The value's own shape."""
        return x * x


@final
class Sqrt(nn.Module):
    """The square root; not a number below 0."""

    def forward(self, x: Tensor) -> Tensor:
        """The value's own shape."""
        return x.sqrt()


@final
class PReLULast(nn.PReLU):
    """``PReLU`` of values whose channels are the last axis, such as ``[N, T, F]``."""

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002  # torch's word
        """The value's own shape."""
        return super().forward(input.movedim(-1, 1)).movedim(1, -1)


@final
class DropoutLast(nn.Dropout1d):
    """In training drops whole channels of a sequence ``[N, T, F]``."""

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002  # torch's word
        """The value's own shape."""
        return super().forward(input.transpose(1, 2)).transpose(1, 2)


@final
class DropPath(nn.Module):
    """In training each sample is zero with probability ``p``, else ``x/(1 − p)``.

    ``rank`` is the number of axes without the batch.
    """

    def __init__(self, p: float, rank: int) -> None:
        super().__init__()
        self.p = p
        self.sample = (1,) * rank

    def forward(self, x: Tensor) -> Tensor:
        """The value's own shape."""
        if not self.training:
            return x
        return x * F.dropout(x.new_ones((x.shape[0], *self.sample)), self.p)

    def extra_repr(self) -> str:
        """The probability."""
        return f"p={self.p}"


@final
class Scale(nn.Module):
    """A factor a channel. ``weight`` is ``[C]``; ``positions`` axes follow that of the channels."""

    def __init__(
        self, channels: int, positions: int, device: str | None = None
    ) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels, device=device))
        self.shape = (channels,) + (1,) * positions

    def forward(self, x: Tensor) -> Tensor:
        """The value's own shape."""
        return x * self.weight.view(self.shape)

    def extra_repr(self) -> str:
        """The number of channels."""
        return f"{self.shape[0]}"


@final
class ChannelLinear(nn.Linear):
    """``Linear`` of the channels (axis 1) at each position of a feature map."""

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002  # torch's word
        """``[N, C, W…]`` to ``[N, features, W…]``."""
        return super().forward(input.movedim(1, -1)).movedim(-1, 1)


@final
class Vector(nn.Module):
    """A scalar as a vector of one element."""

    def forward(self, x: Tensor) -> Tensor:
        """``[N]`` to ``[N, 1]``."""
        return x.unsqueeze(1)
