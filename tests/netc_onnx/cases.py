"""The ops that this room tries, each over a grid of its options."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING, NamedTuple, get_args

from netc.ops.conv import Conv
from netc.ops.dense import Linear
from netc.ops.elementwise import Activation, Combine, Dropout, DropPath, Function, Prelu, Scale, Softmax
from netc.ops.norm import BatchNorm, LayerNorm, LocalResponseNorm
from netc.ops.pool import AdaptivePool, AveragePool, GlobalPool, MaxPool, PoolMode
from netc.ops.shape import Concat, Flatten, Slice
from netc.ops.window import WholePads, ceil_remainder
from netc.types import TensorType

if TYPE_CHECKING:
    from netc.ops import Op


class Case(NamedTuple):
    op: Op
    types: tuple[TensorType, ...]


def of(*shape: int) -> TensorType:
    return TensorType(shape)


def sequence(*shape: int) -> TensorType:
    return TensorType(shape, layout="sequence")


SCALAR, VECTOR, SEQUENCE = TensorType(()), of(6), sequence(5, 6)
MAPS = (of(6, 7), of(6, 5, 4), of(6, 3, 4, 5))
VALUES = (VECTOR, SEQUENCE, *MAPS)
MODES: tuple[PoolMode, ...] = ("max", "avg")


def single_sides(axes: int, by: int = 1) -> list[WholePads]:
    """No pads; a pad on each side alone; a pad on all sides but one."""
    sides: list[WholePads] = [((0, 0),) * axes]
    for axis, end in product(range(axes), range(2)):
        for alone, others in ((by, 0), (0, by)):
            flat = [[others, others] for _ in range(axes)]
            flat[axis][end] = alone
            sides.append(tuple((before, after) for before, after in flat))
    return sides


def convs() -> Iterator[Case]:
    sides = ((0, 0), (1, 0), (0, 1), (2, 1), (1, 2), (3, 3))
    for kernel, stride, pads, dilation, extent in product((1, 2, 3), (1, 2, 3), sides, (1, 2), (7, 8)):
        op = Conv(2, (kernel,), (stride,), (pads,), (dilation,), 1, bias=stride == 1)
        yield Case(op, (of(2, extent),))
    for pads2, (channels, groups) in product(single_sides(2), ((4, 1), (4, 2), (4, 4), (8, 4))):
        yield Case(Conv(channels, (3, 2), (2, 1), pads2, (1, 2), groups, bias=True), (of(4, 7, 6),))
    for pads3, groups in product(single_sides(3), (1, 2)):
        yield Case(Conv(2, (2, 3, 2), (1, 2, 1), pads3, (1, 1, 1), groups, bias=False), (of(2, 3, 5, 4),))
    yield Case(Conv(3, (1, 1), (1, 1), ((0, 0), (0, 0)), (1, 1), 1, bias=True), (of(1, 4, 4),))
    yield Case(Conv(1, (3, 3), (1, 1), ((5, 4), (0, 6)), (1, 1), 1, bias=True), (of(1, 4, 4),))
    for dilation3 in ((2, 1, 1), (1, 2, 1), (1, 1, 3), (2, 2, 2)):
        pads3 = ((1, 0), (0, 1), (2, 2))
        yield Case(Conv(4, (2, 2, 2), (1, 2, 1), pads3, dilation3, 2, bias=True), (of(2, 4, 5, 4),))


def max_pools() -> Iterator[Case]:
    for kernel, stride, extent in product((1, 2, 3), (1, 2, 3), (5, 6, 7)):
        for before, after in product(range(kernel), range(kernel)):
            rest = ceil_remainder(extent, kernel, stride, (before, after))
            for end in {after, after + rest}:
                yield Case(MaxPool((kernel,), (stride,), ((before, end),)), (of(2, extent),))
    for pads in single_sides(2):
        yield Case(MaxPool((3, 2), (2, 1), pads), (of(3, 7, 6),))
    for pads in single_sides(3):
        yield Case(MaxPool((2, 3, 2), (1, 2, 2), pads), (of(2, 4, 5, 4),))


def average_pools() -> Iterator[Case]:
    for kernel, stride, extent, counted in product((1, 2, 3), (1, 2, 3), (5, 6, 7), (False, True)):
        for before, after in product(range(kernel), range(kernel)):
            rest = ceil_remainder(extent, kernel, stride, (before, after))
            for remainder in {0, rest}:
                op = AveragePool((kernel,), (stride,), ((before, after),), (remainder,), counted)
                yield Case(op, (of(2, extent),))
    for pads, remainder2, counted in product(single_sides(2), ((0, 0), (1, 0)), (False, True)):
        yield Case(AveragePool((3, 2), (2, 1), pads, remainder2, counted), (of(3, 8, 6),))
    for pads, counted in product(single_sides(3), (False, True)):
        rest = ceil_remainder(5, 2, 2, pads[2])
        yield Case(AveragePool((2, 3, 2), (1, 2, 2), pads, (0, 0, rest), counted), (of(2, 4, 5, 5),))


def other_pools() -> Iterator[Case]:
    for mode, keepdims, type_ in product(MODES, (False, True), (SEQUENCE, *MAPS)):
        yield Case(GlobalPool(mode, keepdims), (type_,))
    for mode, extent, to in product(MODES, (1, 4, 5, 7, 12), (1, 2, 3, 4, 5, 9)):
        yield Case(AdaptivePool(mode, (to,)), (of(2, extent),))
    for mode, to2 in product(MODES, ((1, 1), (3, 2), (7, 5), (4, 1), (2, 5), (9, 4))):
        yield Case(AdaptivePool(mode, to2), (of(3, 7, 5),))
    for mode in MODES:
        yield Case(AdaptivePool(mode, (6, 6)), (of(2, 13, 13),))
        yield Case(AdaptivePool(mode, (2, 3, 3)), (of(2, 4, 5, 7),))


def dense() -> Iterator[Case]:
    for bias, type_ in product((True, False), VALUES):
        yield Case(Linear(4, bias, "channels"), (type_,))
        yield Case(Linear(4, bias, "last"), (type_,))


def norms() -> Iterator[Case]:
    for affine, type_ in product((True, False), VALUES):
        yield Case(BatchNorm(1e-3, 0.1, affine), (type_,))
        yield Case(LayerNorm(1e-6, affine), (type_,))
    for size, type_ in product((1, 2, 3, 4, 5, 8), VALUES):
        yield Case(LocalResponseNorm(size, 0.5, 0.75, 2.0), (type_,))


def activations() -> Iterator[Case]:
    constants = {"leaky_relu": 0.1, "elu": 0.7, "hardsigmoid": 1 / 6}
    for function in get_args(Function):
        for type_ in (SCALAR, SEQUENCE, of(2, 30)):
            yield Case(Activation(function, constants.get(function, 0.0)), (type_,))
    yield Case(Activation("hardsigmoid", 0.2), (VECTOR,))
    for log, type_ in product((False, True), VALUES):
        for axis in range(type_.rank):
            yield Case(Softmax(axis, log), (type_,))
    yield Case(Prelu(per_channel=False), (SCALAR,))
    for type_ in VALUES:
        yield Case(Prelu(per_channel=True), (type_,))
        yield Case(Prelu(per_channel=False), (type_,))
        yield Case(Scale(1.0), (type_,))


def merges() -> Iterator[Case]:
    for type_ in (SCALAR, *VALUES):
        for count in (1, 2, 3, 5):
            yield Case(Combine("add"), (type_,) * count)
            yield Case(Combine("mul"), (type_,) * count)
            yield Case(Combine("max"), (type_,) * count)
            yield Case(Combine("mean"), (type_,) * count)
        yield Case(Combine("sub"), (type_, type_))
    for type_ in VALUES[1:]:
        yield Case(Combine("mul"), (type_, VECTOR))
        yield Case(Combine("mul"), (VECTOR, type_, VECTOR))
    yield Case(Combine("mul"), (VECTOR, VECTOR, of(6, 5, 4), of(6, 1, 4)))
    yield Case(Combine("mul"), (of(6, 1, 1), of(1, 5, 4)))
    for type_ in VALUES:
        for axis in range(type_.rank):
            yield Case(Concat(axis), (type_,))
            yield Case(Concat(axis), (type_, type_, type_))
    yield Case(Concat(0), (of(2, 3, 4), of(5, 3, 4)))
    yield Case(Concat(0), (TensorType((2, 3), "uint8"), TensorType((1, 3), "uint8")))
    yield Case(Concat(0), (TensorType((2,), "int64"), TensorType((3,), "int64")))


def arrangements() -> Iterator[Case]:
    yield Case(Flatten(0), (SCALAR,))
    for type_ in (*VALUES, TensorType((3, 4, 5), "uint8"), TensorType((4,), "int64")):
        for axis in range(type_.rank):
            yield Case(Flatten(axis), (type_,))
            yield Case(Slice(axis, 0, type_.shape[axis], 1), (type_,))
            yield Case(Slice(axis, 1, 3, 1), (type_,))
            yield Case(Slice(axis, 0, type_.shape[axis], 2), (type_,))
    yield Case(Dropout(0.5, spatial=False), (VECTOR,))
    yield Case(DropPath(0.5), (VECTOR,))


FAMILIES = {
    "conv": tuple(convs()),
    "max_pool": tuple(max_pools()),
    "average_pool": tuple(average_pools()),
    "other_pools": tuple(other_pools()),
    "dense": tuple(dense()),
    "norms": tuple(norms()),
    "activations": tuple(activations()),
    "merges": tuple(merges()),
    "arrangements": tuple(arrangements()),
}
"""Every op is in one of these; a family becomes one graph."""
