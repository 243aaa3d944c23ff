"""Activations as torch says them."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from torch import nn

from netc_torch.forms import leaf
from netc_torch.modules import elementwise

if TYPE_CHECKING:
    from netc.ops.elementwise import Activation
    from netc_torch.forms import Leaf

SIXTH = 1 / 6
"""The slope of torch's hard sigmoid."""


def activation(op: Activation) -> Leaf:
    """The module of a function of each element."""
    match op.function:
        case "relu":
            return leaf(nn.ReLU)
        case "relu6":
            return leaf(nn.ReLU6)
        case "leaky_relu":
            return leaf(nn.LeakyReLU, negative_slope=op.constant)
        case "elu":
            return leaf(nn.ELU, alpha=op.constant)
        case "selu":
            return leaf(nn.SELU)
        case "gelu":
            return leaf(nn.GELU, approximate="none")
        case "gelu_tanh":
            return leaf(nn.GELU, approximate="tanh")
        case "silu":
            return leaf(nn.SiLU)
        case "hardswish":
            return leaf(nn.Hardswish)
        case "hardsigmoid":
            own = leaf(elementwise.Hardsigmoid, slope=op.constant)
            return leaf(nn.Hardsigmoid) if op.constant == SIXTH else own
        case "sigmoid":
            return leaf(nn.Sigmoid)
        case "tanh":
            return leaf(nn.Tanh)
        case "softplus":
            return leaf(nn.Softplus)
        case "mish":
            return leaf(nn.Mish)
        case "abs":
            return leaf(elementwise.Abs)
        case "square":
            return leaf(elementwise.Square)
        case "sqrt":
            return leaf(elementwise.Sqrt)
        case _:
            assert_never(op.function)
