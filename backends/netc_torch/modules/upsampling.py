"""Larger feature maps by repetition."""

from __future__ import annotations

from typing import final

from torch import Tensor, nn


@final
class Repeat(nn.Module):
    """Each element of each spatial axis ``factors`` times.

    Torch's own ``Upsample`` multiplies by the factor's inverse in float32 and, with factors such as 41,
    takes an element's neighbour.
    """

    def __init__(self, factors: tuple[int, ...]) -> None:
        super().__init__()
        self.factors = factors

    def forward(self, x: Tensor) -> Tensor:
        """``[N, C, W…]`` to ``[N, C, f·W…]``."""
        for axis, factor in enumerate(self.factors, start=2):
            x = x.repeat_interleave(factor, axis)
        return x

    def extra_repr(self) -> str:
        """The factors."""
        return f"factors={self.factors}"
