"""The ops: what a backend must know.

``Op`` is the closed union of them; a backend matches on it, and the type checker names the one it
forgot. Nothing is imported here at run time, so that a command loads only the ops it needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
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

    Op: TypeAlias = (
        Conv
        | ConvTranspose
        | Local
        | MaxPool
        | AveragePool
        | GlobalPool
        | AdaptivePool
        | Linear
        | BatchNorm
        | LayerNorm
        | LocalResponseNorm
        | GroupNorm
        | InstanceNorm
        | RmsNorm
        | L2Norm
        | Activation
        | Prelu
        | Softmax
        | Dropout
        | DropPath
        | Scale
        | Combine
        | Flatten
        | Slice
        | Concat
        | Reshape
        | Permute
        | Pad
        | Crop
        | Gray
        | Normalize
        | Upsample
        | PixelShuffle
        | PixelUnshuffle
        | ChannelShuffle
        | Embed
        | Recurrent
        | Attention
        | Position
    )
