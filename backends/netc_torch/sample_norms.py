"""Normalisation inside one sample: which module says each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import nn

from netc_torch.forms import leaf
from netc_torch.modules.sample_norms import (
    ChannelRMSNorm,
    GroupNormLast,
    InstanceNormLast,
    L2Norm,
    OpenRMSNorm,
)

if TYPE_CHECKING:
    from netc.ops.group_norm import GroupNorm, InstanceNorm, RmsNorm
    from netc.ops.group_norm import L2Norm as L2NormOp
    from netc.types import TensorType
    from netc_torch.forms import Leaf

INSTANCE_NORMS: tuple[type[nn.Module], ...] = (nn.InstanceNorm1d, nn.InstanceNorm2d, nn.InstanceNorm3d)


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
