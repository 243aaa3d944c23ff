"""What changes a graph and none of its results: each pass a pure function from graph to graph.

``evaluation``  what runs in training alone is gone
``dead``        what no output needs is gone
``identities``  what changes nothing is gone
``joins``       two reshapes, permutations or activations become one
``pads``        zeros added before a convolution become its own padding
``norms``       a batch norm or scale becomes part of the layer before it
``inputs``      a normalisation, gray, batch norm or scale becomes part of the layer after it

A fold replaces the later node: it keeps its path and its value, and the weights keep their paths. A parameter
whose numbers are no longer those of the graph as written has a ``formula``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from netc.passes.dead import without_dead_code
from netc.passes.evaluation import evaluation_only
from netc.passes.identities import without_identities
from netc.passes.inputs import fold_inputs
from netc.passes.joins import join
from netc.passes.norms import fold_norms
from netc.passes.pads import fold_pads

if TYPE_CHECKING:
    from netc.graph import Graph

Rewrite: TypeAlias = "Callable[[Graph], Graph]"
"""A pass. It gives the very graph that it was given where it has nothing to change."""

PASSES: tuple[Rewrite, ...] = (
    evaluation_only,
    without_dead_code,
    without_identities,
    join,
    fold_pads,
    fold_norms,
    fold_inputs,
)
"""The pipeline, in order: what goes away first is in nobody's way later."""


def optimize(graph: Graph) -> Graph:
    """What ``graph`` computes in evaluation, with fewer nodes.

    The passes run in turn until none of them finds anything. Each goes over the graph once.
    """
    before = None
    while graph is not before:
        before = graph
        for one in PASSES:
            graph = one(graph)
    return graph
