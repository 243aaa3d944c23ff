"""Larger feature maps, and elements moved between channels and space."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, final

from pydantic import Field

from netc.errors import Mistake
from netc.layers.base import Context, Layer, one
from netc.layers.options import Flag, Positive, Sizes, words_type
from netc.ops.op import require_map
from netc.ops.shuffle import ChannelShuffle, PixelShuffle, PixelUnshuffle
from netc.ops.upsample import Upsample
from netc.ops.window import spatial_tuple

if TYPE_CHECKING:
    from netc.graph import Value


@final
class UpsampleLayer(Layer):
    """Each spatial axis a whole number of times as long.

    With ``f`` the factor and ``W`` the old size, element ``i`` of an axis is, for ``nearest``, the old
    ``⌊i/f⌋``; for ``linear`` it lies between the two old elements beside ``(i + 1/2)/f − 1/2`` (half-pixel
    centres; the first and last value go on beyond), or with ``align_corners: true`` beside
    ``i·(W − 1)/(f·W − 1)``. In 2 and 3 axes ``linear`` is bilinear and trilinear. Places as in PyTorch's
    ``Upsample`` and ONNX's Resize.
    """

    kind: ClassVar[str] = "upsample"
    value_field: ClassVar[str] = "factor"

    factor: Sizes = Field(description="How many times as long, for all spatial axes or one an axis.")
    mode: Annotated[Literal["nearest", "linear"], *words_type("nearest", "linear")] = Field(
        "nearest", description="`nearest` or `linear`."
    )
    align_corners: Flag = Field(False, description="linear: whether the first and last elements stay so.")

    def rules(self) -> None:
        """Only what is interpolated has corners to align."""
        if self.align_corners and self.mode == "nearest":
            message = "`align_corners` is for `mode: linear`: `nearest` has no positions in between"
            raise Mistake(
                "E206", message, help="leave it out, or write `mode: linear`", option="align_corners"
            )

    def build(self, context: Context, *values: Value) -> Value:
        """One op."""
        x = one(values, self.kind)
        require_map(x.type, self.kind)
        factors = spatial_tuple(self.factor, len(x.type.spatial), "factor")
        return context.emit(Upsample(factors, self.mode, self.align_corners), x)


@final
class PixelShuffleLayer(Layer):
    """Every ``r²`` channels become an ``r``×``r`` square of pixels: ``[C·r², H, W]`` to ``[C, r·H, r·W]``.

    ``y[c, r·h + a, r·w + b] = x[c·r² + a·r + b, h, w]`` with ``r`` the factor; Shi et al. (2016).
    """

    kind: ClassVar[str] = "pixel_shuffle"
    value_field: ClassVar[str] = "factor"

    factor: Positive = Field(description="The side of the square.")

    def build(self, context: Context, *values: Value) -> Value:
        """One op."""
        return context.emit(PixelShuffle(self.factor), one(values, self.kind))


@final
class PixelUnshuffleLayer(Layer):
    """Every ``r``×``r`` square of pixels becomes ``r²`` channels: ``[C, r·H, r·W]`` to ``[C·r², H, W]``.

    ``y[c·r² + a·r + b, h, w] = x[c, r·h + a, r·w + b]`` with ``r`` the factor: undoes ``pixel_shuffle``.
    """

    kind: ClassVar[str] = "pixel_unshuffle"
    value_field: ClassVar[str] = "factor"

    factor: Positive = Field(description="The side of the square; divides height and width.")

    def build(self, context: Context, *values: Value) -> Value:
        """One op."""
        return context.emit(PixelUnshuffle(self.factor), one(values, self.kind))


@final
class ChannelShuffleLayer(Layer):
    """The channels of equal groups dealt out in turn: one of each group, then the next of each.

    ``y[j·g + i] = x[i·n + j]`` with ``g`` groups of ``n`` channels; Zhang et al., ShuffleNet (2018). So a
    grouped convolution after it sees channels of every group before it.
    """

    kind: ClassVar[str] = "channel_shuffle"
    value_field: ClassVar[str] = "groups"

    groups: Positive = Field(description="How many groups; divides the channels.")

    def build(self, context: Context, *values: Value) -> Value:
        """One op."""
        return context.emit(ChannelShuffle(self.groups), one(values, self.kind))


LAYERS: tuple[type[Layer], ...] = (
    UpsampleLayer,
    PixelShuffleLayer,
    PixelUnshuffleLayer,
    ChannelShuffleLayer,
)
