"""Every op, and the lowering that says it."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from netc.ops.conv import Conv
from netc.ops.dense import Linear
from netc.ops.elementwise import Activation, Combine, Dropout, DropPath, Prelu, Scale, Softmax
from netc.ops.norm import BatchNorm, LayerNorm, LocalResponseNorm
from netc.ops.pool import AdaptivePool, AveragePool, GlobalPool, MaxPool
from netc.ops.shape import Concat, Flatten, Slice
from netc_onnx.lowering.activation import lower_activation, lower_prelu, lower_scale, lower_softmax
from netc_onnx.lowering.adaptive_pool import lower_adaptive_pool
from netc_onnx.lowering.combine import lower_combine
from netc_onnx.lowering.conv import lower_conv
from netc_onnx.lowering.linear import lower_linear
from netc_onnx.lowering.norm import lower_batch_norm, lower_layer_norm
from netc_onnx.lowering.pool import lower_average_pool, lower_global_pool, lower_max_pool
from netc_onnx.lowering.response_norm import lower_response_norm
from netc_onnx.lowering.shape import lower_concat, lower_flatten, lower_slice

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
        case _:
            assert_never(op)
