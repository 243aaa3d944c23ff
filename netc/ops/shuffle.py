"""Ops that move elements between channels and space, or between groups of channels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from netc.errors import Mistake
from netc.ops.groups import group_size
from netc.ops.op import Operation, require_map
from netc.ops.reading import Reading, Readings, kept
from netc.types import TensorType
from netc.types.dims import divides, number, refute_divides, shape_text
from netc.types.tensor import AXES

IMAGE_AXES = 2


def _require_image(x: TensorType, what: str) -> None:
    require_map(x, what)
    if len(x.spatial) != IMAGE_AXES:
        raise Mistake(
            "E401",
            f"`{what}` needs a feature map of 2 spatial axes",
            label=f"given {x.describe()}",
            help="`upsample`, `conv` and `pool` take 1 to 3 axes",
        )


@final
@dataclass(frozen=True, slots=True)
class PixelShuffle(Operation):
    """Every ``factor²`` channels become a ``factor``×``factor`` square of pixels of one channel.

    ``y[c, r·h + a, r·w + b] = x[c·r² + a·r + b, h, w]``, r being the factor. Shi et al., Real-Time
    Single Image and Video Super-Resolution (2016), equation 4, in PyTorch's order of channels.

    >>> PixelShuffle(3).infer(TensorType((27, 32, 48)))
    TensorType(shape=(3, 96, 144), dtype='float32')
    """

    factor: int

    def infer(self, x: TensorType) -> TensorType:
        """``[C·r², H, W]`` to ``[C, r·H, r·W]``."""
        _require_image(x, "pixel_shuffle")
        square = self.factor**2
        channels = number(x.channels, "the channels of `pixel_shuffle`")
        if not divides(square, channels):
            raise self._indivisible(channels, square)
        return x.with_shape((channels // square, *(dim * self.factor for dim in x.spatial)))

    def readings(self, output: TensorType, x: TensorType) -> Readings:
        """One position for each square."""
        del x
        return None, *(Reading(axis, up=self.factor) for axis in range(1, output.rank))

    def _indivisible(self, channels: int, square: int) -> Mistake:
        near = [n for n in (channels // square * square,) if n]
        listed = " or ".join(map(str, (*near, -(-channels // square) * square)))
        return Mistake(
            "E403",
            "the channels of `pixel_shuffle` are not divisible by the square of its factor",
            label=f"{channels} channels, {self.factor}² = {square}",
            help=f"{listed} channels would fit: a `conv1x1` before it makes them",
        )


@final
@dataclass(frozen=True, slots=True)
class PixelUnshuffle(Operation):
    """Every ``factor``×``factor`` square of pixels becomes ``factor²`` channels.

    ``y[c·r² + a·r + b, h, w] = x[c, r·h + a, r·w + b]``: undoes ``PixelShuffle``.

    >>> PixelUnshuffle(2).infer(TensorType((3, 224, 224)))
    TensorType(shape=(12, 112, 112), dtype='float32')
    """

    factor: int

    def infer(self, x: TensorType) -> TensorType:
        """``[C, r·H, r·W]`` to ``[C·r², H, W]``."""
        _require_image(x, "pixel_unshuffle")
        channels = number(x.channels, "the channels of `pixel_unshuffle`")
        for name, dim in zip(AXES[IMAGE_AXES], x.spatial, strict=True):
            why = None if divides(self.factor, dim) else refute_divides(self.factor, dim)
            if why is not None:
                label = f"{dim} along {name}, factor {self.factor}, the input is {shape_text(x.spatial)}"
                raise Mistake(
                    "E407",
                    "the sizes that `pixel_unshuffle` takes apart are not divisible by its factor",
                    label=why.label(label, "{first} by {second}"),
                    help=why.help("a `pad` or `crop` before it makes them divisible"),
                )
        return x.with_shape((channels * self.factor**2, *(dim // self.factor for dim in x.spatial)))

    def readings(self, output: TensorType, x: TensorType) -> Readings:
        """A square for each position."""
        del x
        square = (Reading(axis, 0, self.factor - 1, self.factor) for axis in range(1, output.rank))
        return None, *square


@final
@dataclass(frozen=True, slots=True)
class ChannelShuffle(Operation):
    """The channels of ``groups`` equal parts dealt out in turn: one of each part, then the next of each.

    With n channels a part, ``y[j·groups + i] = x[i·n + j]``. Zhang et al., ShuffleNet (2018).

    >>> ChannelShuffle(3).infer(TensorType((240, 28, 28)))
    TensorType(shape=(240, 28, 28), dtype='float32')
    """

    groups: int

    def infer(self, x: TensorType) -> TensorType:
        """The type stays."""
        require_map(x, "channel_shuffle")
        group_size(x.channels, self.groups, "channel_shuffle")
        return x

    def readings(self, output: TensorType, x: TensorType) -> Readings:
        """Another channel at each position."""
        del x
        return kept(output.rank, [0])
