"""Transposed convolution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, final

from pydantic import Field

from netc.errors import Mistake
from netc.layers.base import Context, Layer, one
from netc.layers.conv import Filters
from netc.layers.options import Pads, Positive, Sizes, numbers, option, positive_numbers_schema
from netc.layers.weighted import emit_weighted, has_bias
from netc.layers.window import whole_pads
from netc.ops.op import require_map
from netc.ops.transposed import ConvTranspose
from netc.ops.window import dilated, spatial_tuple
from netc.types.tensor import AXES

if TYPE_CHECKING:
    from netc.graph import Value

OutputPadding = Annotated[int | tuple[int, ...], *option(numbers(0), positive_numbers_schema(0))]


@final
class ConvTransposeLayer(Filters):
    """Transposed convolution in 1, 2 or 3 spatial axes: a convolution's gradient by its input.

    Each output axis has ``(W − 1)·S + F − P + output_padding`` elements, F being the dilated kernel and P
    what ``padding`` takes away on both sides: it is the padding of the convolution that leads the other way.
    ``same`` gives ``W·S``: ``F − S`` elements are taken away, the odd one at the end; where F is smaller than
    S, ``S − F`` zeros are added at the end. Then come the bias, the norm and the activation. Dumoulin and
    Visin, A guide to convolution arithmetic for deep learning (2016), section 4.
    """

    kind: ClassVar[str] = "conv_transpose"
    value_field: ClassVar[str] = "channels"

    channels: Positive = Field(description="Output channels (the depth).")
    kernel: Sizes = Field(description="The filter's size.")
    stride: Sizes = Field(1, description="How far apart the filters lie: how often larger the output is.")
    padding: Pads = Field(
        "valid", description="What is taken away around the output: `valid`, `same`, `half` or numbers."
    )
    output_padding: OutputPadding = Field(
        0, description="What is kept at the end beyond that: less than the larger of stride and dilation."
    )
    dilation: Sizes = Field(1, description="How far apart the elements of a filter lie.")
    groups: Positive = Field(1, description="Into how many groups channels are split.")

    def build(self, context: Context, *values: Value) -> Value:
        """One transposed convolution, then norm and activation."""
        x = one(values, self.kind)
        op = self._op(x)
        return emit_weighted(context, op, x, "conv", self.norm, self.act, self.init)

    def _op(self, x: Value) -> ConvTranspose:
        require_map(x.type, self.kind)
        spatial = x.type.spatial
        axes = len(spatial)
        kernel = spatial_tuple(self.kernel, axes, "kernel")
        stride = spatial_tuple(self.stride, axes, "stride")
        dilation = spatial_tuple(self.dilation, axes, "dilation")
        added = spatial_tuple(self.output_padding, axes, "output_padding")
        _check_output_padding(added, stride, dilation)
        if self.padding == "same":
            beyond = [dilated(k, d) - s for k, s, d in zip(kernel, stride, dilation, strict=True)]
            crops = tuple((max(more, 0) // 2, max(more, 0) - max(more, 0) // 2) for more in beyond)
            added = tuple(own + max(-more, 0) for own, more in zip(added, beyond, strict=True))
        else:
            crops = whole_pads(self.padding, [dilated(k, d) for k, d in zip(kernel, dilation, strict=True)])
        bias = has_bias(self.bias, self.norm)
        return ConvTranspose(self.channels, kernel, stride, crops, added, dilation, self.groups, bias)


def _check_output_padding(added: tuple[int, ...], stride: tuple[int, ...], dilation: tuple[int, ...]) -> None:
    """Raise unless it is less than the larger of stride and dilation, as in PyTorch."""
    for axis, (more, step, gap) in enumerate(zip(added, stride, dilation, strict=True)):
        most = max(step, gap) - 1
        if more > most:
            raise Mistake(
                "E407",
                "`output_padding` must be smaller than the larger of stride and dilation",
                label=f"{more} along {AXES[len(added)][axis]}, stride {step}, dilation {gap}",
                help=f"at most {most} fits"
                if most
                else "leave it out: it is for strides and dilations above 1",
                option="output_padding",
            )


LAYERS: tuple[type[Layer], ...] = (ConvTransposeLayer,)
