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
from netc.ops.norm import BatchNorm, LayerNorm, LocalResponseNorm

if TYPE_CHECKING:
    from netc.graph import Value
    from netc.ops import Op

NORM_OPTIONS = {
    "batch": ("eps", "momentum", "affine", "init"),
    "layer": ("eps", "affine", "init"),
    "group": ("groups", "eps", "affine", "init"),
    "instance": ("eps", "affine", "init"),
    "rms": ("eps", "affine", "init"),
    "l2": ("eps",),
    "lrn": ("size", "alpha", "beta", "k"),
    "none": (),
}
"""Which options apply to which norm."""

_NO_GROUPS = "`norm: group` needs `groups` of its own"


@final
class Norm(Layer):
    """Normalisation of each channel, of groups of channels, of each position, or among neighbouring channels.

    ``batch`` goes over the batch and all positions; inside each sample, ``instance`` goes over all positions
    of a channel, ``group`` over all positions of each of ``groups`` equal parts of the channels, ``layer``
    over the channels of a position. All four give ``(x − mean)/sqrt(variance + eps)·weight + bias``.
    Positions are those of space, in a sequence of time. Ioffe and Szegedy (2015); Ulyanov et al. (2016); Wu
    and He (2018); Ba et al. (2016).

    Over the channels of a position, ``rms`` gives ``x / sqrt(mean(x²) + eps)·weight`` and ``l2``
    ``x / max(‖x‖, eps)``; over neighbouring channels, ``lrn`` ``x / (k + alpha · mean of squares)^beta``.
    ``rms``: Zhang and Sennrich (2019); ``lrn``: Krizhevsky et al. (2012), who write a sum: their alpha times
    ``size`` is this one.
    """

    kind: ClassVar[str] = "norm"
    value_field: ClassVar[str] = "method"

    method: Annotated[str, *option(word(*NORM_OPTIONS), {"enum": list(NORM_OPTIONS)})] = Field(
        description="`batch`, `layer`, `group`, `instance`, `rms`, `l2`, `lrn` or `none`."
    )
    groups: OptionalPositive = Field(
        None, description="group: into how many groups channels are split (required)."
    )
    eps: RealAtLeast0 = Field(
        1e-5, description="Added to the variance or mean of squares; l2: the least that is divided by."
    )
    momentum: Real = Field(0.1, description="batch: the new statistics' share in the running ones.")
    affine: Flag = Field(True, description="Whether weight and bias (rms: weight) are learned, a channel.")
    size: OptionalPositive = Field(None, description="lrn: how many neighbouring channels (required).")
    alpha: Real = Field(1e-4, description="lrn: the factor of the mean of squares.")
    beta: Real = Field(0.75, description="lrn: the exponent.")
    k: Real = Field(1.0, description="lrn: added to the mean of squares.")
    act: ActOption = Field(None, description="The activation that follows.")
    init: Init = Field(None, description="How weight and bias begin.")

    def rules(self) -> None:
        """The options are those of the norm that is named; group needs its groups, lrn its size."""
        check_applicable(self, self.method, NORM_OPTIONS, beside=("act",))
        if self.method == "lrn" and self.size is None:
            message, help_ = "`norm: lrn` needs `size`", "AlexNet and GoogLeNet have `size: 5`"
            raise Mistake("E203", message, help=help_)
        if self.method == "group" and self.groups is None:
            raise Mistake("E203", _NO_GROUPS, help="as in `{norm: group, groups: 32}`")

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
            case "none":
                return None
            case _:
                return self._sample_norm()

    def _sample_norm(self) -> Op:
        from netc.ops import group_norm as ops  # noqa: PLC0415  # loaded where a spec has one: 3 ms

        match self.method:
            case "group":
                return ops.GroupNorm(self.groups or 1, self.eps, self.affine)
            case "instance":
                return ops.InstanceNorm(self.eps, self.affine)
            case "rms":
                return ops.RmsNorm(self.eps, self.affine)
            case _:
                return ops.L2Norm(self.eps)


def norm_option(value: object) -> Norm:
    """The norm that an option such as ``batch`` or ``{batch: {eps: 1e-3}}`` names."""
    try:
        return named_option(Norm, NORM_OPTIONS, value)
    except Mistake as mistake:
        if mistake.message == _NO_GROUPS:
            written = "as in `norm: {group: {groups: 32}}`"
            mistake.help = f"{written}: `groups` beside `conv` is the convolution's"
        raise


_SCHEMA: dict[str, Any] = {"anyOf": [{"enum": list(NORM_OPTIONS)}, {"type": "object", "maxProperties": 1}]}

NormOption = Annotated[Norm | None, *option(norm_option, _SCHEMA)]


def is_batch(norm: Norm | None) -> bool:
    """Whether a bias before this norm would be cancelled by it."""
    return norm is not None and norm.method == "batch"


def is_some(norm: Norm | None) -> bool:
    """Whether there is a norm at all."""
    return norm is not None and norm.method != "none"


LAYERS: tuple[type[Layer], ...] = (Norm,)
