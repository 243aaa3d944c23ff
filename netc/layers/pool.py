"""Pooling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, final

from pydantic import Field

from netc.errors import Mistake
from netc.layers.base import Context, Layer, one
from netc.layers.options import Flag, OptionalSizes, Pads, Sizes, words_type
from netc.layers.window import check_pool_pads, pad_amounts
from netc.ops.op import require_map
from netc.ops.pool import AdaptivePool, AveragePool, GlobalPool, MaxPool
from netc.ops.window import Windows, ceil_remainder, spatial_tuple

if TYPE_CHECKING:
    from netc.graph import Value
    from netc.types import Shape

Mode = Annotated[Literal["max", "avg"], *words_type("max", "avg")]


@final
class PoolLayer(Layer):
    """The maximum or mean of each window.

    Each output axis has ``(W − F + 2P)/S + 1`` elements, floored or with ``round: ceil`` rounded up, where
    no window starts beyond the input and its leading padding. Padding is −∞ for ``max``; for ``avg`` it is 0
    and does not count, unless ``count_padding: true``. What a window reaches beyond that padding never
    counts: PyTorch's rule. Dumoulin and Visin, A guide to convolution arithmetic (2016), section 3.
    """

    kind: ClassVar[str] = "pool"
    value_field: ClassVar[str] = "mode"

    mode: Mode = Field(description="`max` or `avg`.")
    kernel: Sizes = Field(description="The window's size.")
    stride: OptionalSizes = Field(None, description="How far apart the windows lie; by default the kernel.")
    padding: Pads = Field("valid", description="What is added around: `valid`, `same`, `half` or numbers.")
    round: Annotated[Literal["floor", "ceil"], *words_type("floor", "ceil")] = Field(
        "floor", description="How the number of windows is rounded."
    )
    count_padding: Flag = Field(False, description="avg: whether padding counts as elements.")

    def rules(self) -> None:
        """No rounding up beside ``same``; only averages count padding."""
        if self.round == "ceil" and self.padding == "same":
            help_ = "leave one out: `same` gives ceil(W/S) windows already"
            raise Mistake(
                "E206", "`round: ceil` cannot stand beside `padding: same`", help=help_, option="round"
            )
        if self.count_padding and self.mode == "max":
            message = "`count_padding` is for `avg`: a maximum counts nothing"
            raise Mistake("E206", message, help="leave it out", option="count_padding")

    def build(self, context: Context, *values: Value) -> Value:
        """One op, its pads in numbers."""
        x = one(values, self.kind)
        require_map(x.type, self.kind)
        spatial = x.type.spatial
        axes = len(spatial)
        kernel = spatial_tuple(self.kernel, axes, "kernel")
        stride = kernel if self.stride is None else spatial_tuple(self.stride, axes, "stride")
        ones = (1,) * axes
        pads = pad_amounts(self.padding, spatial, kernel, stride, ones)
        if self.padding != "same":  # which adds less than the kernel in all, however large the input
            check_pool_pads(pads, kernel)
        Windows(kernel, stride, pads, ones).counts(spatial, self.kind)
        remainder: Shape = (0,) * axes
        if self.round == "ceil":
            remainder = tuple(map(ceil_remainder, spatial, kernel, stride, pads))
        if self.mode == "max":
            whole = tuple((b, e + r) for (b, e), r in zip(pads, remainder, strict=True))
            return context.emit(MaxPool(kernel, stride, whole), x)
        return context.emit(AveragePool(kernel, stride, pads, remainder, self.count_padding), x)


@final
class GlobalPoolLayer(Layer):
    """The maximum or mean over all positions: a feature map to a vector of its channels.

    ``y[c] = max x[c, p]``, or ``Σ x[c, p]`` divided by the number of positions p; those of a sequence are its
    steps. Lin et al., Network In Network (2013), section 3.2.
    """

    kind: ClassVar[str] = "global_pool"
    value_field: ClassVar[str] = "mode"

    mode: Mode = Field(description="`max` or `avg`.")
    keepdims: Flag = Field(False, description="Keep the axes, with size 1.")

    def build(self, context: Context, *values: Value) -> Value:
        """One op."""
        return context.emit(GlobalPool(self.mode, self.keepdims), one(values, self.kind))


@final
class AdaptivePoolLayer(Layer):
    """The maximum or mean of bins of nearly equal size, as many as ``to`` says.

    Bin ``i`` of ``n`` goes from ``floor(i·W/n)`` to ``ceil((i + 1)·W/n)``: PyTorch's rule.
    """

    kind: ClassVar[str] = "adaptive_pool"
    value_field: ClassVar[str] = "mode"

    mode: Mode = Field(description="`max` or `avg`.")
    to: Sizes = Field(description="The output's spatial size.")

    def build(self, context: Context, *values: Value) -> Value:
        """One op."""
        x = one(values, self.kind)
        require_map(x.type, self.kind)
        return context.emit(AdaptivePool(self.mode, spatial_tuple(self.to, len(x.type.spatial), "to")), x)


LAYERS: tuple[type[Layer], ...] = (PoolLayer, GlobalPoolLayer, AdaptivePoolLayer)
