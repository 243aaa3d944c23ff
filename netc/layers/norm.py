"""Normalisation, as a layer and as an option."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, final

from pydantic import Field

from netc.errors import Mistake
from netc.layers.activation import ActOption, apply_act
from netc.layers.base import Context, Layer, one
from netc.layers.init import Init
from netc.layers.named import check_applicable, named_option
from netc.layers.options import Flag, OptionalPositive, Real, RealAtLeast0, option, word
from netc.layers.words import planned
from netc.ops.norm import BatchNorm, LayerNorm, LocalResponseNorm
from netc.reader.plain import is_mapping

if TYPE_CHECKING:
    from netc.graph import Value
    from netc.ops import Op

NORM_OPTIONS = {
    "batch": ("eps", "momentum", "affine", "init"),
    "layer": ("eps", "affine", "init"),
    "lrn": ("size", "alpha", "beta", "k"),
    "none": (),
}
"""Which options apply to which norm."""

PLANNED_NORMS = ("group", "instance", "rms", "l2")


def _method(value: object) -> str:
    if value in PLANNED_NORMS:
        message = planned(f"`norm: {value}`")
        raise Mistake("E207", message, help="there are `batch`, `layer`, `lrn` and `none`")
    return word(*NORM_OPTIONS)(value)


@final
class Norm(Layer):
    """Normalisation of each channel, of each position, or among neighbouring channels.

    ``batch`` goes over the batch and all positions, ``layer`` over the channels of each position, ``lrn``
    over neighbouring channels.

    ``batch`` and ``layer`` give ``(x − mean)/sqrt(variance + eps)·weight + bias``; ``lrn`` gives
    ``x / (k + alpha · mean of squares)^beta``.
    """

    kind: ClassVar[str] = "norm"
    value_field: ClassVar[str] = "method"

    method: Annotated[str, *option(_method, {"enum": list(NORM_OPTIONS)})] = Field(
        description="`batch`, `layer`, `lrn` or `none`."
    )
    eps: RealAtLeast0 = Field(1e-5, description="Added to the variance.")
    momentum: Real = Field(0.1, description="The new statistics' share in the running ones.")
    affine: Flag = Field(True, description="Whether there are a learned weight and bias a channel.")
    size: OptionalPositive = Field(None, description="lrn: how many neighbouring channels (required).")
    alpha: Real = Field(1e-4, description="lrn: the factor of the mean of squares.")
    beta: Real = Field(0.75, description="lrn: the exponent.")
    k: Real = Field(1.0, description="lrn: added to the mean of squares.")
    act: ActOption = Field(None, description="The activation that follows.")
    init: Init = Field(None, description="How weight and bias begin.")

    def rules(self) -> None:
        """The options are those of the norm that is named; lrn needs its size."""
        check_applicable(self, self.method, NORM_OPTIONS, beside=("act",))
        if self.method == "lrn" and self.size is None:
            message, help_ = "`norm: lrn` needs `size`", "AlexNet and GoogLeNet have `size: 5`"
            raise Mistake("E203", message, help=help_)

    def build(self, context: Context, *values: Value) -> Value:
        """The norm, then the activation."""
        inner = "norm" if self.act is not None and self.act.has_parameters else ""
        normed = self.apply(context, one(values, "norm"), inner)
        return apply_act(context, normed, self.act)

    def apply(self, context: Context, x: Value, at: str) -> Value:
        """The norm alone, at ``at`` below the layer's path."""
        op = self._op()
        return x if op is None else context.emit(op, x, at=at, init=self.init)

    def _op(self) -> Op | None:
        match self.method:
            case "batch":
                return BatchNorm(self.eps, self.momentum, self.affine)
            case "layer":
                return LayerNorm(self.eps, self.affine)
            case "lrn":
                return LocalResponseNorm(self.size or 1, self.alpha, self.beta, self.k)
            case _:
                return None


def norm_option(value: object) -> Norm:
    """The norm that an option such as ``batch`` or ``{batch: {eps: 1e-3}}`` names."""
    for name in PLANNED_NORMS:
        if value == name or (is_mapping(value) and name in value):
            _method(name)
    return named_option(Norm, NORM_OPTIONS, value)


_SCHEMA: dict[str, Any] = {"anyOf": [{"enum": list(NORM_OPTIONS)}, {"type": "object", "maxProperties": 1}]}

NormOption = Annotated[Norm | None, *option(norm_option, _SCHEMA)]


def is_batch(norm: Norm | None) -> bool:
    """Whether a bias before this norm would be cancelled by it."""
    return norm is not None and norm.method == "batch"


def is_some(norm: Norm | None) -> bool:
    """Whether there is a norm at all."""
    return norm is not None and norm.method != "none"


LAYERS: tuple[type[Layer], ...] = (Norm,)
