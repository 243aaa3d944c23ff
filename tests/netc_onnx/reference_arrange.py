"""What rearranging, padding, cropping and colour ops mean, computed plainly in float64."""

from __future__ import annotations

import itertools
from typing import TypeAlias, assert_never

import numpy as np
from numpy.typing import NDArray

from netc.ops.arrange import Crop, Pad, Permute, Reshape
from netc.ops.colour import Gray, Normalize
from netc.types.dims import number

Array: TypeAlias = NDArray[np.float64]


def arranged(op: Reshape | Permute | Pad | Crop, x: Array) -> Array:
    match op:
        case Reshape():
            y = np.empty((len(x), *(number(dim, "a test") for dim in op.shape)))
            for place, index in enumerate(np.ndindex(*y.shape[1:])):
                y[(slice(None), *index)] = x.reshape(len(x), -1)[:, place]
            return y
        case Permute():
            y = np.empty((len(x), *(x.shape[axis + 1] for axis in op.order)))
            for index in np.ndindex(*y.shape[1:]):
                source = tuple(index[op.order.index(axis)] for axis in range(len(op.order)))
                y[(slice(None), *index)] = x[(slice(None), *source)]
            return y
        case Pad():
            return pad(op, x)
        case Crop():
            y = x
            for axis, (before, after) in enumerate(op.crops, start=2):
                y = y.take(range(number(before, "a test"), y.shape[axis] - number(after, "a test")), axis)
            return y
        case _:
            assert_never(op)


def pad(op: Pad, x: Array) -> Array:
    """Each new place by itself: where in the input it lies, or that it lies outside."""
    sizes = x.shape[2:]
    new = [size + before + after for size, (before, after) in zip(sizes, op.pads, strict=True)]
    y = np.full((*x.shape[:2], *new), op.value)
    for index in itertools.product(*map(range, new)):
        place = tuple(i - before for i, (before, _) in zip(index, op.pads, strict=True))
        if op.mode == "reflect":
            place = tuple(mirrored(i, size) for i, size in zip(place, sizes, strict=True))
        elif op.mode == "replicate":
            place = tuple(min(max(i, 0), size - 1) for i, size in zip(place, sizes, strict=True))
        if all(0 <= i < size for i, size in zip(place, sizes, strict=True)):
            np.moveaxis(y, (0, 1), (-2, -1))[index] = np.moveaxis(x, (0, 1), (-2, -1))[place]
    return y


def mirrored(place: int, size: int) -> int:
    if place < 0:
        return -place
    return 2 * (size - 1) - place if place >= size else place


def coloured(op: Gray | Normalize, x: Array, channels: int) -> Array:
    """``channels`` is the axis of the channels, the batch's being 0."""
    if isinstance(op, Gray):
        red, green, blue = (0.299, 0.587, 0.114) if op.mode == "luma" else (1 / 3, 1 / 3, 1 / 3)
        return red * x[:, 0:1] + green * x[:, 1:2] + blue * x[:, 2:3]
    y = x.copy()
    for place in range(x.shape[channels] if x.ndim > 1 else 1):
        mean, std, scale = (
            numbers[0 if len(numbers) == 1 else place] for numbers in (op.mean, op.std, op.scale)
        )
        part = [slice(None)] * x.ndim
        if x.ndim > 1:
            part[channels] = slice(place, place + 1)
        y[tuple(part)] = (x[tuple(part)] * scale - mean) / std
    return y
