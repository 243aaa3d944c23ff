"""Pads of values of any type."""

from __future__ import annotations

from typing import final

import torch
from torch import Tensor, nn


@final
class IndexPad(nn.Module):
    """Reflection or replication of values of any type: torch's own know numbers with a point alone.

    ``pads`` are in the order of ``torch.nn.functional.pad``, the last axis first.
    """

    def __init__(self, pads: tuple[int, ...], mirror: bool) -> None:
        super().__init__()
        self.pads = pads
        self.mirror = mirror

    def forward(self, x: Tensor) -> Tensor:
        """``[N, C, W…]`` to ``[N, C, W + before + after…]``."""
        for place, (before, after) in enumerate(
            zip(self.pads[::2], self.pads[1::2], strict=True)
        ):
            last = x.shape[-1 - place] - 1
            index = torch.arange(-before, last + 1 + after, device=x.device)
            index = (
                last - (last - index.abs()).abs()
                if self.mirror
                else index.clamp(0, last)
            )
            x = x.index_select(-1 - place, index)
        return x

    def extra_repr(self) -> str:
        """All options."""
        return f"pads={self.pads}, mirror={self.mirror}"
