"""Layers made of layers: scopes, branches and what is built from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, TypeAlias, cast, final

from pydantic import Field

from netc.errors import Mistake
from netc.layers.activation import ActOption, apply_act
from netc.layers.base import Context, Layer, LayerList, Layers, one
from netc.layers.options import (
    Flag,
    Probability,
    at_least,
    option,
    whole,
    words_type,
)
from netc.layers.words import expected, nearest
from netc.ops.elementwise import Combine, DropPath, How
from netc.ops.op import require_float
from netc.ops.shape import Concat, Slice
from netc.types import TensorType
from netc.types.dims import (
    Dim,
    ceil_divide,
    divides,
    equal,
    equal_shapes,
    number,
    refute_shapes,
    shape_text,
)

if TYPE_CHECKING:
    from netc.graph import Value

MERGES = ("concat", "add", "mul", "max", "mean", "sub")
Merge = Annotated[Literal["concat", "add", "mul", "max", "mean", "sub"], *words_type(*MERGES)]


def merged(context: Context, how: str, values: list[Value], axis: int | None = None) -> Value:
    """Several values made one; ``concat`` along ``axis``, by default the channels'."""
    if how == "concat":
        for value in values:  # the op joins bytes, too; a layer that does not shape alone computes on float32
            require_float(value.type, "merge: concat")
        along = values[0].type.channel_axis if axis is None else axis
        return context.emit(Concat(along), *values)
    return context.emit(Combine(cast("How", how)), *values)


@final
class LayersLayer(Layer):
    """A named scope: the layers in it have its name before theirs."""

    kind: ClassVar[str] = "layers"
    value_field: ClassVar[str] = "body"
    structural: ClassVar[bool] = True
    holds: ClassVar[tuple[str, ...]] = ("layers",)

    body: Layers = Field(description="The layers.")

    def build(self, context: Context, *values: Value) -> Value:
        """What the last layer makes."""
        return context.walk(self.body, one(values, self.kind)).value


if TYPE_CHECKING:
    BranchLists: TypeAlias = Mapping[str, LayerList]
    Shortcut: TypeAlias = Literal["identity", "project", "optional"] | LayerList
else:  # pydantic need not look into lists of layers
    BranchLists = Shortcut = Any


def _branch_lists(value: object) -> BranchLists:
    if not isinstance(value, dict):
        expected("a list of lists of layers, or a mapping of names to such lists", value)
    return cast("BranchLists", value)


_BRANCHES: dict[str, Any] = {
    "anyOf": [
        {"type": "array", "items": {"type": "array", "items": {"$ref": "#/$defs/layer"}}},
        {"type": "object", "additionalProperties": {"type": "array", "items": {"$ref": "#/$defs/layer"}}},
    ]
}


@final
class BranchesLayer(Layer):
    """Branches that all read the same value, merged at the end; an empty branch is the identity.

    ``split: true`` gives each branch its equal share of the channels instead.
    """

    kind: ClassVar[str] = "branches"
    value_field: ClassVar[str] = "branches"
    structural: ClassVar[bool] = True
    holds: ClassVar[tuple[str, ...]] = ("branches",)

    branches: Annotated[BranchLists, *option(_branch_lists, _BRANCHES)] = Field(description="The branches.")
    merge: Merge = Field("concat", description="How their results become one.")
    act: ActOption = Field(None, description="The activation after that.")
    split: Flag = Field(False, description="Each branch reads its equal share of the channels.")

    def rules(self) -> None:
        """At least one branch."""
        if not self.branches:
            raise Mistake("E202", "`branches` has no branch", help="write at least one list of layers")

    def build(self, context: Context, *values: Value) -> Value:
        """Each branch in its scope, then the merge."""
        x = one(values, self.kind)
        shares = self._shares(context, x) if self.split else [x] * len(self.branches)
        results = [
            context.walk(layers, share, scope=name).value
            for (name, layers), share in zip(self.branches.items(), shares, strict=True)
        ]
        return apply_act(context, merged(context, self.merge, results), self.act)

    def _shares(self, context: Context, x: Value) -> list[Value]:
        count = len(self.branches)
        if context.is_broken(x):
            return [x] * count
        require_float(x.type, "branches")
        channels, axis = number(x.type.channels, "channels that branches share"), x.type.channel_axis
        if not divides(count, channels):
            raise Mistake(
                "E403",
                "`split: true` needs channels that the branches share equally",
                label=f"{channels} channels, {count} branches",
                help=f"make the channels a multiple of {count}",
                option="split",
            )
        share = channels // count
        return [
            context.emit(Slice(axis, index * share, (index + 1) * share, 1), x, at=f"split{index}")
            for index in range(count)
        ]


def _shortcut(value: object) -> Shortcut:
    if isinstance(value, LayerList):
        return value
    words: tuple[Literal["identity", "project", "optional"], ...] = ("identity", "project", "optional")
    for known in words:
        if value == known:
            return known
    help_ = nearest(value, words) if isinstance(value, str) else ""
    expected("`identity`, `project`, `optional` or a list of layers", value, help=help_)


_SHORTCUT: dict[str, Any] = {
    "anyOf": [
        {"enum": ["identity", "project", "optional"]},
        {"type": "array", "items": {"$ref": "#/$defs/layer"}},
    ]
}


@final
class ResidualLayer(Layer):
    """A body plus a shortcut around it, added, then the activation.

    ``y = act(body(x) + shortcut(x))``: He et al., Deep Residual Learning for Image Recognition (2015).
    ``shortcut: project`` puts a strided 1x1 convolution where the shapes differ; ``optional`` adds nothing
    where they do; a list of layers is the shortcut itself. ``drop_path`` drops the body of whole samples in
    training, and divides the others' by 1 − p: Huang et al., Deep Networks with Stochastic Depth (2016).
    """

    kind: ClassVar[str] = "residual"
    value_field: ClassVar[str] = "body"
    structural: ClassVar[bool] = True
    holds: ClassVar[tuple[str, ...]] = ("residual", "shortcut")

    body: Layers = Field(description="The layers of the body.")
    shortcut: Annotated[Shortcut, *option(_shortcut, _SHORTCUT)] = Field(
        "identity", description="What goes around the body."
    )
    act: ActOption = Field(None, description="The activation after the sum.")
    drop_path: Probability = Field(0.0, description="The probability that a sample's body is dropped.")

    def build(self, context: Context, *values: Value) -> Value:
        """Body, shortcut, sum, activation; a shortcut written above the body runs first."""
        x = one(values, self.kind)
        body, around = self._both(context, x)
        if context.is_broken(body) or context.is_broken(around):
            return body if context.is_broken(body) else around
        if not _fits(body.type, around.type):
            if self.shortcut == "optional":
                return apply_act(context, body, self.act)
            listed = isinstance(self.shortcut, LayerList)
            raise _misfit(body.type, around.type, _way_out(body.type, around.type, listed=listed))
        if self.drop_path:
            body = context.emit(DropPath(self.drop_path), body, at="drop_path")
        return apply_act(context, context.emit(Combine("add"), body, around), self.act)

    def _both(self, context: Context, x: Value) -> tuple[Value, Value]:
        """The ends of body and shortcut, elaborated in the order written."""
        first = context.written_before("shortcut", self.kind)
        if not isinstance(self.shortcut, LayerList):
            walked = context.walk(self.body, x)
            projected = self.shortcut == "project"
            return walked.value, context.project(walked, x, first=first) if projected else x
        if first:
            around = context.walk(self.shortcut, x, scope="shortcut").value
            return context.walk(self.body, x).value, around
        body = context.walk(self.body, x).value
        return body, context.walk(self.shortcut, x, scope="shortcut").value


def _fits(body: TensorType, around: TensorType) -> bool:
    return equal_shapes(body.shape, around.shape) and body.layout == around.layout


def _misfit(body: TensorType, around: TensorType, way_out: str) -> Mistake:
    """The mistake of two ends of a residual that do not fit."""
    message = "the branches of `residual` end in different shapes"
    label = f"body: {shape_text(body.shape)}, shortcut: {shape_text(around.shape)}"
    why = refute_shapes(body.shape, around.shape) if body.layout == around.layout else None
    if why is None:
        return Mistake("E404", message, label=label, help=way_out)
    return Mistake("E404", message, label=why.label(label), help=why.help(way_out))


def _way_out(body: TensorType, around: TensorType, *, listed: bool) -> str:
    """What brings the two ends of a residual together; ``listed``: its shortcut is a list of layers."""
    maps = body.is_map and around.is_map and body.rank == around.rank
    if listed:
        return "make body and shortcut end in one shape"
    if not maps:
        return "give `shortcut` a list of layers that makes the body's shape"
    if equal_shapes(body.spatial, around.spatial):
        return "`shortcut: project` adds a 1x1 conv"
    if all(map(_strides_lead, around.spatial, body.spatial)):
        return "`shortcut: project` adds a strided 1x1 conv"
    return "no stride leads from one size to the other: pad the convolutions of the body (`padding: same`)"


_USUAL_STRIDES = 33
"""Strides below this are tried where sizes are symbolic."""


def _strides_lead(extent: Dim, to: Dim) -> bool:
    """Whether a 1x1 convolution of some stride turns ``extent`` into ``to``."""
    if isinstance(extent, int) and isinstance(to, int):
        return ceil_divide(extent, ceil_divide(extent, to)) == to
    return any(equal(ceil_divide(extent, stride), to) for stride in range(1, _USUAL_STRIDES))


def _axis(value: object) -> int | Literal["channels"]:
    if isinstance(value, str) and value == "channels":
        return "channels"
    if whole(value) is None:
        expected("`channels` or an axis, counted from 0 without the batch", value)
    return at_least(0)(value)


_AXIS: dict[str, Any] = {"anyOf": [{"enum": ["channels"]}, {"type": "integer", "minimum": 0}]}


@final
class MergeLayer(Layer):
    """Several values, named by ``from``, made one: side by side (``concat``) or element by element.

    Shapes are equal, but for ``concat`` along its axis. ``sub`` is the first minus the second, ``mean`` the
    sum divided by their number; ``mul`` also takes factors with axes of size 1, or a vector of the channels,
    which it repeats.
    """

    kind: ClassVar[str] = "merge"
    value_field: ClassVar[str] = "how"
    reads_many: ClassVar[bool] = True

    how: Merge = Field(description="`concat`, `add`, `mul`, `max`, `mean` or `sub`.")
    axis: Annotated[int | Literal["channels"], *option(_axis, _AXIS)] = Field(
        "channels", description="concat: the axis along which values are joined."
    )
    act: ActOption = Field(None, description="The activation after that.")

    def rules(self) -> None:
        """Only ``concat`` has an axis."""
        if self.how != "concat" and self.given("axis"):
            message = f"`axis` is for `concat`: `{self.how}` has none"
            raise Mistake("E206", message, help="leave it out", option="axis")

    def build(self, context: Context, *values: Value) -> Value:
        """One op, then the activation."""
        if len(values) < 2:  # one value is merged with nothing
            raise Mistake(
                "E309",
                "`merge` reads two values or more",
                label=f"given {len(values)}",
                help="as in `from: [a, b]`",
            )
        axis = None if self.axis == "channels" else self.axis
        return apply_act(context, merged(context, self.how, list(values), axis), self.act)


LAYERS: tuple[type[Layer], ...] = (
    LayersLayer,
    BranchesLayer,
    ResidualLayer,
    MergeLayer,
)
