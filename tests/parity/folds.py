"""What netc's passes do to a graph: each fold by the ops that it joins, and what they left alone, and why."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from netc.graph.verify import verify
from netc.ops.arrange import Pad
from netc.ops.colour import Gray, Normalize
from netc.ops.conv import Conv
from netc.ops.dense import Linear
from netc.ops.elementwise import Scale
from netc.ops.local import Local
from netc.ops.norm import BatchNorm
from netc.ops.transposed import ConvTranspose
from netc.passes import PASSES
from netc.passes.identities import is_plain

if TYPE_CHECKING:
    from netc.graph import Graph, Node
    from netc.passes import Rewrite

WEIGHTED = (Conv, ConvTranspose, Linear, Local)
JOINED = ("join", "fold_pads", "fold_norms", "fold_inputs")
"""Passes that make one node of two."""

CONVOLUTIONS = ("Conv", "padded Conv", "Conv in groups", "padded Conv in groups")
OTHERS = ("ConvTranspose", "ConvTranspose in groups", "Local", "Local in groups")
LINEAR = ("Linear of maps, channels", "Linear of others, channels")
BEFORE = {
    "BatchNorm": ("Conv", "Conv in groups", *LINEAR),
    "Scale": (*CONVOLUTIONS, *LINEAR),
    "Normalize": ("Conv", "Conv in groups", *LINEAR),
    "Gray": ("Conv", "padded Conv"),
}
"""What takes in what comes before it: what shifts must not meet padding."""

FOLDS = (
    *(f"fold_norms: {first} + BatchNorm" for first in (*CONVOLUTIONS, *OTHERS, *LINEAR)),
    *(f"fold_norms: {first} + Scale" for first in ("Conv", "ConvTranspose", "Local", *LINEAR)),
    *(f"fold_inputs: {line} + {layer}" for line, layers in BEFORE.items() for layer in layers),
    *(f"fold_pads: Pad + {layer}" for layer in CONVOLUTIONS),
    *(f"join: {two}" for two in ("Activation + Activation", "Concat + Concat", "Permute + Permute")),
    *(f"join: {two}" for two in ("Reshape + Reshape", "Flatten + Flatten", "Flatten + Reshape")),
    *(f"left alone, shared: {first} + BatchNorm" for first in ("Conv", "ConvTranspose", LINEAR[0])),
    *(f"left alone, read by several: {first} + BatchNorm" for first in ("Conv", "ConvTranspose", "Local")),
    *(f"left alone, other: {line} + padded Conv" for line in ("BatchNorm", "Normalize")),
)
"""What a campaign must come by: one in which a fold never happens proves nothing of it."""

LINES = (BatchNorm, Scale, Normalize, Gray)
"""What may become part of the layer before or after it."""


def counted(graph: Graph) -> tuple[Graph, Counter[str]]:
    """The graph as all passes leave it, and how often each of them did what.

    Every law of graphs is asked for after each pass.
    """
    found: Counter[str] = Counter()
    before = None
    while graph is not before:
        before = graph
        for one in PASSES:
            after = one(graph)
            if after is not graph:
                verify(after)
                found.update(_done(one, graph, after))
                graph = after
    found.update(_left(graph))
    return graph, found


def missing(found: Counter[str]) -> list[str]:
    """The folds that never happened."""
    return [fold for fold in FOLDS if not found[fold]]


def _done(one: Rewrite, before: Graph, after: Graph) -> Counter[str]:
    """What one pass did: a line for every node that it took away."""
    kept = {id(node.output): node for node in after.nodes}
    readers = {id(value): node for node in before.nodes for value in node.inputs}
    found: Counter[str] = Counter()
    for node in before.nodes:
        now = kept.get(id(node.output))
        reader = readers.get(id(node.output))
        if now is None and one.__name__ in JOINED and reader is not None:
            found[f"{one.__name__}: {_joined(one, node, reader, before)}"] += 1
        elif now is None:
            found[f"{one.__name__}: {_kind(node)}"] += 1
    return found


def _joined(one: Rewrite, node: Node, reader: Node, graph: Graph) -> str:
    """The two that became one: of several in a row, the one with weights, and the one that it took in."""
    makers = {id(each.output): each for each in graph.nodes}
    readers = {id(value): each for each in graph.nodes for value in each.inputs}
    if one.__name__ == "fold_norms":
        while not isinstance(node.op, WEIGHTED):
            node = makers[id(node.inputs[0])]
    if one.__name__ == "fold_inputs":
        while not isinstance(reader.op, WEIGHTED):
            reader = readers[id(reader.output)]
    return f"{_kind(node)} + {_kind(reader)}"


def _kind(node: Node) -> str:
    """The op, and what folds ask of it."""
    name = type(node.op).__name__
    if not isinstance(node.op, WEIGHTED):
        return name
    if isinstance(node.op, Linear):
        return f"{name} of {'maps' if node.inputs[0].type.is_map else 'others'}, {node.op.axis}"
    grouped = f"{name} in groups" if node.op.groups > 1 else name
    padded = isinstance(node.op, Conv) and any(sides != (0, 0) for sides in node.op.pads)
    return f"padded {grouped}" if padded else grouped


def _left(graph: Graph) -> Counter[str]:
    """What stays beside a layer that would take it in, and why."""
    makers = {id(node.output): node for node in graph.nodes}
    readers = Counter(id(value) for node in graph.nodes for value in node.inputs)
    readers.update(id(output.value) for output in graph.outputs)
    users = Counter(path for node in graph.nodes for path in node.parameters.values())
    found: Counter[str] = Counter()
    for node in graph.nodes:
        first = makers.get(id(node.inputs[0])) if node.inputs else None
        if first is None:
            continue
        after = isinstance(first.op, WEIGHTED) and isinstance(node.op, BatchNorm | Scale)
        pad = isinstance(first.op, Pad) and isinstance(node.op, Conv)
        plain = isinstance(first.op, Normalize) and is_plain(first.op)
        before = isinstance(first.op, LINES) and not plain and isinstance(node.op, WEIGHTED)
        if after or pad or before:
            shared = max(users[path] for path in (first if after else node).parameters.values()) > 1
            read = readers[id(first.output)] > 1
            reason = "shared" if shared else "read by several" if read else "other"
            found[f"left alone, {reason}: {_kind(first)} + {_kind(node)}"] += 1
    return found
