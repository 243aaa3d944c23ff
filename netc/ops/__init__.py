"""The ops: what a backend must know.

``Op`` is the closed union of them; a backend matches on it, and the type checker names the one it
forgot. Nothing is imported here at run time, so that a command loads only the ops it needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from netc.ops.conv import Conv
    from netc.ops.dense import Linear
    from netc.ops.elementwise import Activation, Combine, Dropout, DropPath, Prelu, Scale, Softmax
    from netc.ops.norm import BatchNorm, LayerNorm, LocalResponseNorm
    from netc.ops.pool import AdaptivePool, AveragePool, GlobalPool, MaxPool
    from netc.ops.shape import Concat, Flatten, Slice

    Op: TypeAlias = (
        Conv
        | MaxPool
        | AveragePool
        | GlobalPool
        | AdaptivePool
        | Linear
        | BatchNorm
        | LayerNorm
        | LocalResponseNorm
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
    )
