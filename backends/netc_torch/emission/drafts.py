"""What each module of a network is made of, before classes are found among them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias, final

from netc_torch.emission.options import as_written
from netc_torch.emission.runs import Run, runs
from netc_torch.forms import Leaf
from netc_torch.outline import Part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from torch import nn

    from netc.graph import Graph, Node, Value
    from netc_torch.forms import Form

LAYERS = frozenset({"conv", "conv_transpose", "depthwise", "linear", "local", "norm"})
"""Layers whose classes know nothing of the block around them, and take each number of channels as it is."""

NONE_SAME: Mapping[Hashable, Hashable] = {}
Way: TypeAlias = Literal["child", "own", "text"]


class Step(NamedTuple):
    """One statement of a ``forward``, its values numbered in order of appearance.

    A ``child`` (``what`` is its name, or a dotted path to one further down) is called, the module's ``own``
    class computes, or ``what`` is an expression with a ``{0}`` for its first value and so on.
    """

    way: Way
    what: str
    reads: tuple[int, ...]
    gives: tuple[int, ...]
    train_only: bool


class Body(NamedTuple):
    """A ``forward``: how many values it takes (numbers 0, 1, …), its steps, and the values it returns."""

    arguments: int
    steps: tuple[Step, ...]
    results: tuple[int, ...]


@final
class Draft:
    """One module to be: its own class of torch's with ``options``, its children, and its ``forward``.

    ``block`` is the name of the block that it is, ``title`` what its class is called after where it is none.
    One without either, whose children follow each other, is a sequence that needs no class. ``around`` is the
    nearest block that it is or is in, and ``params`` what that was given.
    """

    def __init__(self, path: str, title: str, block: str = "", around: str = "") -> None:
        self.path = path
        self.title = title
        self.block = block
        self.around = block or around
        self.params: Mapping[str, object] = {}
        self.base: type[nn.Module] | None = None
        self.options: dict[str, object] = {}
        self.children: dict[str, Draft] = {}
        self.body = Body(0, (), ())
        self.runs: tuple[Run, ...] = ()
        self.signature: Hashable = ()
        self.literals: tuple[tuple[Hashable, object], ...] = ()

    @property
    def bare(self) -> bool:
        """Whether it is a module of torch's, or of the library, as it is."""
        return self.base is not None and not self.children and len(self.body.steps) == 1

    @property
    def sequence(self) -> bool:
        """Whether its children follow each other, each reading what the one before it made."""
        value = 0
        for step, name in zip(self.body.steps, self.children, strict=False):
            if step.way != "child" or step.what != name or step.reads != (value,) or len(step.gives) != 1:
                return False
            value = step.gives[0]
        whole = len(self.body.steps) == len(self.children) > 0
        return whole and self.body.arguments == 1 and self.body.results == (value,) and self.base is None

    @property
    def numbered(self) -> bool:
        """Whether its children are named 0, 1, 2 and so on."""
        return bool(self.children) and list(self.children) == [
            str(index) for index in range(len(self.children))
        ]

    def finish(self, same: Mapping[Hashable, Hashable] = NONE_SAME) -> None:
        """Find the signature, when all children have theirs: modules of equal ones differ in numbers alone.

        ``same`` has the signatures that count as others.
        """
        own = (self.base, tuple(self.options))
        literals: list[tuple[Hashable, object]] = list(self.options.items())
        for name, child in self.children.items():
            literals += [((name, key), value) for key, value in child.literals]
        self.literals = tuple(literals)
        title = self.block or self.title
        signature: Hashable
        if self.bare:
            signature = own
        elif self.sequence and self.numbered:
            self.runs = runs(list(self.children.values()))
            signature = ("sequence", title, tuple((run.kind, run.draft.signature) for run in self.runs))
        else:
            names = tuple((name, child.signature) for name, child in self.children.items())
            signature = ("class", title, own, names, self.body)
        self.signature = same.get(signature, signature)


class Sharing(NamedTuple):
    """Parameters of the module at ``user`` that are those of the module at ``owner``."""

    user: str
    owner: str
    names: tuple[str, ...]


@final
class Drafting:
    """The drafts of a network, and which modules share parameters without being one module called twice."""

    def __init__(self, graph: Graph, form: Callable[[Node], Form], overwriting: set[str]) -> None:
        self.graph = graph
        self.form = form
        self.overwriting = overwriting
        self.drafts: dict[str, Draft] = {}
        self.sharings: list[Sharing] = []

    def network(self, top: Part) -> Draft:
        """The draft of the whole network, all others below it."""
        draft = Draft("", "", self.graph.name)
        self.drafts[""] = draft
        numbers: dict[Value, int] = {value: index for index, value in enumerate(self.graph.inputs)}
        self._fill(draft, top, numbers)
        results = tuple(numbers[output.value] for output in self.graph.outputs)
        draft.body = Body(len(self.graph.inputs), draft.body.steps, results)
        draft.finish()
        return draft

    def part(self, part: Part, around: Draft) -> Draft:
        """The draft of a part of ``around``."""
        record = self.graph.layers.get(part.path)
        block = "" if record is None else record.block
        draft = Draft(part.path, self._title(part), block, around.around)
        if record is not None and record.block:
            draft.params = record.params
        elif draft.title not in LAYERS:
            draft.params = around.params
        self.drafts[part.path] = draft
        if part.node is not None:
            form = self.form(part.node)
            if isinstance(form, Leaf):
                in_place = {"inplace": True} if part.path in self.overwriting else {}
                draft.base = form.base
                draft.options = as_written(form.base, {**form.options, **in_place})
                self._share(part.node)
        numbers: dict[Value, int] = {value: index for index, value in enumerate(part.reads)}
        self._fill(draft, part, numbers)
        draft.body = Body(len(part.reads), draft.body.steps, tuple(numbers[value] for value in part.gives))
        draft.finish()
        return draft

    def _title(self, part: Part) -> str:
        """What the class of a part that is no block is called after; nothing where it needs none."""
        record = self.graph.layers.get(part.path)
        kind = "" if record is None or record.kind in ("layers", "for", "use") else record.kind
        return "conv" if kind == "conv1x1" else kind

    def _fill(self, draft: Draft, part: Part, numbers: dict[Value, int]) -> None:
        """The children and steps of a draft; ``numbers`` knows the values that come from outside."""
        steps: list[Step] = []
        for step in part.steps:
            steps += self._steps(draft, part, step, numbers)
        draft.body = Body(0, tuple(steps), ())

    def _steps(
        self, draft: Draft, part: Part, step: Node | Part, numbers: dict[Value, int]
    ) -> Iterator[Step]:
        train_only = step.train_only and not part.train_only
        if not isinstance(step, Part):
            reads = tuple(numbers[value] for value in step.inputs)
            form = self.form(step)
            result = (numbers.setdefault(step.output, len(numbers)),)
            if isinstance(form, Leaf):
                yield Step("own", "", reads, result, train_only)
            else:
                places = [f"{{{index}}}" for index in range(len(reads))]
                yield Step("text", form.text(places), reads, result, train_only)
            return
        if is_text(step, self.form):
            for inner in step.steps:
                yield from self._steps(draft, part, inner, numbers)
            return
        reads = tuple(numbers[value] for value in step.reads)
        gives = tuple(numbers.setdefault(value, len(numbers)) for value in step.gives)
        owner = self._owner(step)
        if owner and within(owner, part.path):
            yield Step(
                "child", owner.removeprefix(f"{part.path}.") if part.path else owner, reads, gives, train_only
            )
            return
        draft.children[step.name] = self.part(step, draft)
        yield Step("child", step.name, reads, gives, train_only)

    def _owner(self, part: Part) -> str:
        """The path of the earlier part that this one is once more, or nothing."""
        owner = ""
        for node in nodes_of(part):
            for name, path in node.parameters.items():
                own = f"{node.path}.{name}"
                if path == own:
                    return ""
                end = own.removeprefix(part.path)
                if not path.endswith(end) or owner not in ("", path.removesuffix(end)):
                    return ""
                owner = path.removesuffix(end)
        drawn = self.drafts.get(owner)
        if not owner or drawn is None:
            return ""
        kept = dict(self.drafts), list(self.sharings)
        mine = self.part(part, self.drafts[""])
        self.drafts, self.sharings = kept
        return owner if (mine.signature, mine.literals) == (drawn.signature, drawn.literals) else ""

    def _share(self, node: Node) -> None:
        """Note the parameters of a node that are another's."""
        shared: dict[tuple[str, str], list[str]] = {}
        for name, path in node.parameters.items():
            own = f"{node.path}.{name}"
            if path != own:  # whose module may be one inside the node's, such as an `out_proj`
                (user, _, last), owner = own.rpartition("."), path.rpartition(".")[0]
                shared.setdefault((user, owner), []).append(last)
        for (user, owner), names in shared.items():
            self.sharings.append(Sharing(user, owner, tuple(names)))


def is_text(part: Part, form: Callable[[Node], Form]) -> bool:
    """Whether a part is a merge, a slice or the like and nothing more: the scope around it says it."""
    return all(not isinstance(step, Part) and not isinstance(form(step), Leaf) for step in part.steps)


def within(path: str, scope: str) -> bool:
    """Whether a path lies below that of a scope."""
    return not scope or path.startswith(f"{scope}.")


def nodes_of(part: Part) -> Iterator[Node]:
    """Every node of a part and of those below it, without recursion."""
    waiting: list[Iterable[Node | Part]] = [part.steps]
    while waiting:
        for step in waiting.pop():
            if isinstance(step, Part):
                waiting.append(step.steps)
            else:
                yield step
