"""What a layer may ask for while it is built."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc.elaborate.blocks import block_names, check_inputs
from netc.elaborate.described import RawRecord
from netc.elaborate.instance import completed
from netc.elaborate.names import POISON, FailedError, Names, PoisonedError, about, evaluate, failure
from netc.elaborate.project import norm_of, product_of_strides
from netc.elaborate.reports import Frame
from netc.elaborate.scope import BROKEN, MOST_SCOPES, HeadRecord, Place, Scope
from netc.errors import Mistake
from netc.graph import Value
from netc.language.defaults import NO_DEFAULTS
from netc.layers.base import validated
from netc.layers.init import check_rank
from netc.layers.registry import model_of
from netc.layers.words import listed, nearest
from netc.layers.words import shown as shown_value
from netc.reader import Mapping as MappingTree
from netc.types.dims import equal_shapes, refute_shapes, shape_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from netc.elaborate.walk import Walk
    from netc.language import LayerSpec
    from netc.language.defaults import Defaults
    from netc.layers.base import Layer, LayerList, Walked
    from netc.ops import Op
    from netc.types import Initializer


class LayerContext:
    """The context of one layer, or of a part of it (``inside``).

    ``scope`` is the scope that the layer's own layers lie in, made when the first one does.
    """

    def __init__(
        self, walk: Walk, spec: LayerSpec, place: Place, path: str, name: str, entering: Value, turn: int
    ) -> None:
        self._walk = walk
        self._spec = spec
        self._place = place
        self._name = name
        self._entering = entering
        self._scopes: dict[str, Scope] = {}
        self._parts: set[str] = set()
        self._start = (0, 0)
        self._layer = path
        self.path = path
        self.turn = turn
        self.scope: Scope | None = None
        self.block = ""
        self.params: Mapping[str, object] = {}

    def emit(
        self, op: Op, *values: Value, at: str = "", init: Mapping[str, Initializer] | None = None
    ) -> Value:
        """One op at the layer's path or below it; a broken value gives a broken one."""
        if any(value is BROKEN for value in values):
            return BROKEN
        if at:
            self._check_part(at)
        types = tuple(value.type for value in values)
        if init:
            op.infer(*types)  # parameters exist only where the values fit
            for own in op.parameters(*types):
                if own.role in init:
                    check_rank(init[own.role], own)
        return self._walk.builder.emit(
            op,
            values,
            path=f"{self.path}.{at}" if at else self.path,
            layer=self._layer,
            initializers=init or {},
            train_only=self._place.scope.train_only,
            frozen=self._place.frozen,
            shared=self._place.shared,
        )

    def _check_part(self, name: str) -> None:
        """Raise where a layer inside this one has the name of a part of its own."""
        scope = self.scope
        if scope is not None and name in scope.bound and name not in scope.taken:
            help_ = "give that layer another `name`"
            raise Mistake("E305", f"the name `{self.path}.{name}` is taken by a layer inside", help=help_)
        self._parts.add(name)

    def measured(self, name: str) -> Value:
        """The value that a name means here, as in ``from``, for the sake of its size alone."""
        value = self._place.scope.read(name, self._place.previous)
        self._walk.measured.add(value)
        return value

    def is_broken(self, value: Value) -> bool:
        """Whether a mistake was reported where this value should have been made."""
        return value is BROKEN

    def inside(self, name: str) -> LayerContext:
        """The same for a part of this layer."""
        path = f"{self.path}.{name}"
        part = LayerContext(self._walk, self._spec, self._place, path, name, self._entering, self.turn)
        part._layer = self._layer
        return part

    def written_before(self, option: str, other: str) -> bool:
        """Whether one key of this layer is written above another."""
        order = self._spec.order
        return option in order and other in order and order.index(option) < order.index(other)

    def walk(self, layers: LayerList, value: Value, scope: str = "") -> Walked:
        """Elaborate a list of layers in this layer's scope, or in one below it."""
        inner = self._inner(scope, value)
        self._start = self._walk.builder.mark
        walked = self._walk.layers(layers, self._place._replace(scope=inner), value)
        if scope:
            self._own_scope().bind(scope, walked.value, inner)
        return walked

    def _own_scope(self) -> Scope:
        """The layer's own scope."""
        if self.scope is None:
            if not self._name:
                self.scope = self._place.scope
                return self.scope
            self.scope = Scope(f"{self.path}.", self._place.scope, self._entering)
            self._check_depth(self.scope)
            if "act" in self._spec.trees:
                self.scope.taken["act"] = "it names this layer's activation"
        return self.scope

    def _check_depth(self, scope: Scope, loops: int = 0) -> None:
        if scope.depth + max(loops, self._place.loops) > MOST_SCOPES:
            help_ = "a block counts with all that it uses: use fewer levels"
            raise Mistake("E104", f"layers nest more than {MOST_SCOPES} deep", help=help_)

    def _inner(self, name: str, entering: Value) -> Scope:
        """The scope ``name`` below the layer's own, or the layer's own."""
        own = self._own_scope()
        if not name:
            return own
        if name not in self._scopes:
            reason = own.why_taken(name) or (
                "a part of the layer has that name" if name in self._parts else ""
            )
            if reason:
                raise self._taken(name, f"the name `{own.prefix}{name}` is taken", reason)
            inner = Scope(f"{own.prefix}{name}.", own, entering)
            self._check_depth(inner)
            self._scopes[name] = inner
        return self._scopes[name]

    def _taken(self, name: str, message: str, reason: str) -> Mistake:
        """The mistake of a scope below the layer's own whose name another has; a named branch is to blame."""
        key, tree = self._spec.trees.get("branches", (self._spec.key, None))
        if isinstance(tree, MappingTree) and name in tree.entries:
            key, what = tree.entries[name][0], "this branch another name"
        else:
            what = "that one another name"
        mistake = Mistake("E305", message, help=f"{reason}: give {what}")
        mistake.span = key.span
        return mistake

    def make(self, kind: str, value: Value, scope: str, **options: object) -> Value:
        """One layer of another kind in a scope below, with the file's defaults."""
        return self._make(kind, value, scope, self._place.file.defaults, options)

    def _make(
        self, kind: str, value: Value, scope: str, defaults: Defaults, options: dict[str, object]
    ) -> Value:
        model = model_of(kind)
        given = {model.value_field if key == kind else key: item for key, item in options.items()}
        try:
            return self._made(model, value, scope, defaults, given)
        except Mistake as mistake:
            mistake.note = mistake.note or defaults.note(model, given, mistake)
            mistake.option = None
            raise

    def _made(
        self, model: type[Layer], value: Value, scope: str, defaults: Defaults, given: dict[str, object]
    ) -> Value:
        kind, inner = model.kind, self._inner(scope, value)
        options = completed(defaults, model, given, self._defaulted(value))
        layer, mistakes = validated(model, options)
        for mistake in mistakes:
            raise mistake
        name = inner.counted("conv" if kind == "conv1x1" else kind)
        if layer is None or value is BROKEN:
            inner.bind(name, BROKEN)
            return BROKEN
        path = f"{inner.prefix}{name}"
        place = self._place._replace(scope=inner)
        mark = self._walk.sharing.begin()
        result = layer.build(LayerContext(self._walk, self._spec, place, path, name, value, 0), value)
        self._walk.sharing.end(path, mark)
        inner.bind(name, result)
        self._own_scope().bind(scope, result, inner)  # the scope ends with it so far
        self._walk.records[path] = RawRecord(path, layer, result, self._spec, self._place.frames)
        return result

    def _defaulted(self, value: Value) -> Callable[[str, object], object]:
        """What evaluates an option of a layer that ``make`` builds, as far as ``defaults`` wrote it."""
        names = Names(about(value, broken=value is BROKEN), self._place.file.names)

        def one(_key: str, option: object) -> object:
            try:
                return evaluate(option, names, names)
            except FailedError as failed:
                raise failure(failed) from None

        return one

    def project(self, body: Walked, value: Value, *, first: bool) -> Value:
        """The ``project`` shortcut: a strided 1x1 conv where the shapes differ."""
        end = body.value
        if BROKEN in (end, value) or equal_shapes(end.type.shape, value.type.shape):
            return value
        builder = self._walk.builder
        start = self._start
        strides = product_of_strides(builder.nodes[start[0] :], value, end)
        options: dict[str, object] = {"conv1x1": end.type.channels, "act": "none"}
        label = f"from {shape_text(value.type.shape)} to {shape_text(end.type.shape)}"
        if strides is None or not (value.type.is_map and end.type.is_map):
            raise Mistake(
                "E408", "`shortcut: project` cannot fit", label=label, help=_LIST, option="shortcut"
            )
        options["stride"] = list(strides)
        norm = norm_of(body.layers)
        if norm is not None:
            options["norm"] = norm
        tail = builder.mark
        around = self._make("conv1x1", value, "shortcut", NO_DEFAULTS, options)
        if not equal_shapes(around.type.shape, end.type.shape):
            label = f"body: {shape_text(end.type.shape)}, projection: {shape_text(around.type.shape)}"
            why = refute_shapes(end.type.shape, around.type.shape)
            label, help_ = (label, _PAD) if why is None else (why.label(label), why.help(_PAD))
            raise Mistake(
                "E408", "`shortcut: project` cannot fit", label=label, help=help_, option="shortcut"
            )
        if first:
            builder.move_tail(start, tail)
        return around

    def use_block(self, name: str, given: Mapping[str, object], values: tuple[Value, ...]) -> Value:
        """Elaborate a block on the values that ``from`` names, with these parameters."""
        place = self._place
        found = place.file.block(name)
        if found is None or found[0].broken or found[0].key in place.blocks:
            return BROKEN  # reported when the file was read
        block, file = found
        if not self._walk.count_use(self._spec, place, self.path):
            return BROKEN
        scope = self._own_scope()
        check_inputs(block, len(values))
        if block.inputs:
            scope.reserve(block.inputs, "it is an input of the block")
            for input_name, value in zip(block.inputs, values, strict=True):
                scope.bind(input_name, value)
        frame = Frame(f"`{name}` is used here, at {self.path}", self._spec.span)
        names = block_names(block, given, values[0], file)
        if self._walk.alone:
            return BROKEN  # each block by itself
        self._walk.used.add(block.key)
        self.block, self.params = block.name, names.own
        inner = place._replace(
            scope=scope,
            file=file,
            names=names,
            frames=(*place.frames, frame),
            blocks=(*place.blocks, block.key),
        )
        return self._walk.layers(block.layers, inner, values[0]).value

    def bound(self, name: str) -> object:
        """What a name stands for in expressions here."""
        try:
            return self._place.names[name]
        except KeyError:
            known = tuple(self._place.names)
            help_ = nearest(name, known) or f"known here are {listed(known)}"
            raise Mistake("E303", f"there is no `{name}` here", help=help_) from None
        except PoisonedError:
            return POISON

    def loop(self, bindings: Sequence[Mapping[str, object]], layers: LayerList, value: Value) -> Value:
        """Elaborate a list of layers once for each row."""
        place = self._place if self._name else self._place._replace(loops=self._place.loops + 1)
        self._check_depth(place.scope, place.loops)
        for index, row in enumerate(bindings):
            if not self._walk.count_turn(self._spec, place, self.path):
                break
            scope = self._inner(str(index), value) if self._name else place.scope
            shown = ", ".join(f"{name} = {shown_value(item)}" for name, item in row.items())
            frame = Frame(f"row {index} of this `for`: {shown}", self._spec.span)
            names = Names({**row, "index": index}, place.names)
            inner = place._replace(scope=scope, names=names, frames=(*place.frames, frame))
            value = self._walk.layers(layers, inner, value).value
            if self._name:
                self._own_scope().bind(str(index), value, scope)
        return value

    def head(self, name: str, layers: LayerList, value: Value, *, train_only: bool) -> Value:
        """Elaborate a side chain that ends in the output ``name``."""
        place = self._place
        if place.scope.repeated:
            help_ = "each output has one name: take the head out of the `repeat`"
            raise Mistake("E206", "`head` cannot stand inside a repetition", help=help_)
        if name in self._walk.heads:
            raise Mistake("E305", f"two heads are named `{name}`", help="give each output a name of its own")
        scope = self._own_scope()
        scope.train_only = scope.train_only or train_only
        end = self._walk.layers(layers, place._replace(scope=scope), value).value
        self._walk.heads[name] = HeadRecord(end, scope.train_only, self._spec.span)
        return end


_PAD = "pad the convolutions of the body, or give `shortcut` a list of layers that makes its shape"
_LIST = "give `shortcut` a list of layers that makes the body's shape"
