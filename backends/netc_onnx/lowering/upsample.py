"""Larger feature maps, and elements moved between channels and space, in ONNX."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netc.types.dims import number
from netc_onnx import opsets
from netc_onnx.phrases import move_axis, reshape
from netc_onnx.tensors import Attribute, Constant, Tensor, integers

if TYPE_CHECKING:
    from netc.ops.shuffle import ChannelShuffle, PixelShuffle, PixelUnshuffle
    from netc.ops.upsample import Upsample
    from netc_onnx.site import Site

NOTHING = Tensor("", ())
"""An optional input that is left out: ``Resize`` has a region of interest before its scales."""


def lower_upsample(at: Site, op: Upsample) -> Tensor:
    """``Resize`` by scales, which are whole: no size need be known.

    ``nearest`` rounds ``i/f`` down, the one form that all runtimes read alike; attributes that play no
    part have the values that ONNX gives them.
    """
    scales = Constant("scales", np.array([1, 1, *op.factors], np.float32))
    places = "align_corners" if op.align_corners else "half_pixel"
    attributes: dict[str, Attribute] = {
        "coordinate_transformation_mode": "asymmetric" if op.mode == "nearest" else places,
        "cubic_coeff_a": -0.75,
        "exclude_outside": 0,
        "extrapolation_value": 0.0,
        "mode": op.mode,
        "nearest_mode": "floor",
    }
    if at.opset >= opsets.RESIZE_ANTIALIAS:
        attributes |= {"antialias": 0, "axes": range(len(at.shape)), "keep_aspect_ratio_policy": "stretch"}
    return at.end("Resize", at.x, NOTHING, scales, **attributes)


def lower_pixel_shuffle(at: Site, op: PixelShuffle) -> Tensor:
    """``DepthToSpace`` of channels whose squares lie together."""
    return at.end("DepthToSpace", at.x, blocksize=op.factor, mode="CRD")


def lower_pixel_unshuffle(at: Site, op: PixelUnshuffle) -> Tensor:
    """``SpaceToDepth``, which puts a pixel's channels together, then the squares' pixels dealt out."""
    apart = at.step("apart", "SpaceToDepth", at.x, shape=at.shape, blocksize=op.factor)
    return _dealt_out(at, apart, op.factor**2)


def lower_channel_shuffle(at: Site, op: ChannelShuffle) -> Tensor:
    """The channels of equal groups dealt out in turn."""
    return _dealt_out(at, at.x, op.groups)


def _dealt_out(at: Site, x: Tensor, groups: int) -> Tensor:
    """The first channel of each group, then the second of each: a table of groups, its axes swapped.

    One ``Gather`` would do, and is what is left where several sizes are symbolic. But OpenVINO folds it
    into a convolution behind it the wrong way round, and ncnn cannot compute it.
    """
    batch, _, *spatial = x.shape
    size = number(at.y_type.channels, "the channels of a shuffle") // groups
    if sum(not isinstance(extent, int) for extent in spatial) > 1:
        order = (group * size + place for place in range(size) for group in range(groups))
        return at.end("Gather", x, integers("indices", *order), axis=1)
    table = reshape(at, "groups", x, (batch, groups, size, *spatial), kept=1)
    return reshape(at, "", move_axis(at, "turned", table, 1, 2), at.shape, kept=1)
