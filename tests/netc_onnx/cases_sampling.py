"""Norms inside one sample, upsampling and shuffles, each over a grid of its options."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from netc.ops.group_norm import GroupNorm, InstanceNorm, L2Norm, RmsNorm
from netc.ops.shuffle import ChannelShuffle, PixelShuffle, PixelUnshuffle
from netc.ops.upsample import Upsample
from tests.netc_onnx.cases import MAPS, SEQUENCE, VALUES, VECTOR, Case, of, sequence


def sample_norms() -> Iterator[Case]:
    for affine, eps, type_ in product((True, False), (0.0, 1e-5, 0.5), VALUES):
        for groups in (1, 2, 3):
            yield Case(GroupNorm(groups, eps, affine), (type_,))
        yield Case(RmsNorm(eps, affine), (type_,))
    for affine, type_ in product((True, False), (SEQUENCE, *MAPS)):
        yield Case(GroupNorm(6, 1e-3, affine), (type_,))
        yield Case(InstanceNorm(1e-3, affine), (type_,))
    for affine, type_ in product((True, False), (of(4, 1, 1), of(4, 1), sequence(1, 4))):
        yield Case(GroupNorm(2, 1e-3, affine), (type_,))
    for affine in (True, False):
        yield Case(InstanceNorm(1e-3, affine), (of(4, 1, 3),))
        yield Case(GroupNorm(4, 1e-3, affine), (of(4, 1, 3),))
    for type_ in VALUES:
        yield Case(L2Norm(1e-5), (type_,))
        yield Case(L2Norm(6.0), (type_,))  # above the length of some positions and below that of others
    yield Case(L2Norm(0.0), (VECTOR,))


def upsamples() -> Iterator[Case]:
    for extent, factor in product((1, 2, 3, 4, 7), (1, 2, 3, 4, 5, 41, 47, 55)):
        yield Case(Upsample((factor,), "nearest", align_corners=False), (of(2, extent),))
        for align_corners in (False, True):
            yield Case(Upsample((factor,), "linear", align_corners), (of(2, extent),))
    for spatial, factors in product(((1, 1), (1, 4), (3, 5)), ((2, 2), (4, 1), (1, 3), (5, 2), (3, 3))):
        yield Case(Upsample(factors, "nearest", align_corners=False), (of(3, *spatial),))
        for align_corners in (False, True):
            yield Case(Upsample(factors, "linear", align_corners), (of(3, *spatial),))
    for spatial3, factors3 in product(((1, 1, 1), (2, 1, 3)), ((2, 2, 2), (3, 1, 2), (1, 4, 5))):
        yield Case(Upsample(factors3, "nearest", align_corners=False), (of(2, *spatial3),))
        for align_corners in (False, True):
            yield Case(Upsample(factors3, "linear", align_corners), (of(2, *spatial3),))


def shuffles() -> Iterator[Case]:
    for factor, channels, spatial in product((1, 2, 3), (1, 2, 3), ((1, 1), (2, 3), (3, 2))):
        yield Case(PixelShuffle(factor), (of(channels * factor**2, *spatial),))
        yield Case(PixelUnshuffle(factor), (of(channels, *(factor * extent for extent in spatial)),))
    for groups, type_ in product((1, 2, 3, 6), MAPS):
        yield Case(ChannelShuffle(groups), (type_,))
    yield Case(ChannelShuffle(3), (of(12, 1, 2),))


FAMILIES = {
    "sample_norms": tuple(sample_norms()),
    "upsamples": tuple(upsamples()),
    "shuffles": tuple(shuffles()),
}
