"""Whether two layers hold parameters that are alike, so that one can use the other's."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from netc.errors import Mistake
from netc.layers.words import listed
from netc.types import shape_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from netc.graph import Node
    from netc.types import Initializer, OwnParameter


class Holder(NamedTuple):
    """A layer at ``path``, and the nodes in it that have parameters."""

    path: str
    nodes: Sequence[Node]


class Slot(NamedTuple):
    """One parameter's place: the node that reads it, and how its op declares it."""

    node: Node
    declared: OwnParameter

    @property
    def owned(self) -> str:
        """The path that the parameter has."""
        return self.node.parameters[self.declared.name]


def taken_over(user: Holder, owner: Holder, kind_of: Callable[[str], str]) -> dict[str, dict[str, str]]:
    """For each node of ``user`` by its path, its parameters' names with the paths of the owner's.

    ``kind_of`` gives the kind of the layer at a path. Raises ``Mistake`` unless both hold parameters of the
    same names, shapes and beginnings, in layers of the same kinds.
    """
    mine = _slots(user.path, user.nodes)
    theirs = _slots(owner.path, owner.nodes)
    if not mine and not theirs:
        message = f"`{kind_of(user.path)}` has no parameters to share"
        raise Mistake("E311", message, help="leave `share` out")
    _check_names(user.path, mine, owner.path, theirs)
    owners: dict[str, dict[str, str]] = {node.path: {} for node in user.nodes}
    for name, slot in mine.items():
        its = theirs[name]
        _check_kinds(name, kind_of(slot.node.layer), kind_of(its.node.layer), owner.path)
        _check_declared(name, slot.declared, its.declared, owner.path)
        here = slot.owned.startswith(f"{user.path}.")
        _check_root(name, slot, its, theirs.get(slot.owned[len(user.path) + 1 :]) if here else None)
        owners[slot.node.path][slot.declared.name] = its.owned
    return owners


def _slots(path: str, nodes: Iterable[Node]) -> dict[str, Slot]:
    """The parameters that a layer holds, by their names below its path."""
    return {
        f"{node.path}.{declared.name}"[len(path) + 1 :]: Slot(node, declared)
        for node in nodes
        for declared in node.op.parameters(*(value.type for value in node.inputs))
    }


def _check_names(user: str, mine: Mapping[str, Slot], owner: str, theirs: Mapping[str, Slot]) -> None:
    ours = [name for name in mine if name not in theirs]
    its = [name for name in theirs if name not in mine]
    if not (ours or its):
        return
    if ours and its:
        label = f"`{owner}` has {listed(its, 3)}; `{user}` has {listed(ours, 3)}"
    else:
        (one, names), (other, _) = sorted([(user, ours), (owner, its)], key=lambda side: not side[1])
        label = f"`{one}` has {listed(names, 3)}; `{other}` has not"
    help_ = "what is inside is matched by name: write both alike, or leave `share` out"
    raise Mistake("E311", "shared layers hold parameters of the same names", label=label, help=help_)


def _check_kinds(name: str, kind: str, other: str, owner: str) -> None:
    if kind != other:
        raise Mistake(
            "E311",
            "shared layers are of the same kind, and so are all inside",
            label=f"`{name}` is of `{kind}` here, of `{other}` in `{owner}`",
            help="write both alike, or leave `share` out",
        )


def _check_declared(name: str, mine: OwnParameter, its: OwnParameter, owner: str) -> None:
    if mine.shape != its.shape:
        raise Mistake(
            "E311",
            "shared parameters have one shape",
            label=f"`{name}` is {shape_text(mine.shape)} here, {shape_text(its.shape)} in `{owner}`",
            help="give both the same sizes, and values of as many channels, or leave `share` out",
        )
    if mine.initializer != its.initializer:
        raise Mistake(
            "E311",
            "shared parameters have one beginning",
            label=f"{_begins(mine.initializer)} here, {_begins(its.initializer)} in `{owner}`",
            help="write the same value at both",
        )


def _begins(initializer: Initializer) -> str:
    return f"{initializer.argument:g}" if initializer.scheme == "constant" else initializer.scheme


def _check_root(name: str, slot: Slot, its: Slot, inside: Slot | None) -> None:
    """Raise where a layer inside the user has by its own ``share`` other parameters than by this one.

    ``inside`` is what stands in the owner where, in the user, that other parameter does, if it does there.
    """
    if its.owned not in {slot.owned, inside.owned if inside is not None else ""}:
        raise Mistake(
            "E311",
            "a layer inside shares other parameters by itself",
            label=f"`{name}` is `{slot.owned}`, and would be `{its.owned}`",
            help="leave one of the two `share`s out",
        )
