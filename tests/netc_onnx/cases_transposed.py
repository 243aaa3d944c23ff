"""Transposed convolutions and local connections, over a grid of their options."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from netc.ops.local import Local
from netc.ops.transposed import ConvTranspose
from tests.netc_onnx.cases import Case, of, single_sides


def fits(extent: int, kernel: int, stride: int, crop: tuple[int, int], more: int, dilation: int) -> bool:
    """Whether something is left, and the output padding is one that layers make."""
    covered = (extent - 1) * stride + dilation * (kernel - 1) + 1
    return more < max(stride, dilation) and crop[0] < covered and covered - sum(crop) + more > 0


def conv_transposes() -> Iterator[Case]:
    crops = ((0, 0), (1, 0), (0, 1), (1, 1), (2, 1), (1, 3), (4, 4))
    for kernel, stride, crop, dilation, extent in product((1, 2, 3), (1, 2, 3), crops, (1, 2), (1, 4)):
        for more in range(max(stride, dilation)):
            if fits(extent, kernel, stride, crop, more, dilation):
                bias = stride != 2
                op = ConvTranspose(2, (kernel,), (stride,), (crop,), (more,), (dilation,), 1, bias)
                yield Case(op, (of(2, extent),))
    for more, dilation in product((2, 3, 4, 7), (1, 2)):  # as `same` has them
        op = ConvTranspose(2, (2,), (3,), ((0, 0),), (more,), (dilation,), 1, bias=True)
        yield Case(op, (of(2, 4),))
        yield Case(op, (of(2, 1),))
    for crops2, (channels, groups) in product(single_sides(2), ((6, 1), (4, 2), (4, 4), (8, 4))):
        op = ConvTranspose(channels, (3, 2), (2, 1), crops2, (1, 0), (1, 2), groups, bias=True)
        yield Case(op, (of(4, 3, 4),))
        op = ConvTranspose(channels, (4, 3), (2, 3), crops2, (0, 2), (1, 1), groups, bias=False)
        yield Case(op, (of(4, 4, 3),))
    for crops3, groups in product(single_sides(3), (1, 2)):
        op = ConvTranspose(2, (2, 3, 2), (1, 2, 2), crops3, (0, 1, 0), (1, 1, 2), groups, bias=True)
        yield Case(op, (of(2, 2, 3, 2),))


def locals_() -> Iterator[Case]:
    sides = ((0, 0), (1, 0), (0, 1), (2, 1), (3, 3))
    for kernel, stride, pads, dilation, extent in product((1, 2, 3), (1, 2, 3), sides, (1, 2), (5, 6)):
        op = Local(2, (kernel,), (stride,), (pads,), (dilation,), 1, bias=stride == 1)
        yield Case(op, (of(3, extent),))
    for pads2, (channels, groups) in product(single_sides(2), ((3, 1), (4, 2), (4, 4), (8, 4))):
        yield Case(Local(channels, (3, 2), (2, 1), pads2, (1, 2), groups, bias=groups < 4), (of(4, 5, 6),))
    for pads3, groups in product(single_sides(3), (1, 2)):
        op = Local(2, (2, 3, 2), (1, 2, 1), pads3, (1, 1, 1), groups, bias=True)
        yield Case(op, (of(2, 3, 4, 3),))
    op = Local(2, (2, 2, 2), (1, 1, 2), ((1, 0), (0, 1), (1, 1)), (2, 1, 3), 1, bias=True)
    yield Case(op, (of(2, 4, 3, 4),))


FAMILIES = {"conv_transpose": tuple(conv_transposes()), "local": tuple(locals_())}
