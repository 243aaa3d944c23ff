"""One walk over a graph on which nodes are replaced."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from netc.graph import Graph, Node, Parameter, Value


@final
class Rewriting:
    """A graph while a pass goes over it in order of execution.

    What ``walk`` yields stays unless it is replaced by ``put``, by another node for the same value, or left
    out. Nodes that nobody reads any more for that reason go away. ``parameters`` are the graph's, that a
    pass may add to and replace; those that no node uses go away, too. Linear in the graph's size.
    """

    def __init__(self, graph: Graph) -> None:
        self.parameters: dict[str, Parameter] = dict(graph.parameters)
        self._graph = graph
        self._nodes: dict[int, Node] = {}
        self._stand_ins: dict[int, Value] = {}
        self._changed = False
        self._readers = Counter(id(value) for node in graph.nodes for value in node.inputs)
        self._readers.update(id(output.value) for output in graph.outputs)
        self._users = Counter(path for node in graph.nodes for path in node.parameters.values())

    def walk(self) -> Iterator[Node]:
        """Each node; where it reads a value that was left out, it reads what stands in for it."""
        for node in self._graph.nodes:
            inputs = tuple(self._stand_in(value) for value in node.inputs)
            same = all(new is old for new, old in zip(inputs, node.inputs, strict=True))
            node = node if same else node._replace(inputs=inputs)  # noqa: PLW2901  # the same node, as it now is
            self._nodes[id(node.output)] = node
            yield node

    def _stand_in(self, value: Value) -> Value:
        return self._stand_ins.get(id(value), value)

    def maker(self, value: Value) -> Node | None:
        """The node that makes a value, as it now is; of an input none."""
        return self._nodes.get(id(value))

    def is_read_once(self, value: Value) -> bool:
        """Whether one node alone reads a value, once, and it is no output."""
        return self._readers[id(value)] == 1

    def owns_parameters(self, node: Node) -> bool:
        """Whether no other node uses what ``node`` does."""
        return all(self._users[path] == 1 for path in node.parameters.values())

    def put(self, node: Node) -> None:
        """Have ``node`` make its value from now on. It reads values that are made before."""
        before = self._nodes[id(node.output)]
        if node is before:
            return
        self._changed = True
        self._nodes[id(node.output)] = node
        self._readers.update(map(id, node.inputs))
        self._users.update(node.parameters.values())
        self._forget(before)

    def insert(self, node: Node, before: Node) -> None:
        """Have a new ``node``, for a value of its own, run before the one that ``walk`` yielded last."""
        self._changed = True
        last = self._nodes.pop(id(before.output))
        self._nodes[id(node.output)] = node
        self._nodes[id(before.output)] = last
        self._readers.update(map(id, node.inputs))
        self._users.update(node.parameters.values())

    def leave_out(self, node: Node, value: Value) -> None:
        """Have all who read what ``node`` makes read ``value`` in its place."""
        self._changed = True
        self._stand_ins[id(node.output)] = value
        self._readers[id(value)] += self._readers.pop(id(node.output), 0)
        self._forget(self._nodes.pop(id(node.output)))

    def _forget(self, node: Node) -> None:
        """A node reads and uses nothing any more: whom it alone read goes the same way."""
        forgotten = [node]
        while forgotten:
            one = forgotten.pop()
            self._users.subtract(one.parameters.values())
            for value in one.inputs:
                self._readers[id(value)] -= 1
                if not self._readers[id(value)] and id(value) in self._nodes:
                    forgotten.append(self._nodes.pop(id(value)))

    def result(self) -> Graph:
        """The graph as it now is: the very one that was given where nothing has changed."""
        if not self._changed:
            return self._graph
        nodes = tuple(self._nodes.values())
        outputs = tuple(output._replace(value=self._stand_in(output.value)) for output in self._graph.outputs)
        parameters = used(self.parameters, nodes)
        return self._graph._replace(nodes=nodes, outputs=outputs, parameters=parameters)


def used(parameters: Mapping[str, Parameter], nodes: Iterable[Node]) -> dict[str, Parameter]:
    """The parameters that nodes use, in order of execution."""
    return {path: parameters[path] for node in nodes for path in node.parameters.values()}
