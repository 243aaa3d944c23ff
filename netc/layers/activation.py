"""Activations, dropout and learned scales."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, cast, final, get_args

from pydantic import Field

from netc.layers.base import Context, Layer, one
from netc.layers.init import Init
from netc.layers.named import check_applicable, named_option
from netc.layers.options import Flag, OptionalCount, OptionalReal, Probability, Real, option, words_type
from netc.ops.elementwise import Activation, Dropout, Function, Prelu, Scale, Softmax

if TYPE_CHECKING:
    from netc.graph import Value
    from netc.ops import Op

_OWN_OPTIONS = {
    "leaky_relu": ("slope",),
    "hardsigmoid": ("slope",),
    "elu": ("alpha",),
    "prelu": ("per_channel", "init"),
    "softmax": ("axis",),
    "log_softmax": ("axis",),
}
FUNCTIONS = (*get_args(Function), "prelu", "softmax", "log_softmax", "none")
ACT_OPTIONS = {name: _OWN_OPTIONS.get(name, ()) for name in FUNCTIONS}
"""Which options apply to which activation."""


@final
class Act(Layer):
    """An activation: a function of each element alone, or ``softmax`` and ``log_softmax`` along an axis.

    With ``σ(x) = 1/(1 + exp(−x))``: ``relu`` is ``max(x, 0)``; ``relu6`` ``min(max(x, 0), 6)``; ``sigmoid``
    ``σ(x)``; ``softplus`` ``log(1 + exp(x))``; ``mish`` ``x·tanh(softplus(x))`` (Misra, 2019); ``silu``
    ``x·σ(x)``; ``gelu`` ``x·(1 + erf(x/√2))/2`` (Hendrycks and Gimpel, 2016); ``gelu_tanh``
    ``x·(1 + tanh(√(2/π)·(x + 0.044715·x³)))/2``; ``hardswish`` ``x·clip(x + 3, 0, 6)/6`` (Howard et al.,
    2019); ``hardsigmoid`` ``clip(slope·x + 0.5, 0, 1)``.

    Three are ``x`` above 0. Below, ``leaky_relu`` is ``slope·x``; ``prelu`` the same with a learned slope,
    one a channel unless ``per_channel: false``, which begins at 0.25 (He et al., 2015); ``elu``
    ``alpha·(exp(x) − 1)`` (Clevert et al., 2015). ``selu`` is 1.05070 times an elu with alpha 1.67326
    (Klambauer et al., 2017).

    ``softmax`` is ``exp(x)/Σ exp(x)`` along ``axis``; ``log_softmax`` is its logarithm. ``tanh``,
    ``abs``, ``square`` and ``sqrt`` are those of mathematics, and ``none`` is ``x``.
    """

    kind: ClassVar[str] = "act"
    value_field: ClassVar[str] = "function"

    function: Annotated[str, *words_type(*FUNCTIONS)] = Field(description="Its name, or `none`.")
    slope: OptionalReal = Field(
        None,
        description="leaky_relu: the slope below 0, by default 0.01; hardsigmoid: that of "
        "clip(slope·x + 0.5, 0, 1), by default 1/6.",
    )
    alpha: Real = Field(1.0, description="elu: alpha·(exp(x) − 1) below 0.")
    per_channel: Flag = Field(True, description="prelu: one slope a channel rather than one for all.")
    axis: OptionalCount = Field(
        None, description="softmax: the axis (without the batch); by default the channels."
    )
    init: Init = Field(None, description="prelu: how the slopes begin.")

    def rules(self) -> None:
        """The options are those of the activation that is named."""
        check_applicable(self, self.function, ACT_OPTIONS)

    @property
    def has_parameters(self) -> bool:
        """Whether it learns something."""
        return self.function == "prelu"

    def build(self, context: Context, *values: Value) -> Value:
        """One op, or the value itself for ``none``."""
        return self.apply(context, one(values, "act"), "")

    def apply(self, context: Context, x: Value, at: str) -> Value:
        """The activation at ``at`` below the layer's path."""
        op = self._op(0 if context.is_broken(x) else x.type.channel_axis)
        return x if op is None else context.emit(op, x, at=at, init=self.init)

    def _op(self, channel_axis: int) -> Op | None:
        match self.function:
            case "none":
                return None
            case "prelu":
                return Prelu(self.per_channel)
            case "softmax" | "log_softmax":
                axis = channel_axis if self.axis is None else self.axis
                return Softmax(axis, log=self.function == "log_softmax")
            case "leaky_relu":
                return Activation("leaky_relu", 0.01 if self.slope is None else self.slope)
            case "hardsigmoid":
                return Activation("hardsigmoid", 1 / 6 if self.slope is None else self.slope)
            case "elu":
                return Activation("elu", self.alpha)
            case name:
                return Activation(cast("Function", name))


def act_option(value: object) -> Act:
    """The activation that an option such as ``relu`` or ``{leaky_relu: {slope: 0.1}}`` names."""
    return named_option(Act, ACT_OPTIONS, value)


_SCHEMA: dict[str, Any] = {"anyOf": [{"enum": list(FUNCTIONS)}, {"type": "object", "maxProperties": 1}]}

ActOption = Annotated[Act | None, *option(act_option, _SCHEMA)]


def apply_act(context: Context, x: Value, act: Act | None) -> Value:
    """The activation that a layer's ``act`` option asks for, at ``NAME.act``."""
    return x if act is None else act.apply(context, x, "act")


@final
class DropoutLayer(Layer):
    """Dropout: in training each element (``spatial``: each channel) is zero with this probability.

    What stays is divided by 1 − p; in evaluation it is the identity. Srivastava et al., Dropout (2014);
    ``spatial``: Tompson et al., Efficient Object Localization Using Convolutional Networks (2014).
    """

    kind: ClassVar[str] = "dropout"
    value_field: ClassVar[str] = "probability"

    probability: Probability = Field(description="The probability of being dropped.")
    spatial: Flag = Field(False, description="Drop whole channels.")

    def build(self, context: Context, *values: Value) -> Value:
        """One op."""
        return context.emit(Dropout(self.probability, self.spatial), one(values, "dropout"))


@final
class ScaleLayer(Layer):
    """A learned factor a channel, which begins at the value given.

    ``y = weight[c]·x``: LayerScale of Touvron et al., Going deeper with Image Transformers (2021).
    """

    kind: ClassVar[str] = "scale"
    value_field: ClassVar[str] = "initial"

    initial: Real = Field(description="Where the factors begin.")

    def build(self, context: Context, *values: Value) -> Value:
        """One op."""
        return context.emit(Scale(self.initial), one(values, "scale"))


LAYERS: tuple[type[Layer], ...] = (Act, DropoutLayer, ScaleLayer)
