"""Modules that papers name: inception, squeeze and excitation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, final

from pydantic import Field

from netc.errors import Mistake
from netc.layers.activation import ActOption, act_option, apply_act
from netc.layers.base import Context, Layer, one
from netc.layers.conv import Geometry
from netc.layers.init import Init
from netc.layers.norm import NormOption
from netc.layers.options import Positive, option, positive, within, words_type
from netc.layers.structure import merged
from netc.layers.words import expected, nearest
from netc.ops.elementwise import Combine
from netc.ops.op import require_map
from netc.ops.pool import GlobalPool
from netc.reader.plain import is_list, is_mapping
from netc.types.dims import number

if TYPE_CHECKING:
    from netc.graph import Value


def _reduced(value: object) -> tuple[int, int]:
    if not is_list(value) or len(value) != 2:  # reduce and out
        expected("two numbers `[reduce, out]`", value, help="the 1x1 reduction's channels, then the output's")
    reduce, out = value
    return within(0, positive, reduce), within(1, positive, out)


def _inception(value: object) -> Mapping[str, int | tuple[int, int]]:
    names = ("1x1", "3x3", "5x5", "pool")
    if not is_mapping(value) or not value:
        expected("branches such as `{1x1: 64, 3x3: [96, 128], 5x5: [16, 32], pool: 32}`", value)
    result: dict[str, int | tuple[int, int]] = {}
    for name, channels in value.items():
        if name not in names:
            hint = nearest(name, names) or "there are `1x1`, `3x3`, `5x5` and `pool`"
            raise Mistake("E201", f"`inception` has no branch `{name}`", help=hint, at=(name,), at_key=True)
        if name in {"3x3", "5x5"}:
            result[name] = within(name, _reduced, channels)
        else:
            result[name] = within(name, positive, channels)
    return result


_INCEPTION: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "minProperties": 1,
    "properties": {
        "1x1": {"type": "integer", "minimum": 1},
        "3x3": {"type": "array", "items": {"type": "integer", "minimum": 1}, "minItems": 2, "maxItems": 2},
        "5x5": {"type": "array", "items": {"type": "integer", "minimum": 1}, "minItems": 2, "maxItems": 2},
        "pool": {"type": "integer", "minimum": 1},
    },
}


@final
class InceptionLayer(Layer):
    """GoogLeNet's module: 1x1, reduced 3x3 and 5x5 convolutions and a projected 3x3 pool, side by side.

    Szegedy et al., Going Deeper with Convolutions (2014), figure 2b. The spatial size is
    kept: every window has stride 1 and padding ``half``.
    """

    kind: ClassVar[str] = "inception"
    value_field: ClassVar[str] = "branches"
    structural: ClassVar[bool] = True

    branches: Annotated[Mapping[str, int | tuple[int, int]], *option(_inception, _INCEPTION)] = Field(
        description="`1x1: a`, `3x3: [reduce, out]`, `5x5: [reduce, out]`, `pool: out`, each optional."
    )
    pool_kind: Annotated[Literal["max", "avg"], *words_type("max", "avg")] = Field(
        "max", description="What the pool branch pools."
    )
    norm: NormOption = Field(None, description="The norm of every convolution inside.")
    act: ActOption = Field(None, description="The activation of every convolution inside.")

    def build(self, context: Context, *values: Value) -> Value:
        """The branches in the order written, concatenated."""
        x = one(values, self.kind)
        if not context.is_broken(x):
            require_map(x.type, self.kind)
        results: list[Value] = []
        for name, channels in self.branches.items():
            scope = f"branch_{name}" if name == "pool" else f"branch{name}"
            results.append(self._branch(context, x, scope, name, channels))
        return merged(context, "concat", results)

    def _branch(
        self, context: Context, x: Value, scope: str, name: str, channels: int | tuple[int, int]
    ) -> Value:
        windows = {"stride": 1, "padding": "half"}
        if name == "pool":
            window = {"pool": self.pool_kind, "kernel": 3, **windows, "round": "floor"}
            x = context.make("pool", x, scope, **window)
        if isinstance(channels, int):
            return self._conv(context, x, scope, "conv1x1", conv1x1=channels, stride=1)
        reduce, out = channels
        x = self._conv(context, x, scope, "conv1x1", conv1x1=reduce, stride=1)
        size = int(name[0])
        return self._conv(context, x, scope, "conv", conv=out, kernel=size, dilation=1, **windows)

    def _conv(self, context: Context, x: Value, scope: str, kind: str, **options: object) -> Value:
        given = {key: value for key in ("norm", "act") if (value := getattr(self, key)) is not None}
        return context.make(kind, x, scope, **options, **given)


@final
class SqueezeExciteLayer(Layer):
    """Channels weighed by what the whole map shows.

    ``x·gate(expand(act(reduce(mean of x over all positions))))``, both 1x1 convolutions with a bias. Hu et
    al., Squeeze-and-Excitation Networks (2017).
    """

    kind: ClassVar[str] = "squeeze_excite"
    value_field: ClassVar[str] = "hidden"

    hidden: Positive = Field(description="Channels of the reduction.")
    act: ActOption = Field(act_option("relu"), description="The activation after the reduction.")
    gate: ActOption = Field(act_option("sigmoid"), description="The activation after the expansion.")
    init: Init = Field(None, description="How the two convolutions begin.")

    def build(self, context: Context, *values: Value) -> Value:
        """Six ops, at ``NAME.pool``, ``.reduce``, ``.act``, ``.expand``, ``.gate`` and ``NAME``."""
        x = one(values, self.kind)
        require_map(x.type, self.kind)
        channels = number(x.type.channels, f"the channels of `{self.kind}`")
        weights = context.emit(GlobalPool("avg", keepdims=True), x, at="pool")
        reduce = Geometry(1).conv(weights, self.hidden, 1, bias=True)
        weights = apply_act(context, context.emit(reduce, weights, at="reduce", init=self.init), self.act)
        expand = Geometry(1).conv(weights, channels, 1, bias=True)
        weights = context.emit(expand, weights, at="expand", init=self.init)
        if self.gate is not None:
            weights = self.gate.apply(context, weights, "gate")
        return context.emit(Combine("mul"), x, weights)


LAYERS: tuple[type[Layer], ...] = (InceptionLayer, SqueezeExciteLayer)
