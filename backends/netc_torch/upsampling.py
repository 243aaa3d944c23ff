"""Larger feature maps by interpolation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import nn

from netc_torch.forms import leaf
from netc_torch.modules.upsampling import Repeat

if TYPE_CHECKING:
    from netc.ops.upsample import Upsample
    from netc_torch.forms import Leaf

LINEAR = ("linear", "bilinear", "trilinear")


def upsample(op: Upsample) -> Leaf:
    """Torch's own where the factors' inverses are exact, or need not be."""
    scales = tuple(map(float, op.factors))
    if op.mode == "linear":
        mode = LINEAR[len(scales) - 1]
        return leaf(nn.Upsample, scale_factor=scales, mode=mode, align_corners=op.align_corners)
    if all(factor.bit_count() == 1 for factor in op.factors):
        return leaf(nn.Upsample, scale_factor=scales, mode="nearest")
    return leaf(Repeat, factors=op.factors)
