"""The global names that generated code sees; its functions live in this module.

They are nn, torch, the check of inputs, and the classes whose ``forward`` generated code calls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
import torch.fx
from torch import nn

from netc_torch.elementwise import (
    Abs,
    ChannelLinear,
    DropoutLast,
    DropPath,
    Hardsigmoid,
    PReLULast,
    Scale,
    Sqrt,
    Square,
    Vector,
)
from netc_torch.norms import (
    BatchNormLast,
    ChannelLayerNorm,
    LocalResponseNormLast,
)
from netc_torch.windows import (
    CountedAveragePool,
    GlobalAveragePool,
    GlobalMaxPool,
    PaddedAvgPool1d,
    PaddedAvgPool2d,
    PaddedAvgPool3d,
    PaddedConv1d,
    PaddedConv2d,
    PaddedConv3d,
    PaddedMaxPool1d,
    PaddedMaxPool2d,
    PaddedMaxPool3d,
)

if TYPE_CHECKING:
    from torch import Tensor

__all__ = [
    "Abs",
    "BatchNormLast",
    "ChannelLayerNorm",
    "ChannelLinear",
    "CountedAveragePool",
    "DropPath",
    "DropoutLast",
    "GlobalAveragePool",
    "GlobalMaxPool",
    "Hardsigmoid",
    "LocalResponseNormLast",
    "PReLULast",
    "PaddedAvgPool1d",
    "PaddedAvgPool2d",
    "PaddedAvgPool3d",
    "PaddedConv1d",
    "PaddedConv2d",
    "PaddedConv3d",
    "PaddedMaxPool1d",
    "PaddedMaxPool2d",
    "PaddedMaxPool3d",
    "Scale",
    "Sqrt",
    "Square",
    "Vector",
    "nn",
    "require_shape",
    "torch",
]


def require_shape(value: Tensor, name: str, shape: tuple[int, ...]) -> None:
    """Raise ``ValueError`` unless ``value`` is ``[N, *shape]``: the spec's own sizes, for any batch."""
    if value.shape[1:] != shape or not value.shape:
        found = "×".join(map(str, value.shape)) or "a scalar"
        expected = "×".join(map(str, ("N", *shape)))
        raise ValueError(f"the input `{name}` is {found}, and the spec says {expected}, N being the batch")


torch.fx.wrap("require_shape")  # torch.fx traces no branch on a shape: it records the call instead
