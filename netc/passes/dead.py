"""What no output needs is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc.passes.rewriting import used

if TYPE_CHECKING:
    from netc.graph import Graph, Node


def without_dead_code(graph: Graph) -> Graph:
    """Without the nodes that no output is made of, and their parameters; the inputs stay."""
    needed = {id(output.value) for output in graph.outputs}
    kept: list[Node] = []
    for node in reversed(graph.nodes):
        if id(node.output) in needed:
            needed.update(map(id, node.inputs))
            kept.append(node)
    if len(kept) == len(graph.nodes):
        return graph
    nodes = tuple(reversed(kept))
    return graph._replace(nodes=nodes, parameters=used(graph.parameters, nodes))
