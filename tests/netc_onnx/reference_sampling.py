"""What norms inside one sample, upsampling and shuffles mean, computed plainly in float64."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from typing import TypeAlias, assert_never

import numpy as np
from numpy.typing import NDArray

from netc.ops.group_norm import GroupNorm, InstanceNorm, L2Norm, RmsNorm
from netc.ops.shuffle import ChannelShuffle, PixelShuffle, PixelUnshuffle
from netc.ops.upsample import Upsample

Array: TypeAlias = NDArray[np.float64]
Shuffle: TypeAlias = PixelShuffle | PixelUnshuffle | ChannelShuffle


def sample_norm(
    op: GroupNorm | InstanceNorm | RmsNorm | L2Norm, x: Array, channels: int, parameters: Mapping[str, Array]
) -> Array:
    """``channels`` is the axis of the channels, the batch's being 0."""
    y = np.moveaxis(x, channels, -1).copy()
    match op:
        case GroupNorm() | InstanceNorm():
            size = y.shape[-1] // op.groups if isinstance(op, GroupNorm) else 1
            for sample, first in itertools.product(range(len(y)), range(0, y.shape[-1], size)):
                part = y[sample, ..., first : first + size]
                mean = part.sum() / part.size
                variance = ((part - mean) ** 2).sum() / part.size
                y[sample, ..., first : first + size] = (part - mean) / math.sqrt(variance + op.eps)
        case RmsNorm():
            y /= np.sqrt((y**2).sum(-1, keepdims=True) / y.shape[-1] + op.eps)
        case L2Norm():
            y /= np.maximum(np.sqrt((y**2).sum(-1, keepdims=True)), op.eps)
        case _:
            assert_never(op)
    return np.moveaxis(y * parameters.get("weight", 1.0) + parameters.get("bias", 0.0), -1, channels)


def upsample(op: Upsample, x: Array) -> Array:
    """One axis after the other, one element after the other."""
    for axis, factor in enumerate(op.factors, start=2):
        size = x.shape[axis]
        elements = [between(x, axis, place(op, i, factor, size)) for i in range(size * factor)]
        x = np.stack(elements, axis)
    return x


def place(op: Upsample, i: int, factor: int, size: int) -> float:
    """Where among the old elements of an axis the new element ``i`` is read."""
    if op.mode == "nearest":
        return i // factor
    if op.align_corners:
        return i * (size - 1) / (size * factor - 1) if size > 1 else 0.0
    return min(max((i + 0.5) / factor - 0.5, 0.0), size - 1)


def between(x: Array, axis: int, where: float) -> Array:
    """What lies at ``where`` along an axis, on the line between the elements beside it."""
    left = math.floor(where)
    right = min(left + 1, x.shape[axis] - 1)
    share = where - left
    return np.asarray(x.take(left, axis) * (1 - share) + x.take(right, axis) * share)


def shuffle(op: Shuffle, x: Array) -> Array:
    """Element by element, as the ops' formulas say."""
    match op:
        case PixelShuffle(r):
            n, channels, height, width = x.shape
            y = np.empty((n, channels // r**2, height * r, width * r))
            for c, a, b in itertools.product(range(y.shape[1]), range(r), range(r)):
                y[:, c, a::r, b::r] = x[:, c * r * r + a * r + b]
        case PixelUnshuffle(r):
            n, channels, height, width = x.shape
            y = np.empty((n, channels * r**2, height // r, width // r))
            for c, a, b in itertools.product(range(channels), range(r), range(r)):
                y[:, c * r * r + a * r + b] = x[:, c, a::r, b::r]
        case ChannelShuffle(groups):
            y = np.empty_like(x)
            size = x.shape[1] // groups
            for i, j in itertools.product(range(groups), range(size)):
                y[:, j * groups + i] = x[:, i * size + j]
        case _:
            assert_never(op)
    return y
