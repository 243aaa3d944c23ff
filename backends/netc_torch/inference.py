"""Graphs of which parts are gone, as modules have them: every weight in the module of an op that uses it.

A fold keeps the later node's path, and its weights keep theirs: a batch norm at ``conv1.norm`` becomes a
convolution there, whose weight is ``conv1.conv.weight``. A module owns its parameters. So the op moves to
where its weights are, and the keys of the module are the graph's parameters. Where a layer used the weights
of another that is gone, for no output needs it, they are the layer's own from now on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple, final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from netc.graph import Graph, Node, Parameter


class Housed(NamedTuple):
    """A graph whose parameters lie at nodes, and the names that those had which had to move."""

    graph: Graph
    moved: Mapping[str, str]


def housed(graph: Graph) -> Housed:
    """The graph with each op that a fold made where its weights are, if it can be there; else these move."""
    taken = {node.path for node in graph.nodes}
    nodes: list[Node] = []
    for node in graph.nodes:
        house = _house(node)
        folded = any(graph.parameters[path].formula is not None for path in node.parameters.values())
        # In another scope it might run before what it reads is there.
        near = house.rpartition(".")[0] == node.path.rpartition(".")[0]
        if folded and near and house not in taken:
            taken.add(house)
            node = node._replace(path=house)  # noqa: PLW2901  # the same node, elsewhere
        nodes.append(node)
    return _moved(graph, nodes)


def orphaned(graph: Graph) -> bool:
    """Whether parameters are not at an op: their own is gone."""
    homes = {f"{node.path}.{name}" for node in graph.nodes for name in node.parameters}
    return any(path not in homes for path in graph.parameters)


def _house(node: Node) -> str:
    """The path at which all parameters of a node lie, or its own."""
    found = {path.removesuffix(f".{name}") for name, path in node.parameters.items()}
    return found.pop() if len(found) == 1 else node.path


def _moved(graph: Graph, nodes: list[Node]) -> Housed:
    """The graph of these nodes, where parameters at no node go to the first that uses them."""
    homes = {node.path for node in nodes}
    names: dict[str, str] = {}
    for node in nodes:
        for name, path in node.parameters.items():
            if path not in names:
                lives = path.removesuffix(f".{name}") in homes
                names[path] = path if lives else f"{node.path}.{name}"
    parameters: dict[str, Parameter] = {new: graph.parameters[old] for old, new in names.items()}
    settled = tuple(
        node._replace(parameters={name: names[path] for name, path in node.parameters.items()})
        for node in nodes
    )
    moved = {new: old for old, new in names.items() if new != old}
    return Housed(graph._replace(nodes=settled, parameters=parameters), moved)


@final
class Renamed(Mapping[str, "NDArray[np.float32]"]):
    """Weights under the names that they have after a move."""

    def __init__(self, weights: Mapping[str, NDArray[np.float32]], moved: Mapping[str, str]) -> None:
        self._weights = weights
        self._moved = moved

    def __getitem__(self, path: str) -> NDArray[np.float32]:
        return self._weights[self._moved.get(path, path)]

    def __iter__(self) -> Iterator[str]:
        before = {old: new for new, old in self._moved.items()}
        return (before.get(path, path) for path in self._weights)

    def __len__(self) -> int:
        return len(self._weights)
