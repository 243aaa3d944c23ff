"""Convolutions."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple, final

from pydantic import Field

from netc.layers.activation import ActOption
from netc.layers.base import Context, Layer, one
from netc.layers.init import Init
from netc.layers.norm import NormOption
from netc.layers.options import Flag, Pads, Positive, Sizes
from netc.layers.weighted import Bias, emit_weighted, has_bias
from netc.layers.window import pad_amounts
from netc.ops.conv import Conv
from netc.ops.op import require_map
from netc.ops.window import Windows, spatial_tuple
from netc.types.dims import number

if TYPE_CHECKING:
    from netc.graph import Value
    from netc.layers.options import Padding


class Geometry(NamedTuple):
    """Where a convolution's windows lie, as options say it."""

    kernel: int | tuple[int, ...]
    stride: int | tuple[int, ...] = 1
    padding: Padding = "valid"
    dilation: int | tuple[int, ...] = 1

    def conv(self, x: Value, channels: int, groups: int, *, bias: bool, kind: str = "conv") -> Conv:
        """The convolution of ``x`` that this geometry makes, for a layer of this kind.

        Raises ``Mistake`` where none can be.
        """
        require_map(x.type, kind)
        spatial = x.type.spatial
        kernel = spatial_tuple(self.kernel, len(spatial), "kernel")
        stride = spatial_tuple(self.stride, len(spatial), "stride")
        dilation = spatial_tuple(self.dilation, len(spatial), "dilation")
        pads = pad_amounts(self.padding, spatial, kernel, stride, dilation)
        Windows(kernel, stride, pads, dilation).counts(spatial, kind)
        return Conv(channels, kernel, stride, pads, dilation, groups, bias)


class Filters(Layer):
    """The options that all convolutions have."""

    stride: Sizes = Field(1, description="How far apart the windows lie.")
    bias: Bias = Field("auto", description="`auto`: true, unless a batch norm follows inside the layer.")
    norm: NormOption = Field(None, description="The norm that follows.")
    act: ActOption = Field(None, description="The activation after that.")
    init: Init = Field(None, description="How weight and bias begin.")


class Windowed(Filters):
    """The options of windows that read all channels."""

    channels: Positive = Field(description="Output channels (the depth).")
    kernel: Sizes = Field(description="The window's size.")
    padding: Pads = Field("valid", description="What is added around: `valid`, `same`, `half` or numbers.")
    dilation: Sizes = Field(1, description="How far apart the elements of a window lie.")
    groups: Positive = Field(1, description="Into how many groups channels are split.")


@final
class ConvLayer(Windowed):
    """Convolution in 1, 2 or 3 spatial axes: the same filters at every position.

    Each output axis has ``(W − F + 2P)/S + 1`` elements, floored, F being the dilated kernel; then come
    the norm and the activation.

    ``y[o, p] = bias[o] + Σ weight[o, c, k]·x[c, p·S + k·dilation − before]``, the sum over the channels c of
    o's group and the places k of the kernel: no kernel is flipped. Dumoulin and Visin, A guide to
    convolution arithmetic for deep learning (2016).
    """

    kind: ClassVar[str] = "conv"
    value_field: ClassVar[str] = "channels"

    def build(self, context: Context, *values: Value) -> Value:
        """One convolution, then norm and activation."""
        x = one(values, self.kind)
        geometry = Geometry(self.kernel, self.stride, self.padding, self.dilation)
        op = geometry.conv(x, self.channels, self.groups, bias=has_bias(self.bias, self.norm))
        return emit_weighted(context, op, x, "conv", self.norm, self.act, self.init)


@final
class PointwiseLayer(Filters):
    """Convolution with kernel 1: a linear layer over the channels of each position.

    ``y[o, p] = bias[o] + Σ weight[o, c]·x[c, p·S]``, the sum over the channels c of o's group. Lin et al.,
    Network In Network (2013).
    """

    kind: ClassVar[str] = "conv1x1"
    value_field: ClassVar[str] = "channels"

    channels: Positive = Field(description="Output channels (the depth).")
    groups: Positive = Field(1, description="Into how many groups channels are split.")

    def build(self, context: Context, *values: Value) -> Value:
        """One convolution, then norm and activation."""
        x = one(values, self.kind)
        bias = has_bias(self.bias, self.norm)
        geometry = Geometry(1, self.stride)
        op = geometry.conv(x, self.channels, self.groups, bias=bias, kind=self.kind)
        return emit_weighted(context, op, x, "conv", self.norm, self.act, self.init)


@final
class DepthwiseLayer(Filters):
    """Convolution of each channel with filters of its own: ``multiplier`` outputs a channel.

    With m the ``multiplier``, output channel o is a ``conv`` of input channel ``⌊o/m⌋`` alone: one with
    ``groups: C`` and ``m·C`` outputs. Howard et al., MobileNets (2017), section 3.1.
    """

    kind: ClassVar[str] = "depthwise"
    value_field: ClassVar[str] = "kernel"

    kernel: Sizes = Field(description="The window's size.")
    padding: Pads = Field("valid", description="What is added around: `valid`, `same`, `half` or numbers.")
    dilation: Sizes = Field(1, description="How far apart the elements of a window lie.")
    multiplier: Positive = Field(1, description="Output channels an input channel.")

    def build(self, context: Context, *values: Value) -> Value:
        """One grouped convolution, then norm and activation."""
        x = one(values, self.kind)
        require_map(x.type, self.kind)
        geometry = Geometry(self.kernel, self.stride, self.padding, self.dilation)
        channels = number(x.type.channels, f"the channels of `{self.kind}`")
        bias = has_bias(self.bias, self.norm)
        op = geometry.conv(x, channels * self.multiplier, channels, bias=bias, kind=self.kind)
        return emit_weighted(context, op, x, "conv", self.norm, self.act, self.init)


@final
class SeparableLayer(Filters):
    """A depthwise convolution, then a 1x1 convolution: space first, then channels.

    ``y = act(norm(pointwise(depthwise(x))))``, each half as the kinds ``depthwise`` and ``conv1x1`` say it:
    ``norm``, ``act`` and ``bias`` are the 1x1's; ``between: true`` puts the same after the depthwise half,
    which otherwise has no bias, since the 1x1's takes it in. Chollet, Xception (2016); with ``between``
    Howard et al., MobileNets (2017), figure 3.
    """

    kind: ClassVar[str] = "separable"
    value_field: ClassVar[str] = "channels"

    channels: Positive = Field(description="Output channels (the depth).")
    kernel: Sizes = Field(description="The window's size, of the depthwise half.")
    padding: Pads = Field("valid", description="What is added around, for the depthwise half.")
    dilation: Sizes = Field(1, description="How far apart the elements of a window lie.")
    between: Flag = Field(False, description="Norm, activation and bias after the depthwise half, too.")

    def build(self, context: Context, *values: Value) -> Value:
        """Two convolutions, at ``NAME.depthwise`` and ``NAME.pointwise``."""
        x = one(values, self.kind)
        require_map(x.type, self.kind)
        geometry = Geometry(self.kernel, self.stride, self.padding, self.dilation)
        bias = has_bias(self.bias, self.norm)
        channels = number(x.type.channels, f"the channels of `{self.kind}`")
        first = geometry.conv(x, channels, channels, bias=bias and self.between, kind=self.kind)
        half = context.inside("depthwise")
        norm, act = (self.norm, self.act) if self.between else (None, None)
        x = emit_weighted(
            half, first, x, "conv", norm, act, self.init if self.between else _no_bias(self.init)
        )
        second = Geometry(1).conv(x, self.channels, 1, bias=bias)
        return emit_weighted(context.inside("pointwise"), second, x, "conv", self.norm, self.act, self.init)


def _no_bias(init: Init) -> Init:
    return None if init is None else {key: start for key, start in init.items() if key != "bias"}


LAYERS: tuple[type[Layer], ...] = (ConvLayer, PointwiseLayer, DepthwiseLayer, SeparableLayer)
