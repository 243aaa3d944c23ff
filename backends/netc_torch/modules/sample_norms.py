"""Normalisation inside one sample, of values whose channels torch does not look for where they lie."""

from __future__ import annotations

from typing import final

from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  # as torch's users write it

from netc_torch.modules.norms import AlongAxis


@final
class GroupNormLast(nn.GroupNorm):
    """Of values whose channels are the last axis, such as ``[N, T, F]``."""

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002  # torch's word
        """The value's own shape."""
        return super().forward(input.movedim(-1, 1)).movedim(1, -1)


@final
class InstanceNormLast(nn.InstanceNorm1d):
    """Of a sequence ``[N, T, F]``."""

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002  # torch's word
        """The value's own shape."""
        steps_last = input.transpose(1, 2)
        return F.instance_norm(
            steps_last, weight=self.weight, bias=self.bias, eps=self.eps
        ).transpose(1, 2)


@final
class ChannelRMSNorm(nn.RMSNorm):
    """Of the channels (axis 1) at each position of a feature map."""

    def forward(self, x: Tensor) -> Tensor:
        """The value's own shape."""
        return super().forward(x.movedim(1, -1)).movedim(-1, 1)


@final
class OpenRMSNorm(AlongAxis):
    """Root mean square 1 along the axis."""

    def forward(self, x: Tensor) -> Tensor:
        """The value's own shape."""
        moved = x.movedim(self.dim, -1)
        return F.rms_norm(moved, moved.shape[-1:], eps=self.eps).movedim(-1, self.dim)


@final
class L2Norm(AlongAxis):
    """``x / max(‖x‖, eps)`` along the axis."""

    def forward(self, x: Tensor) -> Tensor:
        """The value's own shape."""
        return F.normalize(x, dim=self.dim, eps=self.eps)
