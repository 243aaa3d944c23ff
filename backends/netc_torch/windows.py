"""Convolutions and pools whose padding torch's own options cannot say."""

from __future__ import annotations

from typing import final

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  # as torch's users write it


class Padded(nn.Module):
    """Mixed in before a torch module: pads what that module reads.

    ``pads`` are in the order of ``torch.nn.functional.pad``, the last axis first; ``fill`` is what
    they hold.
    """

    def __init__(self, *, pads: tuple[int, ...], fill: float = 0.0, **options: object) -> None:
        super().__init__(**options)
        self.pads = pads
        self.fill = fill

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002  # torch's word
        """The torch module's own forward on the padded value."""
        padded: Tensor = super().forward(F.pad(input, self.pads, value=self.fill))
        return padded

    def extra_repr(self) -> str:
        """The torch module's own options, then the pads."""
        return f"{super().extra_repr()}, pads={self.pads}"


@final
class PaddedConv1d(Padded, nn.Conv1d):
    """``Conv1d`` after explicit pads."""


@final
class PaddedConv2d(Padded, nn.Conv2d):
    """``Conv2d`` after explicit pads."""


@final
class PaddedConv3d(Padded, nn.Conv3d):
    """``Conv3d`` after explicit pads."""


@final
class PaddedMaxPool1d(Padded, nn.MaxPool1d):
    """``MaxPool1d`` after explicit pads."""


@final
class PaddedMaxPool2d(Padded, nn.MaxPool2d):
    """``MaxPool2d`` after explicit pads."""


@final
class PaddedMaxPool3d(Padded, nn.MaxPool3d):
    """``MaxPool3d`` after explicit pads."""


@final
class PaddedAvgPool1d(Padded, nn.AvgPool1d):
    """``AvgPool1d`` after explicit pads, which count as elements."""


@final
class PaddedAvgPool2d(Padded, nn.AvgPool2d):
    """``AvgPool2d`` after explicit pads, which count as elements."""


@final
class PaddedAvgPool3d(Padded, nn.AvgPool3d):
    """``AvgPool3d`` after explicit pads, which count as elements."""


@final
class CountedAveragePool(nn.Module):
    """Each window's sum over the number of its elements that count, in 1, 2 or 3 spatial axes.

    ``pads`` and ``remainder`` are in the order of ``torch.nn.functional.pad``; the pads count as
    elements where ``count_padding`` says so, the remainder never does.
    """

    def __init__(
        self,
        kernel: tuple[int, ...],
        stride: tuple[int, ...],
        pads: tuple[int, ...],
        remainder: tuple[int, ...],
        count_padding: bool,
    ) -> None:
        super().__init__()
        self.kernel = kernel
        self.stride = stride
        self.pads = pads
        self.remainder = remainder
        self.count_padding = count_padding
        self.beyond = tuple(pad + more for pad, more in zip(pads, remainder, strict=True))

    def forward(self, x: Tensor) -> Tensor:
        """``[N, C, W…]`` to ``[N, C, windows…]``."""
        ones = torch.ones_like(x[:1, :1])
        counts = F.pad(F.pad(ones, self.pads, value=float(self.count_padding)), self.remainder)
        return self.sums(F.pad(x, self.beyond)) / self.sums(counts)

    def sums(self, x: Tensor) -> Tensor:
        """The sum of each window; torch has it in 2 and 3 axes, so that one axis is lifted to two."""
        if len(self.kernel) == 1:
            lifted = F.avg_pool2d(x.unsqueeze(2), (1, *self.kernel), (1, *self.stride), divisor_override=1)
            return lifted.squeeze(2)
        pool = F.avg_pool2d if len(self.kernel) == 2 else F.avg_pool3d
        return pool(x, self.kernel, self.stride, divisor_override=1)

    def extra_repr(self) -> str:
        """All options."""
        return (
            f"kernel={self.kernel}, stride={self.stride}, pads={self.pads}, remainder={self.remainder}, "
            f"count_padding={self.count_padding}"
        )


class GlobalPool(nn.Module):
    """The base of both global pools: over the axes ``dims`` (the batch is axis 0)."""

    def __init__(self, dims: tuple[int, ...], keepdims: bool) -> None:
        super().__init__()
        self.dims = dims
        self.keepdims = keepdims

    def extra_repr(self) -> str:
        """All options."""
        return f"dims={self.dims}, keepdims={self.keepdims}"


@final
class GlobalAveragePool(GlobalPool):
    """The mean over all positions."""

    def forward(self, x: Tensor) -> Tensor:
        """``[N, C, W…]`` to ``[N, C]``, or ``[N, C, 1…]`` with ``keepdims``."""
        return x.mean(self.dims, self.keepdims)


@final
class GlobalMaxPool(GlobalPool):
    """The largest element over all positions."""

    def forward(self, x: Tensor) -> Tensor:
        """``[N, C, W…]`` to ``[N, C]``, or ``[N, C, 1…]`` with ``keepdims``."""
        return x.amax(self.dims, self.keepdims)
