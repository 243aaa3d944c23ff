"""What transposed convolutions and local connections mean, computed plainly in float64."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from netc.ops.local import Local
    from netc.ops.transposed import ConvTranspose

Array: TypeAlias = NDArray[np.float64]


def conv_transpose(op: ConvTranspose, x: Array, weight: Array, bias: Array | None) -> Array:
    """Every input element lays its scaled filters down; then edges are cut off and the bias is added."""
    spatial, reads = x.shape[2:], x.shape[1] // op.groups
    fields = zip(spatial, op.kernel, op.stride, op.dilation, op.output_padding, strict=True)
    extents = [(w - 1) * s + d * (k - 1) + 1 + more for w, k, s, d, more in fields]
    canvas: Any = np.zeros((len(x), op.channels, *extents))
    elements: Any = np.moveaxis(x, 0, -1)
    factors: Any = np.moveaxis(weight, 1, -1)
    makes = op.channels // op.groups
    for channel, *place in itertools.product(range(x.shape[1]), *map(range, spatial)):
        first = channel // reads * makes
        for index in itertools.product(*map(range, op.kernel)):
            steps = zip(place, op.stride, index, op.dilation, strict=True)
            spot = tuple(p * s + k * d for p, s, k, d in steps)
            terms = np.multiply.outer(elements[(channel, *place)], factors[(channel, *index)])
            canvas[(slice(None), slice(first, first + makes), *spot)] += terms
    kept = tuple(
        slice(before, extent - after) for extent, (before, after) in zip(extents, op.crops, strict=True)
    )
    y: Array = canvas[(slice(None), slice(None), *kept)]
    return y if bias is None else y + bias.reshape(-1, *(1 for _ in spatial))


def local(op: Local, x: Array, weight: Array, bias: Array | None) -> Array:
    """Each window times the filters at its own position."""
    padded: Any = np.pad(x, ((0, 0), (0, 0), *op.pads))
    reads, makes = x.shape[1] // op.groups, op.channels // op.groups
    positions = weight.shape[2 + len(op.kernel) :]
    y: Any = np.zeros((len(x), op.channels, *positions))
    factors: Any = weight
    for filter_, *place in itertools.product(range(op.channels), *map(range, positions)):
        first = filter_ // makes * reads
        for channel, *index in itertools.product(range(reads), *map(range, op.kernel)):
            steps = zip(place, op.stride, index, op.dilation, strict=True)
            spot = tuple(p * s + k * d for p, s, k, d in steps)
            factor = factors[(filter_, channel, *index, *place)]
            y[(slice(None), filter_, *place)] += factor * padded[(slice(None), first + channel, *spot)]
    result: Array = y if bias is None else y + bias
    return result
