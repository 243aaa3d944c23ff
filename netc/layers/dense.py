"""Linear layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, final

from pydantic import Field

from netc.errors import Mistake
from netc.layers.activation import ActOption
from netc.layers.base import Context, Layer, one
from netc.layers.init import Init
from netc.layers.norm import NormOption
from netc.layers.options import Positive, words_type
from netc.layers.weighted import Bias, emit_weighted, has_bias
from netc.ops.dense import Linear

if TYPE_CHECKING:
    from netc.graph import Value


@final
class LinearLayer(Layer):
    """``y = W·x + b``: every output feature sees every input feature.

    On a sequence the same weights serve every step. A feature map needs ``flatten`` or ``global_pool``
    before it, or an ``axis`` that says what is meant. The weight is ``[out, in]``, as PyTorch's.
    """

    kind: ClassVar[str] = "linear"
    value_field: ClassVar[str] = "features"

    features: Positive = Field(description="Output features.")
    axis: Annotated[Literal["channels", "last"], *words_type("channels", "last")] = Field(
        "channels", description="On a feature map: at each position (`channels`), or along the last axis."
    )
    bias: Bias = Field("auto", description="`auto`: true, unless a batch norm follows inside the layer.")
    norm: NormOption = Field(None, description="The norm that follows.")
    act: ActOption = Field(None, description="The activation after that.")
    init: Init = Field(None, description="How weight and bias begin.")

    def build(self, context: Context, *values: Value) -> Value:
        """One op, then norm and activation."""
        x = one(values, self.kind)
        if x.type.is_map and not self.given("axis"):
            raise Mistake(
                "E405",
                "`linear` on a feature map",
                label=f"given {x.type.describe()}",
                help="put `flatten` or `global_pool: avg` before it; `axis: channels` or `axis: last` "
                "says that each position, or the last axis, is meant",
            )
        op = Linear(self.features, has_bias(self.bias, self.norm), self.axis)
        return emit_weighted(context, op, x, "linear", self.norm, self.act, self.init)


LAYERS: tuple[type[Layer], ...] = (LinearLayer,)
