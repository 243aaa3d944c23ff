"""Which modules are of one class, what that class is called, and what its constructor takes."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, final

from netc_torch.emission.drafts import LAYERS, Draft
from netc_torch.emission.merging import same_but_for_children
from netc_torch.emission.names import class_names
from netc_torch.emission.options import defaults_of
from netc_torch.emission.parameters import Plan, plan
from netc_torch.emission.slots import ABSENT, COUNT, PRESENT, STEP, Slot, family_of, growth

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from netc_torch.emission.parameters import Parameter
    from netc_torch.emission.runs import Run
    from netc_torch.emission.slots import Key


@final
class Design:
    """A class: the modules that are of it, and the one with all children that any of them has.

    ``optional`` are the children that some lack.
    """

    def __init__(self, drafts: list[Draft]) -> None:
        self.drafts = drafts
        self.prototype = max(drafts, key=lambda draft: len(draft.children))
        names = () if self.prototype.runs else tuple(self.prototype.children)
        self.optional = {name for name in names if any(name not in draft.children for draft in drafts)}
        self.name = ""
        self.plan = Plan((), {}, {})
        self._indices = {draft.path: index for index, draft in enumerate(drafts)}

    @property
    def sequence(self) -> bool:
        """Whether it is an ``nn.Sequential``."""
        return self.prototype.sequence

    def arguments(self, draft: Draft) -> Iterator[tuple[Parameter, object]]:
        """What the constructor takes for one of the modules; absent where it has no use for it."""
        index = self._indices[draft.path]
        for parameter in self.plan.parameters:
            yield parameter, parameter.values[index]


@final
class Designs:
    """The classes of a network, those first that others are made of."""

    def __init__(self, network: Draft, taken: Iterable[str]) -> None:
        self._of: dict[str, Design] = {}
        self.all = self._found(network)
        class_names(self.all, taken)
        for design in self.all:
            rows = [list(self.slots(design.prototype, draft)) for draft in design.drafts]
            design.plan = plan(
                rows,
                [draft.params for draft in design.drafts],
                dict(self.defaults(design.prototype)),
                related=design.prototype.title not in LAYERS,
            )

    def of(self, draft: Draft) -> Design | None:
        """The class of a module; nothing for one of torch's own, or a sequence without a class."""
        return self._of.get(draft.path)

    def _found(self, network: Draft) -> list[Design]:
        same: dict[Hashable, Hashable] = {}
        groups = grouped(network, same)
        while more := same_but_for_children(groups):
            same = {one: more.get(other, other) for one, other in same.items()} | more
            groups = grouped(network, same)
        ordered = self._ordered(groups)
        # Two classes may each have an optional child of the other: then none is merged.
        return ordered or self._ordered(grouped(network, {})) or []

    def _ordered(self, groups: list[list[Draft]]) -> list[Design] | None:
        """The classes of these modules, those first that others are made of; nothing if there is a circle."""
        self._of = {}
        for group in groups:
            if needs_class(group):
                self._of |= dict.fromkeys((draft.path for draft in group), Design(group))
        return children_first(list({id(one): one for one in self._of.values()}.values()), self._of)

    def slots(self, prototype: Draft, draft: Draft | None) -> Iterator[Slot]:
        """The numbers of a module whose class has the children of ``prototype``, in a fixed order."""
        for option in prototype.options:
            yield Slot((option,), family_of(option), ABSENT if draft is None else draft.options[option])
        if prototype.runs:
            rows = [None] * len(prototype.runs) if draft is None else draft.runs
            for index, (run, own) in enumerate(zip(prototype.runs, rows, strict=True)):
                yield from self._run_slots(str(index), run, own)
            return
        design = self._of.get(prototype.path)
        for name, child in prototype.children.items():
            own_child = None if draft is None else draft.children.get(name)
            if design is not None and name in design.optional:
                yield Slot((name, PRESENT), PRESENT, own_child is not None)
            yield from self._child_slots(name, child, own_child)

    def _child_slots(self, name: str, child: Draft, own: Draft | None) -> Iterator[Slot]:
        """The numbers that the expression for a child takes."""
        design = self._of.get(child.path)
        if design is None:
            inner: Iterable[Slot] = self.slots(child, own)
        elif own is None:
            inner = (Slot((one.name,), one.family, ABSENT) for one in design.plan.parameters)
        else:
            inner = (Slot((one.name,), one.family, value) for one, value in design.arguments(own))
        for slot in inner:
            yield slot._replace(key=(name, *slot.key))

    def _run_slots(self, name: str, run: Run, own: Run | None) -> Iterator[Slot]:
        """The numbers of a loop: how many, and those of the first module with the steps that they grow by."""
        yield Slot((name, COUNT), COUNT, ABSENT if own is None else own.length)
        begin = self._child_slots(name, run.draft, None if own is None else own.draft)
        after = self._child_slots(name, run.draft, None if own is None else own.following)
        for slot, following in zip(begin, after, strict=True):
            yield slot
            if run.kind == "grow":
                yield Slot((*slot.key, STEP), STEP, growth(slot.value, following.value))

    def defaults(self, prototype: Draft) -> Iterator[tuple[Key, object]]:
        """What each place has where nothing is said there."""
        if prototype.base is not None:
            for option, default in defaults_of(prototype.base).items():
                yield (option,), default
        named = prototype.children.items()
        runs = [(str(index), run.draft) for index, run in enumerate(prototype.runs)]
        for name, child in runs or named:
            design = self._of.get(child.path)
            if design is None:
                inner = self.defaults(child)
            else:
                inner = (((one.name,), one.default) for one in design.plan.parameters)
            for key, default in inner:
                yield (name, *key), default


def each(network: Draft) -> Iterator[Draft]:
    """Every module, those inside one before it."""
    for child in network.children.values():
        yield from each(child)
    yield network


def grouped(network: Draft, same: Mapping[Hashable, Hashable]) -> list[list[Draft]]:
    """The modules of a network by their structure, those that are torch's own left out."""
    groups: dict[Hashable, list[Draft]] = {}
    for draft in each(network):
        draft.finish(same)
        if not draft.bare:
            groups.setdefault(draft.signature, []).append(draft)
    return list(groups.values())


def needs_class(group: list[Draft]) -> bool:
    """Whether modules of one structure need a class: blocks do, what is no sequence, and several alike."""
    first = group[0]
    return bool(first.block) or not first.sequence or (bool(first.title) and len(group) > 1)


def children_first(designs: list[Design], of: Mapping[str, Design]) -> list[Design] | None:
    """The classes, those first that others are made of; nothing where that cannot be."""
    parts = {id(design): parts_of(design, of) for design in designs}
    ordered: list[Design] = []
    done: set[int] = set()
    while len(ordered) < len(designs):
        ready = [one for one in designs if id(one) not in done and parts[id(one)] <= done]
        if not ready:
            return None
        ordered += ready
        done.update(map(id, ready))
    return ordered


def parts_of(design: Design, of: Mapping[str, Design]) -> set[int]:
    """The classes that the modules of a class are made of."""
    below = (one for draft in design.drafts for child in draft.children.values() for one in each(child))
    return {id(of[one.path]) for one in below if one.path in of}
