"""Which activations may write over what they read, as people write ``nn.ReLU(inplace=True)``.

It saves an allocation and a pass over memory for each. What a hook sees at a layer's path stays the layer's
value: only what is made inside a layer, and is read once, is written over.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from netc.ops.conv import Conv
from netc.ops.dense import Linear
from netc.ops.elementwise import Activation, Combine
from netc.ops.local import Local
from netc.ops.norm import BatchNorm
from netc.ops.transposed import ConvTranspose

if TYPE_CHECKING:
    from netc.graph import Graph, Node

OVERWRITING = ("relu", "relu6")
"""Functions whose gradient torch takes from their result, and that have an ``inplace`` to set."""


def overwriting(graph: Graph) -> set[str]:
    """The paths of the activations that may write over what they read. Linear in the graph's size."""
    makers = {node.output: node for node in graph.nodes}
    readers = Counter(value for node in graph.nodes for value in node.inputs)
    readers.update(output.value for output in graph.outputs)
    return {
        node.path
        for node in graph.nodes
        if isinstance(node.op, Activation) and node.op.function in OVERWRITING
        if readers[node.inputs[0]] == 1 and is_inner(makers.get(node.inputs[0]), node)
    }


def is_inner(maker: Node | None, node: Node) -> bool:
    """Whether ``node`` reads a new tensor of its own layer's, which no gradient asks for."""
    if maker is None or maker.layer != node.layer:
        return False
    return isinstance(maker.op, Conv | ConvTranspose | Local | Linear | BatchNorm) or is_sum(maker)


def is_sum(maker: Node) -> bool:
    """Whether a node adds; a sum of one value is that value itself."""
    return isinstance(maker.op, Combine) and maker.op.how == "add" and len(maker.inputs) > 1
