"""Normalisation inside one sample, of values whose channels torch does not look for where they lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  # as torch's users write it

from netc_torch.forms import leaf
from netc_torch.norms import AlongAxis

if TYPE_CHECKING:
    from netc.ops.group_norm import GroupNorm, InstanceNorm, RmsNorm
    from netc.ops.group_norm import L2Norm as L2NormOp
    from netc.types import TensorType
    from netc_torch.forms import Leaf

INSTANCE_NORMS: tuple[type[nn.Module], ...] = (nn.InstanceNorm1d, nn.InstanceNorm2d, nn.InstanceNorm3d)


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
        return F.instance_norm(steps_last, weight=self.weight, bias=self.bias, eps=self.eps).transpose(1, 2)


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


def group_norm(op: GroupNorm, x: TensorType) -> Leaf:
    """Torch's own has the channels on axis 1."""
    base = nn.GroupNorm if x.channel_axis == 0 else GroupNormLast
    return leaf(
        base, num_groups=op.groups, num_channels=x.channels, eps=op.eps, affine=op.affine, device="meta"
    )


def instance_norm(op: InstanceNorm, x: TensorType) -> Leaf:
    """By rank, or over the steps of a sequence; without running statistics."""
    base = INSTANCE_NORMS[x.rank - 2] if x.is_map else InstanceNormLast
    return leaf(base, num_features=x.channels, eps=op.eps, affine=op.affine, device="meta")


def rms_norm(op: RmsNorm, x: TensorType) -> Leaf:
    """Torch's own runs along the last axis, and wants its size."""
    if not isinstance(x.channels, int):
        return leaf(OpenRMSNorm, dim=x.channel_axis + 1, eps=op.eps)
    base = ChannelRMSNorm if x.is_map else nn.RMSNorm
    return leaf(base, normalized_shape=x.channels, eps=op.eps, elementwise_affine=op.affine, device="meta")


def l2_norm(op: L2NormOp, x: TensorType) -> Leaf:
    """Along the channels."""
    return leaf(L2Norm, dim=x.channel_axis + 1, eps=op.eps)
