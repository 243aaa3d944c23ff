"""Every op, and the lowering that says it."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

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
from netc_onnx.lowering.activation import lower_activation, lower_prelu, lower_scale, lower_softmax
from netc_onnx.lowering.adaptive_pool import lower_adaptive_pool
from netc_onnx.lowering.arrange import lower_crop, lower_pad, lower_permute, lower_reshape
from netc_onnx.lowering.colour import lower_gray, lower_normalize
from netc_onnx.lowering.combine import lower_combine
from netc_onnx.lowering.conv import lower_conv
from netc_onnx.lowering.conv_transpose import lower_conv_transpose
from netc_onnx.lowering.linear import lower_linear
from netc_onnx.lowering.local import lower_local
from netc_onnx.lowering.norm import lower_batch_norm, lower_layer_norm
from netc_onnx.lowering.pool import lower_average_pool, lower_global_pool, lower_max_pool
from netc_onnx.lowering.recurrent import lower_recurrent
from netc_onnx.lowering.response_norm import lower_response_norm
from netc_onnx.lowering.sample_norm import (
    lower_group_norm,
    lower_instance_norm,
    lower_l2_norm,
    lower_rms_norm,
)
from netc_onnx.lowering.sequence import lower_attention, lower_embed, lower_position
from netc_onnx.lowering.shape import lower_concat, lower_flatten, lower_slice
from netc_onnx.lowering.upsample import (
    lower_channel_shuffle,
    lower_pixel_shuffle,
    lower_pixel_unshuffle,
    lower_upsample,
)

if TYPE_CHECKING:
    from netc.ops import Op
    from netc_onnx.site import Site
    from netc_onnx.tensors import Tensor


def is_identity(op: Op) -> bool:
    """Whether ``op`` hands on what it is given in evaluation, and thus is no node of ONNX."""
    return isinstance(op, Dropout | DropPath)


def lower(at: Site, op: Op) -> Tensor:
    """The result of ``op`` in evaluation."""
    match op:
        case Conv():
            return lower_conv(at, op)
        case ConvTranspose():
            return lower_conv_transpose(at, op)
        case Local():
            return lower_local(at, op)
        case MaxPool():
            return lower_max_pool(at, op)
        case AveragePool():
            return lower_average_pool(at, op)
        case GlobalPool():
            return lower_global_pool(at, op)
        case AdaptivePool():
            return lower_adaptive_pool(at, op)
        case Linear():
            return lower_linear(at, op)
        case BatchNorm():
            return lower_batch_norm(at, op)
        case LayerNorm():
            return lower_layer_norm(at, op)
        case LocalResponseNorm():
            return lower_response_norm(at, op)
        case GroupNorm():
            return lower_group_norm(at, op)
        case InstanceNorm():
            return lower_instance_norm(at, op)
        case RmsNorm():
            return lower_rms_norm(at, op)
        case L2Norm():
            return lower_l2_norm(at, op)
        case Activation():
            return lower_activation(at, op)
        case Prelu():
            return lower_prelu(at, op)
        case Softmax():
            return lower_softmax(at, op)
        case Dropout() | DropPath():
            return at.x
        case Scale():
            return lower_scale(at)
        case Combine():
            return lower_combine(at, op)
        case Flatten():
            return lower_flatten(at, op)
        case Slice():
            return lower_slice(at, op)
        case Concat():
            return lower_concat(at, op)
        case Reshape():
            return lower_reshape(at)
        case Permute():
            return lower_permute(at, op)
        case Pad():
            return lower_pad(at, op)
        case Crop():
            return lower_crop(at, op)
        case Gray():
            return lower_gray(at, op)
        case Normalize():
            return lower_normalize(at, op)
        case Upsample():
            return lower_upsample(at, op)
        case PixelShuffle():
            return lower_pixel_shuffle(at, op)
        case PixelUnshuffle():
            return lower_pixel_unshuffle(at, op)
        case ChannelShuffle():
            return lower_channel_shuffle(at, op)
        case Embed():
            return lower_embed(at)
        case Recurrent():
            return lower_recurrent(at, op)
        case Attention():
            return lower_attention(at, op)
        case Position():
            return lower_position(at)
        case _:
            assert_never(op)
