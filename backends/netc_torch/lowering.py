"""Each op as torch says it: a module, or an expression in the source of the scope around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from torch import nn

from netc.ops.arrange import Crop, Pad, Permute, Reshape
from netc.ops.colour import Gray, Normalize
from netc.ops.conv import Conv
from netc.ops.dense import Linear
from netc.ops.elementwise import Activation, Combine, Dropout, DropPath, Prelu, Scale, Softmax
from netc.ops.group_norm import GroupNorm, InstanceNorm, L2Norm, RmsNorm
from netc.ops.local import Local
from netc.ops.norm import BatchNorm, LayerNorm, LocalResponseNorm
from netc.ops.pool import AdaptivePool, AveragePool, GlobalPool, MaxPool
from netc.ops.sequence import Attention, Embed, Position, Recurrent
from netc.ops.shape import Concat, Flatten, Slice
from netc.ops.shuffle import ChannelShuffle, PixelShuffle, PixelUnshuffle
from netc.ops.transposed import ConvTranspose
from netc.ops.upsample import Upsample
from netc_torch.activations import activation
from netc_torch.arrangements import crop, pad, permute, reshape
from netc_torch.forms import Leaf, leaf
from netc_torch.local import local
from netc_torch.merges import combine, concat, slice_
from netc_torch.modules import batch_norms, colours, elementwise, norms
from netc_torch.sample_norms import group_norm, instance_norm, l2_norm, rms_norm
from netc_torch.sequence_forms import attention, embed, position, recurrent
from netc_torch.transposed import conv_transpose
from netc_torch.upsampling import upsample
from netc_torch.window_forms import adaptive_pool, average_pool, conv, global_pool, max_pool

if TYPE_CHECKING:
    from netc.ops import Op
    from netc.types import TensorType
    from netc_torch.forms import Form

NO_NUMBERS = "meta"
"""The device on which modules are made: their parameters are replaced, so none is filled."""

DROPOUTS: tuple[type[nn.Module], ...] = (nn.Dropout1d, nn.Dropout2d, nn.Dropout3d)
BATCH_NORMS: tuple[type[nn.Module], ...] = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)


def is_expression(op: Op) -> bool:
    """Whether an op is written as an expression, unless it is a layer by itself."""
    return isinstance(op, Combine | Concat | Slice | Reshape | Permute | Crop)


def lower(op: Op, inputs: tuple[TensorType, ...], *, frozen: bool) -> Form:
    """The form of ``op`` for inputs of these types; ``frozen`` says that its parameters and buffers are."""
    x = inputs[0]
    match op:
        case Conv():
            return conv(op, x)
        case ConvTranspose():
            return conv_transpose(op, x)
        case Local():
            return local(op, x)
        case MaxPool():
            return max_pool(op, x)
        case AveragePool():
            return average_pool(op, x)
        case GlobalPool():
            return global_pool(op, x)
        case AdaptivePool():
            return adaptive_pool(op)
        case Linear():
            return linear(op, x)
        case BatchNorm():
            return frozen_batch_norm(op, x) if frozen else batch_norm(op, x)
        case LayerNorm():
            return layer_norm(op, x)
        case LocalResponseNorm():
            response_norm = nn.LocalResponseNorm if x.is_map else norms.LocalResponseNormLast
            return leaf(response_norm, size=op.size, alpha=op.alpha, beta=op.beta, k=op.k)
        case GroupNorm():
            return group_norm(op, x)
        case InstanceNorm():
            return instance_norm(op, x)
        case RmsNorm():
            return rms_norm(op, x)
        case L2Norm():
            return l2_norm(op, x)
        case Activation():
            return activation(op)
        case Prelu():
            last = op.per_channel and x.channel_axis > 0
            prelu = elementwise.PReLULast if last else nn.PReLU
            return leaf(prelu, num_parameters=x.channels if op.per_channel else 1, device=NO_NUMBERS)
        case Softmax():
            return leaf(nn.LogSoftmax if op.log else nn.Softmax, dim=op.axis + 1)
        case Dropout():
            return dropout(op, x)
        case DropPath():
            return leaf(elementwise.DropPath, p=op.p, rank=x.rank)
        case Scale():
            positions = x.rank - 1 - x.channel_axis
            return leaf(elementwise.Scale, channels=x.channels, positions=positions, device=NO_NUMBERS)
        case Combine():
            return combine(op, inputs)
        case Flatten():
            # A scalar has no axis to flatten, and becomes a vector of one.
            return leaf(nn.Flatten, start_dim=op.axis + 1) if x.rank else leaf(elementwise.Vector)
        case Slice():
            return slice_(op, x)
        case Concat():
            return concat(op)
        case Reshape():
            return reshape(op)
        case Permute():
            return permute(op, x)
        case Pad():
            return pad(op, x)
        case Crop():
            return crop(op, inputs)
        case Gray():
            return leaf(colours.Gray, weights=op.weights)
        case Normalize():
            factor, addend = op.line
            positions = x.rank - 1 - x.channel_axis if x.rank else 0
            return leaf(colours.Normalize, factor=factor, addend=addend, positions=positions)
        case Upsample():
            return upsample(op)
        case PixelShuffle():
            return leaf(nn.PixelShuffle, upscale_factor=op.factor)
        case PixelUnshuffle():
            return leaf(nn.PixelUnshuffle, downscale_factor=op.factor)
        case ChannelShuffle():
            return leaf(nn.ChannelShuffle, groups=op.groups)
        case Embed():
            return embed(op)
        case Recurrent():
            return recurrent(op, x)
        case Attention():
            return attention(op, x)
        case Position():
            return position(x)
        case _:
            assert_never(op)


def linear(op: Linear, x: TensorType) -> Leaf:
    """Torch's own runs along the last axis."""
    axis = op.axis_of(x)
    base = nn.Linear if axis == x.rank - 1 else elementwise.ChannelLinear
    return leaf(base, in_features=x.shape[axis], out_features=op.features, bias=op.bias, device=NO_NUMBERS)


def batch_norm(op: BatchNorm, x: TensorType) -> Leaf:
    """By rank for maps and vectors, over the last axis for all else."""
    last = nn.BatchNorm1d if x.is_vector else batch_norms.BatchNormLast
    base = BATCH_NORMS[x.rank - 2] if x.is_map else last
    options = {"eps": op.eps, "momentum": op.momentum, "affine": op.affine, "device": NO_NUMBERS}
    return Leaf(base, {"num_features": x.channels, **options}, norms.uncounted)


def frozen_batch_norm(op: BatchNorm, x: TensorType) -> Leaf:
    """By the running statistics, in training too."""
    last = x.channel_axis > 0
    options = {"eps": op.eps, "affine": op.affine, "last": last, "device": NO_NUMBERS}
    return leaf(norms.FrozenBatchNorm, num_features=x.channels, **options)


def layer_norm(op: LayerNorm, x: TensorType) -> Leaf:
    """Torch's own runs along the last axis, and wants its size."""
    if not isinstance(x.channels, int):
        return leaf(norms.OpenLayerNorm, dim=x.channel_axis + 1, eps=op.eps)
    return leaf(
        norms.ChannelLayerNorm if x.is_map else nn.LayerNorm,
        normalized_shape=x.channels,
        eps=op.eps,
        elementwise_affine=op.affine,
        device=NO_NUMBERS,
    )


def dropout(op: Dropout, x: TensorType) -> Leaf:
    """Of elements, or of the channels of a map or a sequence."""
    if not op.spatial:
        return leaf(nn.Dropout, p=op.p)
    return leaf(DROPOUTS[x.rank - 2] if x.is_map else elementwise.DropoutLast, p=op.p)
