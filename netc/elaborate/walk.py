"""Walks lists of layers and builds the graph, one layer after the other.

A layer that fails is reported, keeps its name and hands on ``BROKEN``, which silences all that reads it;
what does not depend on it is still checked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from netc.diagnostics import Note
from netc.elaborate.context import LayerContext
from netc.elaborate.described import RawRecord
from netc.elaborate.instance import common_flag, common_option, instance
from netc.elaborate.names import POISON, Names, PoisonedError, about
from netc.elaborate.reports import Frame, Reports
from netc.elaborate.scope import BROKEN, COUNTED, MOST_SCOPES, HeadRecord, Place, Scope
from netc.elaborate.sharing import Sharing
from netc.errors import Mistake, nth_value
from netc.graph import Value
from netc.graph.builder import Builder
from netc.language.values import UNREADABLE, diagnosis
from netc.layers.options import whole
from netc.layers.words import expected
from netc.reader.plain import is_list

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netc.language import LayerSpec
    from netc.layers.base import Layer, LayerList
    from netc.reader import Scalar

MOST_TURNS = 100_000
MOST_USES = 100_000
WORDS = {"conv1x1": "conv"}
"""Kinds whose layers are counted under another word."""


class Walked(NamedTuple):
    """The result of walking a list of layers; ``head`` names the head that is its last layer, if one is."""

    value: Value
    layers: Sequence[Layer]
    head: str = ""


class Walk:
    """One elaboration: the graph so far, the layers and heads met, and what was found wrong.

    Of a block ``alone`` the blocks that it uses are not walked. ``used`` holds the keys of the blocks met,
    ``measured`` the values whose size alone a layer asked for.
    """

    def __init__(self, reports: Reports, *, alone: bool = False) -> None:
        self.alone = alone
        self.used: set[Scalar] = set()
        self.uses = 0
        self.reports = reports
        self.builder = Builder()
        self.records: dict[str, RawRecord] = {}
        self.heads: dict[str, HeadRecord] = {}
        self.measured: set[Value] = set()
        self.sharing = Sharing(self)
        self.turns = 0

    def layers(self, layers: LayerList, place: Place, entering: Value | None) -> Walked:
        """Elaborate a list of layers on the value that enters it."""
        value = entering
        built: list[Layer] = []
        head = ""
        for spec in cast("Sequence[LayerSpec]", layers.specs):
            name = self._name(spec, place)
            present = self._present(spec, place, name, value)
            if present is False:
                if name:
                    place.scope.bind(name, None)
                continue
            if present is None:
                result, layer = self._failed(spec, place, name), None
            else:
                result, layer = self._layer(spec, place, name, value)
            built.extend([layer] if layer is not None else [])
            head = str(spec.options.get("output", "")) if spec.kind == "head" else ""
            value = value if spec.kind == "head" else result
        return Walked(BROKEN if value is None else value, built, head)

    def report(self, spec: LayerSpec, mistake: Mistake, place: Place, path: str, *more: Note) -> None:
        """Report a mistake with the steps that led to it."""
        self.sharing.failures += 1
        notes = tuple(Note(frame.message, frame.span) for frame in reversed(place.frames))
        found = diagnosis(spec.explain(mistake), spec.place(mistake))
        self.reports.add(found._replace(path=path, notes=(*more, *notes, *found.notes)))

    def count_turn(self, spec: LayerSpec, place: Place, path: str) -> bool:
        """Count one turn of a ``repeat`` or ``for``; false once there are too many, which is reported."""
        self.turns += 1
        if self.turns == MOST_TURNS + 1:
            message = f"`repeat` and `for` make more than {MOST_TURNS:,} turns"
            help_ = "lower the counts: those inside one another multiply"
            self.report(spec, Mistake("E104", message, help=help_), place, path)
        return self.turns <= MOST_TURNS

    def count_use(self, spec: LayerSpec, place: Place, path: str) -> bool:
        """Count one block put to use; false once there are too many, which is reported."""
        self.uses += 1
        if self.uses == MOST_USES + 1:
            message = f"blocks are used more than {MOST_USES:,} times"
            help_ = "use them less often: those inside one another multiply"
            self.report(spec, Mistake("E104", message, help=help_), place, path)
        return self.uses <= MOST_USES

    def _name(self, spec: LayerSpec, place: Place) -> str:
        """The layer's name in its scope; none for a ``for`` without one."""
        given, scope = spec.common.name, place.scope
        if spec.kind == "head":
            name = str(spec.options.get("output", "head"))
        elif spec.kind == "for" and given is None:
            return ""
        else:
            block = str(spec.options.get("block", "use"))
            kind = block.rpartition(".")[2] if spec.kind == "use" else spec.kind
            counted = scope.counted(WORDS.get(kind, kind))
            if spec.model is None and given is None:
                scope.unread = scope.unread or COUNTED
            name = given or counted
        reason = scope.why_taken(name)
        if reason:
            message = f"the name `{name}` is taken"
            way_out = "output another name" if spec.kind == "head" else "layer another `name`"
            help_ = f"{reason}: give this {way_out}"
            mistake = Mistake("E305", message, help=help_, option="name" if given else None)
            self.report(spec, mistake, place, f"{scope.prefix}{name}")
        return name

    def _present(self, spec: LayerSpec, place: Place, name: str, value: Value | None) -> bool | None:
        """Whether ``if`` keeps the layer; nothing where that cannot be known, which is reported."""
        if spec.condition is True:
            return True
        reaching = self._reaching(spec, place, value)
        names = Names(about(reaching, broken=reaching is BROKEN), place.names)
        try:
            return common_flag(spec, "if", spec.condition, names, place.file.names)
        except Mistake as mistake:
            if not spec.broken:
                self.report(spec, mistake, place, f"{place.scope.prefix}{name}")
        except PoisonedError:
            pass
        return None

    def _reaching(self, spec: LayerSpec, place: Place, value: Value | None) -> Value | None:
        """The value that would reach the layer; ``BROKEN`` where ``from`` is wrong, which is not reported."""
        sources = spec.common.sources
        try:
            return value if sources is None else place.scope.read(sources[0], value)
        except Mistake:
            return BROKEN

    def _layer(
        self, spec: LayerSpec, place: Place, name: str, value: Value | None
    ) -> tuple[Value, Layer | None]:
        """One written layer that is there, as often as ``repeat`` says: its value and its last instance."""
        path = f"{place.scope.prefix}{name}"
        values = self._values(spec, place, value, path)
        place = place._replace(previous=value)
        if spec.repeat is None:
            result, layer, inside = self._turn(spec, place, name, values, 0)
            self._bind(place, name, result, inside)
            return result, layer
        try:
            count = self._count(spec, place, values[0])
        except Mistake as mistake:
            if not spec.broken:
                self.report(spec, mistake, place, path)
            count = None
        except PoisonedError:
            count = None
        if count is None:
            return self._failed(spec, place, name), None
        return self._repeated(spec, place, name, values, count)

    def _failed(self, spec: LayerSpec, place: Place, name: str) -> Value:
        """A layer of which not even the number is known: broken, the layers inside checked all the same."""
        self.sharing.failures += 1
        self._bind(place, name, BROKEN, None)
        self._walk_broken(spec, place, f"{place.scope.prefix}{name}")
        return BROKEN

    def _repeated(
        self, spec: LayerSpec, place: Place, name: str, values: tuple[Value, ...], count: int
    ) -> tuple[Value, Layer | None]:
        path = f"{place.scope.prefix}{name}"
        repetition = Scope(f"{path}.", place.scope, values[0])
        repetition.repeated = True
        self.sharing.turns[path] = count
        self.sharing.check_turns(spec, place, path, count)
        layer: Layer | None = None
        for turn in range(count):
            if not self.count_turn(spec, place, path):
                break
            frames = place.frames
            if spec.kind != "use":  # whose own frame names the turn
                frames = (*frames, Frame(f"turn {turn} of this `repeat`, at {path}.{turn}", spec.span))
            names = Names({"index": turn}, place.names)
            inner = place._replace(scope=repetition, names=names, frames=frames)
            value, layer, inside = self._turn(spec, inner, str(turn), values, turn)
            repetition.bind(str(turn), value, inside)
            values, place = (value,), place._replace(previous=value)
            if turn and value is BROKEN:  # a third turn finds what this one did
                break
        self._bind(place, name, values[0], repetition)
        return values[0], layer

    def _count(self, spec: LayerSpec, place: Place, value: Value) -> int:
        if spec.kind in {"for", "head"}:
            help_ = "put it inside a `layers`, and `repeat` that" if spec.kind == "for" else "leave it out"
            raise Mistake("E206", f"`repeat` is not for `{spec.kind}`", help=help_, option="repeat")
        names = Names(about(value, broken=value is BROKEN), place.names)
        result = common_option(spec, "repeat", spec.repeat, names, place.file.names)
        count = whole(result)
        if count is not None and count >= 0:
            return count
        try:
            expected("a whole number, 0 or more", result)
        except Mistake as mistake:
            mistake.option = "repeat"
            raise

    def _values(self, spec: LayerSpec, place: Place, value: Value | None, path: str) -> tuple[Value, ...]:
        """The values the layer reads; ``BROKEN`` for one that cannot be, which is reported."""
        sources = spec.common.sources
        many = spec.model is None or spec.model.reads_many
        values: list[Value] = []
        if sources is None:
            if value is None and not spec.broken:
                help_ = "the document has several inputs: name what the layer reads, as in `from: left`"
                mistake = Mistake("E309", f"no value reaches `{spec.kind}`", help=help_)
                self.report(spec, mistake, place, path)
            return (BROKEN if value is None else value,)
        if len(sources) > 1 and not many:
            help_ = "merge them first, as in `{merge: concat, from: [a, b]}`"
            message, label = f"`{spec.kind}` reads one value", f"given {len(sources)}"
            self.report(spec, Mistake("E309", message, label=label, help=help_, option="from"), place, path)
            return (BROKEN,)
        for index, source in enumerate(sources):
            try:
                values.append(place.scope.read(source, value))
            except Mistake as mistake:
                mistake.option, mistake.at = "from", (index,)
                self.report(spec, mistake, place, path)
                values.append(BROKEN)
        return tuple(values)

    def _turn(
        self, spec: LayerSpec, place: Place, name: str, values: tuple[Value, ...], turn: int
    ) -> tuple[Value, Layer | None, Scope | None]:
        """One turn of a layer: its options evaluated, the layer built, its value and the scope inside."""
        path = f"{place.scope.prefix}{name}"
        reaching = about(values[0], broken=values[0] is BROKEN)
        names, file_names = Names(reaching, place.names), Names(reaching, place.file.names)
        frozen = self._frozen(spec, place, path, names)
        shares = self.sharing.owner(spec, place, path, turn)
        place = place._replace(
            names=names, frozen=place.frozen or frozen, shared=place.shared or bool(shares)
        )
        context = LayerContext(self, spec, place, path, name, values[0], turn)
        mark = self.sharing.begin()
        layer: Layer | None = None
        try:
            layer = instance(
                spec, names, file_names, lambda mistake: self.report(spec, mistake, place, path), turn
            )
            if layer is not None and (layer.structural or BROKEN not in values):
                value = layer.build(context, *values)
                if name and value is not BROKEN:
                    self.records[path] = RawRecord(
                        path,
                        layer,
                        value,
                        spec,
                        place.frames,
                        shares,
                        frozen,
                        context.block,
                        context.params,
                    )
                    self.sharing.end(path, mark)
                    self.sharing.tie(spec, place, path, mark)
                return value, layer, context.scope
        except Mistake as mistake:
            for index, source in enumerate(spec.common.sources or (), start=1):
                mistake.label = mistake.label.replace(nth_value(index), f"`{source}`: ")
            self.report(spec, mistake, place, path)
        except PoisonedError:
            pass
        self.sharing.failures += 1
        if context.scope is None:
            self._walk_broken(spec, place, path)
        return BROKEN, layer, context.scope

    def _frozen(self, spec: LayerSpec, place: Place, path: str, names: Names) -> bool:
        """Whether the layer says that its parameters do not train; what is wrong with that is reported."""
        if spec.frozen is False:
            return False
        try:
            return common_flag(spec, "frozen", spec.frozen, names, place.file.names)
        except Mistake as mistake:
            if not spec.broken:
                self.report(spec, mistake, place, path)
        except PoisonedError:
            pass
        return False

    def _bind(self, place: Place, name: str, value: Value, inside: Scope | None) -> None:
        if name and name not in place.scope.bound:
            place.scope.bind(name, value, inside)

    def _walk_broken(self, spec: LayerSpec, place: Place, path: str) -> None:
        """Check the layers inside a broken one all the same, on a broken value."""
        variables = spec.options.get("variables") if spec.kind == "for" else None
        unknown = variables if is_list(variables) else [variables]
        readable = [name for name in unknown if isinstance(name, str) and name.isidentifier()]
        bindings: dict[str, object] = dict.fromkeys(readable, POISON)
        if spec.kind == "for" and len(bindings) < len(unknown):  # what cannot be read may be any name
            bindings[UNREADABLE] = POISON
        if spec.kind == "for" or spec.repeat is not None:
            bindings["index"] = POISON
        for layers in spec.lists:
            scope = Scope(f"{path}.", place.scope, BROKEN)
            if scope.depth + place.loops <= MOST_SCOPES:
                inner = place._replace(scope=scope, names=Names(bindings, place.names))
                self.layers(layers, inner, BROKEN)
