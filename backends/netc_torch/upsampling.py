"""Larger feature maps by interpolation."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from torch import Tensor, nn

from netc_torch.forms import leaf

if TYPE_CHECKING:
    from netc.ops.upsample import Upsample
    from netc_torch.forms import Leaf

LINEAR = ("linear", "bilinear", "trilinear")


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


def upsample(op: Upsample) -> Leaf:
    """Torch's own where the factors' inverses are exact, or need not be."""
    scales = tuple(map(float, op.factors))
    if op.mode == "linear":
        mode = LINEAR[len(scales) - 1]
        return leaf(nn.Upsample, scale_factor=scales, mode=mode, align_corners=op.align_corners)
    if all(factor.bit_count() == 1 for factor in op.factors):
        return leaf(nn.Upsample, scale_factor=scales, mode="nearest")
    return leaf(Repeat, factors=op.factors)
