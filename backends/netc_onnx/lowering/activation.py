"""Functions of each element, softmax, and learned factors, in ONNX."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, assert_never

from netc_onnx import opsets
from netc_onnx.phrases import beside_channels
from netc_onnx.tensors import number

if TYPE_CHECKING:
    from netc.ops.elementwise import Activation, Prelu, Softmax
    from netc_onnx.site import Site
    from netc_onnx.tensors import Tensor

# Klambauer et al., Self-Normalizing Neural Networks (2017), as float32 and PyTorch have them.
SELU_ALPHA = 1.6732632423543772
SELU_GAMMA = 1.0507009873554805


def lower_activation(at: Site, op: Activation) -> Tensor:
    """One ONNX op where runtimes agree on it; SiLU, GELU and Mish in parts, which more of them know."""
    x = at.x
    match op.function:
        case "relu":
            return at.end("Relu", x)
        case "relu6":
            return at.end("Clip", x, number("min", 0.0), number("max", 6.0))
        case "leaky_relu":
            return at.end("LeakyRelu", x, alpha=float(op.constant))
        case "elu":
            return at.end("Elu", x, alpha=float(op.constant))
        case "selu":
            return at.end("Selu", x, alpha=SELU_ALPHA, gamma=SELU_GAMMA)
        case "gelu":
            return _gelu(at)
        case "gelu_tanh":
            return _gelu_tanh(at)
        case "silu":
            return at.end("Mul", x, at.step("sigmoid", "Sigmoid", x))
        case "hardswish":
            return _hardswish(at)
        case "hardsigmoid":
            return at.end("HardSigmoid", x, alpha=float(op.constant), beta=0.5)
        case "sigmoid":
            return at.end("Sigmoid", x)
        case "tanh":
            return at.end("Tanh", x)
        case "softplus":
            return at.end("Softplus", x)
        case "mish":
            return at.end("Mul", x, at.step("tanh", "Tanh", at.step("softplus", "Softplus", x)))
        case "abs":
            return at.end("Abs", x)
        case "square":
            return at.end("Mul", x, x)
        case "sqrt":
            return at.end("Sqrt", x)
        case _:
            assert_never(op.function)


def _gelu(at: Site) -> Tensor:
    """``x · (1 + erf(x / √2)) · 0.5``, in the order that onnxruntime fuses."""
    error = at.step("erf", "Erf", at.step("scaled", "Div", at.x, number("divisor", math.sqrt(2.0))))
    doubled = at.step("doubled", "Mul", at.x, at.step("shifted", "Add", error, number("addend", 1.0)))
    return at.end("Mul", doubled, number("factor", 0.5))


def _gelu_tanh(at: Site) -> Tensor:
    """``x · (1 + tanh(√(2/π) · (x + 0.044715·x³))) · 0.5``; Hendrycks and Gimpel (2016)."""
    cube = at.step("cube", "Mul", at.step("square", "Mul", at.x, at.x), at.x)
    small = at.step("small", "Mul", cube, number("factor", 0.044715))
    inner = at.step("inner", "Add", at.x, small)
    scaled = at.step("scaled", "Mul", inner, number("factor", math.sqrt(2.0 / math.pi)))
    shifted = at.step("shifted", "Add", at.step("tanh", "Tanh", scaled), number("addend", 1.0))
    return at.end("Mul", at.step("doubled", "Mul", at.x, shifted), number("factor", 0.5))


def _hardswish(at: Site) -> Tensor:
    if at.opset >= opsets.HARD_SWISH:
        return at.end("HardSwish", at.x)
    return at.end("Mul", at.x, at.step("hardsigmoid", "HardSigmoid", at.x, alpha=1 / 6, beta=0.5))


def lower_softmax(at: Site, op: Softmax) -> Tensor:
    """``Softmax`` or ``LogSoftmax``; their axis counts the batch."""
    return at.end("LogSoftmax" if op.log else "Softmax", at.x, axis=op.axis + 1)


def lower_prelu(at: Site, op: Prelu) -> Tensor:
    """``PRelu``; the slopes are laid out beside the channels in the graph, and stored as they are."""
    slope = at.parameters["weight"]
    if op.per_channel:
        slope = beside_channels(at, "slope", slope, at.x_type, batch=False)
    return at.end("PRelu", at.x, slope)


def lower_scale(at: Site) -> Tensor:
    """``Mul`` by the factors, laid out beside the channels in the graph."""
    factor = beside_channels(at, "factor", at.parameters["weight"], at.x_type, batch=False)
    return at.end("Mul", at.x, factor)
