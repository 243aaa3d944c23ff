"""Convolutions and pools whose padding torch's own options cannot say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias, cast, final

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  # as torch's users write it


class Same(NamedTuple):
    """The rule of `same` for one axis: ``ceil(W/S)`` windows, the odd element at the end."""

    window: int
    stride: int

    def pads(self, size: int) -> tuple[int, int]:
        """What is added before and after an axis of ``size`` elements: (⌈W/S⌉ − 1)·S + F − W together."""
        lacking = (-(-size // self.stride) - 1) * self.stride + self.window - size
        total = cast("int", torch.sym_max(lacking, 0))
        return total // 2, total - total // 2


class RoundedUp(NamedTuple):
    """The rule of rounding up for one axis: declared pads, and what the last window reaches beyond them."""

    window: int
    stride: int
    begin: int
    end: int

    def pads(self, size: int) -> tuple[int, int]:
        """What is added before and after; no window starts beyond the input and its leading padding."""
        padded = size + self.begin + self.end
        more = -(padded - self.window) % self.stride
        reaches = (
            self.window - self.end > more
        )  # else the last window would start beyond the input
        beyond = cast("int", torch.sym_ite(reaches, more, 0))
        return self.begin, self.end + beyond


Sides: TypeAlias = "tuple[int, int] | Same | RoundedUp"
"""The pads of one axis, or the rule by which they follow from its size."""


def amounts(sides: Sequence[Sides], x: Tensor) -> list[int]:
    """Pads for ``x`` in the order of ``torch.nn.functional.pad``, by the rules for its spatial axes."""
    result: list[int] = []
    for place, side in enumerate(reversed(sides), start=1):
        result += (
            side.pads(x.shape[-place]) if isinstance(side, Same | RoundedUp) else side
        )
    return result


class Padded(nn.Module):
    """Mixed in before a torch module: pads what that module reads.

    ``sides`` has the pads of each spatial axis, or the rule for them; ``fill`` is what they hold.
    """

    def __init__(
        self, *, sides: tuple[Sides, ...], fill: float = 0.0, **options: object
    ) -> None:
        super().__init__(**options)
        self.sides = sides
        self.fill = fill

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002  # torch's word
        """The torch module's own forward on the padded value."""
        padded: Tensor = super().forward(
            F.pad(input, amounts(self.sides, input), value=self.fill)
        )
        return padded

    def extra_repr(self) -> str:
        """The torch module's own options, then the pads."""
        return f"{super().extra_repr()}, pads={self.sides}"


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

    ``declared`` are the pads, which count as elements where ``count_padding`` says so, ``reached`` all that
    windows reach: each with an entry a spatial axis.
    """

    def __init__(
        self,
        kernel: tuple[int, ...],
        stride: tuple[int, ...],
        declared: tuple[Sides, ...],
        reached: tuple[Sides, ...],
        count_padding: bool,
    ) -> None:
        super().__init__()
        self.kernel = kernel
        self.stride = stride
        self.declared = declared
        self.reached = reached
        self.count_padding = count_padding

    def forward(self, x: Tensor) -> Tensor:
        """``[N, C, W…]`` to ``[N, C, windows…]``."""
        declared, reached = amounts(self.declared, x), amounts(self.reached, x)
        ones = F.pad(
            torch.ones_like(x[:1, :1]), declared, value=float(self.count_padding)
        )
        counts = F.pad(
            ones, [most - some for most, some in zip(reached, declared, strict=True)]
        )
        return window_sums(F.pad(x, reached), self.kernel, self.stride) / window_sums(
            counts, self.kernel, self.stride
        )

    def extra_repr(self) -> str:
        """All options."""
        return (
            f"kernel={self.kernel}, stride={self.stride}, declared={self.declared}, "
            f"reached={self.reached}, count_padding={self.count_padding}"
        )


def window_sums(x: Tensor, kernel: tuple[int, ...], stride: tuple[int, ...]) -> Tensor:
    """The sum of each window; torch has it in 2 and 3 axes, so that one axis is lifted to two."""
    if len(kernel) == 1:
        lifted = F.avg_pool2d(
            x.unsqueeze(2), (1, *kernel), (1, *stride), divisor_override=1
        )
        return lifted.squeeze(2)
    pool = F.avg_pool2d if len(kernel) == 2 else F.avg_pool3d
    return pool(x, kernel, stride, divisor_override=1)


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
