"""Layers that use the parameters of earlier ones: who owns them, and whether both are alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, final

from netc.diagnostics import Note
from netc.elaborate.scope import BROKEN, ONLY_BEFORE
from netc.errors import Mistake
from netc.layers.words import listed

if TYPE_CHECKING:
    from netc.elaborate.scope import Found, Place, Scope
    from netc.elaborate.walk import Walk
    from netc.language import LayerSpec


class Mark(NamedTuple):
    """Where a layer begins: how many nodes there are, how many hold parameters, how much went wrong."""

    nodes: int
    held: int
    failures: int


class Region(NamedTuple):
    """What a layer holds: a stretch of the builder's ``holding``.

    It is not ``whole`` where something inside failed.
    """

    start: int
    end: int
    whole: bool


@final
class Sharing:
    """The layers that a walk met so far, as far as others may use their parameters.

    ``turns`` counts those of each repeated layer, by path; ``failures`` whatever went wrong so far.
    """

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        self._regions: dict[str, Region] = {}
        self.turns: dict[str, int] = {}
        self.failures = 0

    def begin(self) -> Mark:
        """Where a layer begins that is about to be built."""
        builder = self._walk.builder
        return Mark(len(builder.nodes), len(builder.holding), self.failures)

    def end(self, path: str, mark: Mark) -> None:
        """The layer that began at ``mark`` is built."""
        whole = self.failures == mark.failures and path not in self._regions  # else its name was taken
        self._regions[path] = Region(mark.held, len(self._walk.builder.holding), whole)

    def owner(self, spec: LayerSpec, place: Place, path: str, turn: int) -> str:
        """The path of the layer whose parameters a layer uses, in this turn of a repetition.

        Nothing where it owns them itself, or a mistake keeps the other from being known; where what ``share``
        names cannot own any, that is reported.
        """
        try:
            return self._owner(spec, place.scope, turn)
        except Mistake as mistake:
            share = spec.common.share
            if mistake.code == "E301" and isinstance(share, str) and place.file.block(share) is not None:
                mistake.help = f"`{share}` is a block: name a layer made of it, such as `{share}1`"
            self._report(spec, mistake, place, path)
        return ""

    def check_turns(self, spec: LayerSpec, place: Place, path: str, count: int) -> None:
        """Report a repeated layer that shares another one of more or fewer turns."""
        share = spec.common.share
        if not isinstance(share, str):
            return
        try:
            found = _looked_up(share, place.scope)
        except Mistake:
            return  # each turn reports it
        turns = None if found is None else self.turns.get(found.path)
        if turns is not None and turns != count:
            label = f"{count} {'turn' if count == 1 else 'turns'} here, {turns} at `{share}`"
            help_ = f"give both the same `repeat`, or share one turn's parameters, as in `share: {share}.0`"
            mistake = Mistake("E311", "repeated layers are shared turn by turn", label=label, help=help_)
            self._report(spec, mistake, place, path)

    def tie(self, spec: LayerSpec, place: Place, path: str, mark: Mark) -> None:
        """Give a layer, just built since ``mark``, the parameters of the one that its record says it shares.

        Where they are unlike, that is reported; nothing is done where something inside either was.
        """
        owner = self._walk.records[path].shares
        mine, its = self._regions[path], self._regions.get(owner)
        if its is None or not (mine.whole and its.whole):
            return
        try:
            self._tie(path, mine, owner, its, mark)
        except Mistake as mistake:
            written = self._walk.records[owner].spec
            here = Note(f"`{owner}` is written here", written.span)
            self._report(spec, mistake, place, path, *(() if written is spec else (here,)))

    def _report(self, spec: LayerSpec, mistake: Mistake, place: Place, path: str, *more: Note) -> None:
        mistake.option = "share"
        if not spec.broken:
            self._walk.report(spec, mistake, place, path, *more)

    def _owner(self, spec: LayerSpec, scope: Scope, turn: int) -> str:
        share = spec.common.share
        if share is None:
            return ""
        if share is True:
            return f"{scope.prefix}0" if turn else ""
        found = _looked_up(share, scope)
        if found is None:
            return ""
        turns = self.turns.get(found.path)
        if turns is not None and spec.repeat is None:
            label = f"`{share}` has parameters for each of its turns, {turns} in all"
            help_ = f"share one turn's, as in `share: {share}.0`, or give this layer the same `repeat`"
            raise Mistake("E311", "a repeated layer is shared by one that is not", label=label, help=help_)
        if turns is not None:
            return f"{found.path}.{turn}" if turn < turns else ""  # `check_turns` reported it
        if found.path not in self._walk.records:
            raise Mistake("E311", f"`{share}` is no layer that has parameters", help=_inside(share, found))
        return found.path

    def _tie(self, user: str, mine: Region, owner: str, its: Region, mark: Mark) -> None:
        from netc.elaborate.alike import Holder, taken_over  # noqa: PLC0415  # needed by layers that share

        kind, other = self._kind(user), self._kind(owner)
        if kind != other:
            raise Mistake(
                "E311",
                "shared layers are of the same kind",
                label=f"`{kind}` here, `{other}` at `{owner}`",
                help="write both as one kind, or leave `share` out",
            )
        builder = self._walk.builder
        nodes = builder.holding[mine.start : mine.end]
        enough = its.start + len(nodes) + 1  # one more than here is one that is not here
        theirs = builder.holding[its.start : min(its.end, enough)]
        owners = taken_over(Holder(user, nodes), Holder(owner, theirs), self._kind)
        builder.share(mark.nodes, mark.held, owners)

    def _kind(self, path: str) -> str:
        return self._walk.records[path].layer.kind


def _looked_up(share: str, scope: Scope) -> Found | None:
    """What ``share`` names; nothing where that is broken, which was reported."""
    if share in {"prev", "input"}:
        help_ = "name the layer that owns the parameters: `netc summary` shows every path"
        raise Mistake("E311", f"`{share}` is a value, not a layer", help=help_)
    try:
        found = scope.look_up(share)
    except Mistake as mistake:
        if mistake.code == "E309":
            mistake.help = "write the head below this layer, and let the head share this layer's parameters"
        elif mistake.help == ONLY_BEFORE:
            mistake.help = "the owner is written above, in this scope or one around it; deeper ones by path"
        raise
    if found is None or found.bound.value is BROKEN:
        return None
    if found.bound.value is None:
        help_ = "share with a layer that is always there"
        raise Mistake("E309", f"`{share}` was left out by its `if`", help=help_)
    return found


def _inside(share: str, found: Found) -> str:
    """The way out where ``share`` names a branch or a row of a ``for``, which are no layers, or an input."""
    inside = found.bound.inside
    if inside is None:
        return "an input has none: name the layer that owns them"
    names = [f"{share}.{name}" for name in inside.bound]
    return f"name a layer inside it: {listed(names)}" if names else "name the layer that owns them"
