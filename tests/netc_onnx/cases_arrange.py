"""Rearranging, padding, cropping and colour, each over a grid of its options."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations, product

from netc.ops.arrange import Crop, Pad, PadMode, Permute, Reshape
from netc.ops.colour import Gray, GrayMode, Normalize
from netc.ops.shape import Slice
from netc.types import Dtype, TensorType
from tests.netc_onnx.cases import MAPS, SCALAR, SEQUENCE, VALUES, VECTOR, Case, of, sequence, single_sides

DTYPES: tuple[Dtype, ...] = ("float32", "uint8", "int64")
PAD_MODES: tuple[PadMode, ...] = ("constant", "reflect", "replicate")
GRAY_MODES: tuple[GrayMode, ...] = ("luma", "mean")


def shapes() -> Iterator[Case]:
    for dtype in DTYPES:
        for shape in ((24,), (4, 6), (2, 3, 4), (1, 4, 1, 6), (2, 1, 3, 2, 2)):
            yield Case(Reshape(shape, "channels_first"), (TensorType((4, 3, 2), dtype),))
        for order in permutations(range(3)):
            yield Case(Permute(order), (TensorType((4, 3, 2), dtype),))
    yield Case(Reshape((), "channels_first"), (of(1),))
    yield Case(Reshape((1, 1, 1), "channels_first"), (SCALAR,))
    yield Case(Reshape((6, 5), "sequence"), (SEQUENCE,))
    yield Case(Reshape((2, 3), "sequence"), (VECTOR,))
    yield Case(Reshape((7,), "sequence"), (TensorType((7,), "int64"),))
    yield Case(Permute(()), (SCALAR,))
    yield Case(Permute((0,)), (VECTOR,))
    for order in permutations(range(2)):
        yield Case(Permute(order), (SEQUENCE,))
        yield Case(Permute(order), (of(5, 6),))
    for order in ((3, 2, 1, 0), (0, 2, 3, 1), (1, 0, 3, 2)):
        yield Case(Permute(order), (of(2, 3, 4, 5),))


def pads() -> Iterator[Case]:
    for dtype, mode, extent in product(DTYPES, PAD_MODES, (5, 6)):
        for before, after in product(range(extent), range(extent)):
            if max(before, after) in {0, 1, extent - 1}:
                yield Case(Pad(((before, after),), mode, 0.0), (TensorType((2, extent), dtype),))
        for pads2 in single_sides(2, 2):
            yield Case(Pad(pads2, mode, 0.0), (TensorType((3, extent, 4), dtype),))
        for pads3 in single_sides(3):
            yield Case(Pad(pads3, mode, 0.0), (TensorType((2, extent, 4, 3), dtype),))
        yield Case(Pad(((2, 9), (7, 0)), "replicate", 0.0), (TensorType((2, 2, extent), dtype),))
        yield Case(Pad(((0, 3), (1, 2)), "constant", 255.0), (TensorType((2, 2, extent), dtype),))
    yield Case(Pad(((1, 2), (3, 0)), "constant", -0.75), (of(2, 3, 4),))
    yield Case(Pad(((1, 2),), "constant", -7.0), (TensorType((2, 3), "int64"),))
    yield Case(Pad(((4, 4),), "replicate", 0.0), (of(2, 1),))


def crops() -> Iterator[Case]:
    for dtype, (before, after) in product(DTYPES, product(range(3), range(3))):
        yield Case(Crop(((before, after),)), (TensorType((2, 5), dtype),))
        yield Case(Crop(((before, after), (after, before))), (TensorType((3, 5, 6), dtype),))
    for sides in single_sides(3):
        yield Case(Crop(sides), (of(2, 3, 4, 5),))
        yield Case(Crop(sides), (of(2, 5, 3, 4),))
    for type_ in (*VALUES, TensorType((3, 4, 5), "uint8"), TensorType((7,), "int64")):
        for axis, step in product(range(type_.rank), (1, 2, 3)):
            size = type_.shape[axis]
            assert isinstance(size, int)
            yield Case(Slice(axis, size - 1, size, step), (type_,))
            yield Case(Slice(axis, 1, size, step), (type_,))


def colours() -> Iterator[Case]:
    for mode in GRAY_MODES:
        for shape in ((3, 6), (3, 5, 4), (3, 2, 3, 4)):
            yield Case(Gray(mode), (of(*shape),))
    each = tuple(2.0 ** (place - 3) for place in range(6))
    for dtype, type_ in product(("float32", "uint8"), (SCALAR, *VALUES)):
        given = TensorType(type_.shape, "uint8" if dtype == "uint8" else "float32", type_.layout)
        yield Case(Normalize((0.0,), (1.0,), (1.0,)), (given,))
        yield Case(Normalize((0.0,), (0.5,), (1.0,)), (given,))
        yield Case(Normalize((3.0,), (1.0,), (1.0,)), (given,))
        yield Case(Normalize((0.5,), (0.25,), (0.125,)), (given,))
        if type_ in (VECTOR, *MAPS) or type_ == sequence(5, 6):
            yield Case(Normalize(each, (2.0,), (0.5,)), (given,))
            yield Case(Normalize((0.5,), each, (1.0,)), (given,))
            yield Case(Normalize(each, each[::-1], each), (given,))


FAMILIES = {
    "shapes": tuple(shapes()),
    "pads": tuple(pads()),
    "crops": tuple(crops()),
    "colours": tuple(colours()),
}
