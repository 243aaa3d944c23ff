"""What each op means in evaluation, computed plainly in float64: the judge of this room.

Loops over positions, slices and sums; nothing of the lowering, and no shape law, is used.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, assert_never

import numpy as np
from numpy.typing import NDArray

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
from netc.types import TensorType
from netc.types.dims import numbers
from tests.netc_onnx import reference_arrange, reference_sampling, reference_sequence, reference_transposed

if TYPE_CHECKING:
    from netc.ops import Op
    from netc.ops.window import Pads

Array: TypeAlias = NDArray[np.float64]
Parameters: TypeAlias = Mapping[str, Array]


def meaning(op: Op, types: Sequence[TensorType], inputs: Sequence[Array], parameters: Parameters) -> Array:
    """The result of ``op``; inputs have a batch axis, ``types`` have none."""
    x = inputs[0]
    channels = types[0].channel_axis + 1
    match op:
        case Conv():
            return conv(op, x, parameters["weight"], parameters.get("bias"))
        case ConvTranspose():
            return reference_transposed.conv_transpose(op, x, parameters["weight"], parameters.get("bias"))
        case Local():
            return reference_transposed.local(op, x, parameters["weight"], parameters.get("bias"))
        case MaxPool():
            padded = padded_map(x, op.pads, -math.inf)
            return over_windows(padded, op.kernel, op.stride, lambda window: window.max())
        case AveragePool():
            return average_pool(op, x)
        case GlobalPool():
            axes = tuple(axis for axis in range(1, x.ndim) if axis != channels)
            pool = np.mean if op.mode == "avg" else np.max
            return np.asarray(pool(x, axis=axes, keepdims=op.keepdims))
        case AdaptivePool():
            return adaptive_pool(op, x)
        case Linear():
            axis = channels if op.axis == "channels" else x.ndim - 1
            y = np.moveaxis(x, axis, -1) @ parameters["weight"].T
            return np.moveaxis(y + parameters.get("bias", np.zeros(1)), -1, axis)
        case BatchNorm():
            mean, variance = parameters["running_mean"], parameters["running_var"]
            y = (np.moveaxis(x, channels, -1) - mean) / np.sqrt(variance + op.eps)
            return np.moveaxis(affine(y, parameters), -1, channels)
        case LayerNorm():
            y = np.moveaxis(x, channels, -1)
            centred = y - y.mean(-1, keepdims=True)
            y = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + op.eps)
            return np.moveaxis(affine(y, parameters), -1, channels)
        case LocalResponseNorm():
            return np.moveaxis(response_norm(op, np.moveaxis(x, channels, -1)), -1, channels)
        case GroupNorm() | InstanceNorm() | RmsNorm() | L2Norm():
            return reference_sampling.sample_norm(op, x, channels, parameters)
        case Activation():
            return np.asarray(np.vectorize(FUNCTIONS[op.function])(x, op.constant))
        case Prelu():
            return np.where(x > 0, x, beside(parameters["weight"], x, channels) * x)
        case Softmax():
            exponentials = np.exp(x - x.max(op.axis + 1, keepdims=True))
            y = exponentials / exponentials.sum(op.axis + 1, keepdims=True)
            return np.asarray(np.log(y) if op.log else y)
        case Dropout() | DropPath():
            return x
        case Scale():
            return x * beside(parameters["weight"], x, channels)
        case Combine():
            return combine(op, types, inputs)
        case Flatten():
            return x.reshape(*x.shape[: op.axis + 1], math.prod(x.shape[op.axis + 1 :]))
        case Slice():
            start, stop = numbers((op.start, op.stop), "a test")
            return x.take(range(start, stop, op.step), op.axis + 1)
        case Concat():
            return np.concatenate(inputs, op.axis + 1)
        case Reshape() | Permute() | Pad() | Crop():
            return reference_arrange.arranged(op, x)
        case Gray() | Normalize():
            return reference_arrange.coloured(op, x, channels)
        case Upsample():
            return reference_sampling.upsample(op, x)
        case PixelShuffle() | PixelUnshuffle() | ChannelShuffle():
            return reference_sampling.shuffle(op, x)
        case Embed():
            return reference_sequence.embed(op, x, parameters)
        case Recurrent():
            return reference_sequence.recurrent(op, x, parameters)
        case Attention():
            return reference_sequence.attention(op, x, parameters)
        case Position():
            return x + parameters["weight"]
        case _:
            assert_never(op)


def padded_map(x: Array, pads: Pads, value: float) -> Array:
    amounts = [numbers(sides, "a test") for sides in ((0, 0), (0, 0), *pads)]
    return np.pad(x, amounts, constant_values=value)


def starts(extent: int, window: int, stride: int) -> range:
    return range(0, extent - window + 1, stride)


def over_windows(
    x: Array, kernel: Sequence[int], stride: Sequence[int], pool: Callable[[Array], float]
) -> Array:
    """``pool`` of each window of each channel of each sample."""
    places = [starts(*axis) for axis in zip(x.shape[2:], kernel, stride, strict=True)]
    y = np.empty((*x.shape[:2], *map(len, places)))
    for index in itertools.product(*map(range, y.shape)):
        corner = [places[axis][i] for axis, i in enumerate(index[2:])]
        window = tuple(slice(start, start + size) for start, size in zip(corner, kernel, strict=True))
        y[index] = pool(x[index[:2]][window])
    return y


def conv(op: Conv, x: Array, weight: Array, bias: Array | None) -> Array:
    padded = padded_map(x, op.pads, 0.0)
    extents = [d * (k - 1) + 1 for k, d in zip(op.kernel, op.dilation, strict=True)]
    places = [starts(*axis) for axis in zip(padded.shape[2:], extents, op.stride, strict=True)]
    y = np.zeros((len(x), op.channels, *map(len, places)))
    cells = np.moveaxis(y, 0, -1)
    reads, makes = x.shape[1] // op.groups, op.channels // op.groups
    for filter_ in range(op.channels):
        first = filter_ // makes * reads
        for index in itertools.product(*map(range, y.shape[2:])):
            corner = [places[axis][i] for axis, i in enumerate(index)]
            fields = zip(corner, extents, op.dilation, strict=True)
            window = tuple(slice(start, start + size, step) for start, size, step in fields)
            patch = padded[(slice(None), slice(first, first + reads), *window)]
            cells[(filter_, *index)] = (patch * weight[filter_]).reshape(len(x), -1).sum(1)
    return y if bias is None else y + beside(bias, y, 1)


def average_pool(op: AveragePool, x: Array) -> Array:
    """Sums over windows by the number of elements that count, padding as ``count_padding`` says."""
    beyond: Pads = tuple((0, after) for after in op.remainder)
    counted = padded_map(np.ones_like(x), op.pads, 1.0 if op.count_padding else 0.0)
    counted = padded_map(counted, beyond, 0.0)
    elements = padded_map(padded_map(x, op.pads, 0.0), beyond, 0.0)
    sums = over_windows(elements, op.kernel, op.stride, lambda window: window.sum())
    return sums / over_windows(counted, op.kernel, op.stride, lambda window: window.sum())


def adaptive_pool(op: AdaptivePool, x: Array) -> Array:
    y = np.empty((*x.shape[:2], *op.to))
    cells = np.moveaxis(y, (0, 1), (-2, -1))
    for index in itertools.product(*map(range, op.to)):
        fields = list(zip(index, op.to, x.shape[2:], strict=True))
        bin_ = tuple(slice(i * w // n, -(-(i + 1) * w // n)) for i, n, w in fields)
        elements = x[(slice(None), slice(None), *bin_)].reshape(*x.shape[:2], -1)
        cells[index] = elements.max(-1) if op.mode == "max" else elements.mean(-1)
    return y


def response_norm(op: LocalResponseNorm, x: Array) -> Array:
    """Channels last."""
    y = np.empty_like(x)
    for channel in range(x.shape[-1]):
        first = channel - op.size // 2
        near = x[..., max(first, 0) : first + op.size]
        y[..., channel] = x[..., channel] / (op.k + op.alpha * (near**2).sum(-1) / op.size) ** op.beta
    return y


def affine(x: Array, parameters: Parameters) -> Array:
    return x * parameters["weight"] + parameters["bias"] if "weight" in parameters else x


def beside(vector: Array, x: Array, axis: int) -> Array:
    """A vector as it broadcasts along ``axis`` of ``x``."""
    return vector.reshape([-1 if place == axis else 1 for place in range(x.ndim)])


def combine(op: Combine, types: Sequence[TensorType], inputs: Sequence[Array]) -> Array:
    widest = max(types, key=lambda type_: type_.rank)
    values = [
        x
        if type_.rank == widest.rank
        else np.stack([beside(v, np.empty((0,) * widest.rank), widest.channel_axis) for v in x])
        for x, type_ in zip(inputs, types, strict=True)
    ]
    aligned = np.stack(np.broadcast_arrays(*values))
    match op.how:
        case "add":
            return sum(values[1:], values[0])
        case "mean":
            return sum(values[1:], values[0]) / len(values)
        case "sub":
            return values[0] - values[1]
        case "mul":
            return np.asarray(np.prod(aligned, axis=0))
        case "max":
            return np.asarray(np.max(aligned, axis=0))
        case _:
            assert_never(op.how)


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def softplus(x: float) -> float:
    return math.log1p(math.exp(-abs(x))) + max(x, 0.0)


SELU_ALPHA, SELU_SCALE = 1.6732632423543772848, 1.0507009873554804934

FUNCTIONS: dict[str, Callable[[Any, float], float]] = {
    "relu": lambda x, _: max(x, 0.0),
    "relu6": lambda x, _: min(max(x, 0.0), 6.0),
    "leaky_relu": lambda x, slope: x if x > 0 else slope * x,
    "elu": lambda x, alpha: x if x > 0 else alpha * math.expm1(x),
    "selu": lambda x, _: SELU_SCALE * (x if x > 0 else SELU_ALPHA * math.expm1(x)),
    "gelu": lambda x, _: x * (1 + math.erf(x / math.sqrt(2))) / 2,
    "gelu_tanh": lambda x, _: x / 2 * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))),
    "silu": lambda x, _: x * sigmoid(x),
    "hardswish": lambda x, _: x * min(max(x + 3, 0.0), 6.0) / 6,
    "hardsigmoid": lambda x, slope: min(max(slope * x + 0.5, 0.0), 1.0),
    "sigmoid": lambda x, _: sigmoid(x),
    "tanh": lambda x, _: math.tanh(x),
    "softplus": lambda x, _: softplus(x),
    "mish": lambda x, _: x * math.tanh(softplus(x)),
    "abs": lambda x, _: abs(x),
    "square": lambda x, _: x * x,
    "sqrt": lambda x, _: math.sqrt(x) if x >= 0 else math.nan,
}
