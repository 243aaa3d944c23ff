"""What runs in training alone is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc.passes.rewriting import used

if TYPE_CHECKING:
    from netc.graph import Graph


def evaluation_only(graph: Graph) -> Graph:
    """Without the outputs, nodes and parameters that exist in training alone."""
    outputs = tuple(output for output in graph.outputs if not output.train_only)
    nodes = graph.evaluated
    if len(outputs) == len(graph.outputs) and len(nodes) == len(graph.nodes):
        return graph
    return graph._replace(outputs=outputs, nodes=nodes, parameters=used(graph.parameters, nodes))
