"""Local connections, which torch.nn has no module for."""

from __future__ import annotations

from math import prod
from typing import final

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  # as torch's users write it

OVER_AXES = (
    "ngcai,gocia->ngoa",
    "ngcabij,gocijab->ngoab",
    "ngcabdijk,gocijkabd->ngoabd",
)
"""Sums over c, the channels of a group, and i, j, k, the elements of a window; a, b, d are positions."""


@final
class Local(nn.Module):
    """Windows with weights of their own at every position, in 1, 2 or 3 spatial axes.

    ``weight`` is ``[out_channels, in_channels/groups, kernel…, positions…]``, ``bias`` is
    ``[out_channels, positions…]``; ``pads`` are in the order of ``torch.nn.functional.pad``.
    """

    bias: nn.Parameter | None

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: tuple[int, ...],
        positions: tuple[int, ...],
        stride: tuple[int, ...],
        pads: tuple[int, ...],
        dilation: tuple[int, ...],
        groups: int,
        bias: bool,
        device: str | None = None,
    ) -> None:
        super().__init__()
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = kernel_size
        self.positions = positions
        self.stride = stride
        self.pads = pads
        self.dilation = dilation
        self.groups = groups
        shape = (out_channels, in_channels // groups, *kernel_size, *positions)
        self.weight = nn.Parameter(torch.empty(shape, device=device))
        reads, makes = in_channels // groups, out_channels // groups
        self.patches = (groups, reads, *positions, *kernel_size)
        self.filters = (groups, makes, reads, *kernel_size, *positions)
        own = (
            nn.Parameter(torch.empty((out_channels, *positions), device=device))
            if bias
            else None
        )
        self.register_parameter("bias", own)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """As a convolution of the same windows begins."""
        bound = (self.in_channels // self.groups * prod(self.kernel_size)) ** -0.5
        nn.init.uniform_(self.weight, -bound, bound)
        if self.bias is not None:
            nn.init.uniform_(self.bias, -bound, bound)

    def forward(self, x: Tensor) -> Tensor:
        """``[N, in_channels, W…]`` to ``[N, out_channels, positions…]``."""
        if any(self.pads):
            x = F.pad(x, self.pads)
        fields = zip(self.kernel_size, self.stride, self.dilation, strict=True)
        for axis, (size, stride, dilation) in enumerate(
            fields, start=2
        ):  # views: nothing is copied
            x = x.unfold(axis, dilation * (size - 1) + 1, stride)[..., ::dilation]
        patches = x.view(x.shape[0], *self.patches)
        weight = self.weight.view(self.filters)
        y = torch.einsum(OVER_AXES[len(self.kernel_size) - 1], patches, weight).flatten(
            1, 2
        )
        return y if self.bias is None else y + self.bias.to(y.dtype)

    def extra_repr(self) -> str:
        """All options."""
        return (
            f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, "
            f"positions={self.positions}, stride={self.stride}, pads={self.pads}, "
            f"dilation={self.dilation}, groups={self.groups}, bias={self.bias is not None}"
        )
