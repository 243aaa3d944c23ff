"""Which modules there will be, what runs in each, and which values cross their borders."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, final

from netc_torch.lowering import is_expression

if TYPE_CHECKING:
    from netc.graph import Graph, Node, Value


@final
class Part:
    """A module to be: a scope of the spec, a layer, or an op with a module of its own.

    ``steps`` are the ops and parts that run in it, in order; ``node`` is the op among them that stands
    at the part's own path. ``reads`` are the values it uses that are made outside, in order of first
    use; ``gives`` those it makes that are used outside, or its ``last`` one where none is.
    A ``train_only`` part holds nothing else.
    """

    def __init__(self, path: str, above: tuple[Part, ...]) -> None:
        self.path = path
        self.name = path.rpartition(".")[2]
        self.lineage: tuple[Part, ...] = (*above, self) if path else ()
        self.steps: list[Step] = []
        self.node: Node | None = None
        self.reads: dict[Value, None] = {}
        self.gives: dict[Value, None] = {}
        self.last: Value | None = None
        self.train_only = True

    @property
    def parts(self) -> list[Part]:
        """The parts among the steps."""
        return [step for step in self.steps if isinstance(step, Part)]


Step: TypeAlias = "Node | Part"


def outline(graph: Graph) -> Part:
    """The part of the whole network, whose path is empty. Linear in the graph's size."""
    modules = module_paths(graph)
    top = Part("", ())
    parts = {"": top}
    makers: dict[Value, tuple[Part, ...]] = dict.fromkeys(graph.inputs, ())
    for node in graph.nodes:
        path = around(node, modules)
        part = part_at(path, parts)
        part.steps.append(node)
        if path == node.path:
            part.node = node
        for above in part.lineage:
            above.train_only = above.train_only and node.train_only
            above.last = node.output
        for value in node.inputs:
            cross(value, makers[value], part.lineage)
        makers[node.output] = part.lineage
    for output in graph.outputs:
        cross(output.value, makers[output.value], ())
    for part in parts.values():
        if part.last is not None and not part.gives:
            cross(part.last, makers[part.last], part.lineage[:-1])
    order_results(makers)
    top.train_only = False
    return top


def module_paths(graph: Graph) -> set[str]:
    """The paths at which there are modules: every scope, layer and op, but merges inside scopes.

    What puts an input's channels first is no layer's, and runs in the network itself.
    """
    paths: set[str] = set()
    for node in graph.nodes:
        if not node.layer:
            continue
        if node.path in graph.layers or not is_expression(node.op):
            paths.add(node.path)
        above = node.path.rpartition(".")[0]
        while above and above not in paths:
            paths.add(above)
            above = above.rpartition(".")[0]
    return paths


def around(node: Node, modules: set[str]) -> str:
    """The path of the module that a node runs in: its own, or the nearest above."""
    if not node.layer:
        return ""
    return node.path if node.path in modules else node.path.rpartition(".")[0]


def part_at(path: str, parts: dict[str, Part]) -> Part:
    """The part at a path, made where it is not yet there, with those above it."""
    missing: list[str] = []
    known = path
    while known not in parts:
        missing.append(known)
        known = known.rpartition(".")[0]
    part = parts[known]
    for new in reversed(missing):
        below = Part(new, part.lineage)
        part.steps.append(below)
        parts[new] = part = below
    return part


def cross(value: Value, made: tuple[Part, ...], used: tuple[Part, ...]) -> None:
    """Note every border between the parts that a value is made in and those that it is used in."""
    shared = 0
    while shared < min(len(made), len(used)) and made[shared] is used[shared]:
        shared += 1
    for part in made[shared:]:
        part.gives[value] = None
    for part in used[shared:]:
        part.reads[value] = None


def order_results(makers: dict[Value, tuple[Part, ...]]) -> None:
    """Put ``gives`` of every part into the order of making."""
    for value, lineage in makers.items():
        for part in lineage:
            if value in part.gives:
                del part.gives[value]
                part.gives[value] = None
