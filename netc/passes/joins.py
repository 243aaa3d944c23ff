"""Two nodes, one after the other, become one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc.ops.arrange import Permute, Reshape
from netc.ops.elementwise import Activation
from netc.ops.shape import Concat, Flatten
from netc.passes.rewriting import Rewriting

if TYPE_CHECKING:
    from netc.graph import Graph, Node, Value
    from netc.ops import Op

CLIPS = (Activation("relu"), Activation("relu6"))
"""Of two in a row the one of the higher place is what both do."""


def join(graph: Graph) -> Graph:
    """With one node for two of a kind, where nobody else reads the first.

    Reshapes and flattenings in a row are the last one's shape; permutations in a row are one order; `relu`
    and `relu6` in a row are `relu6`; what a concatenation puts side by side need not be put so in two steps.
    """
    rewriting = Rewriting(graph)
    for node in rewriting.walk():
        rewriting.put(_joined(rewriting, node))
    return rewriting.result()


def _joined(rewriting: Rewriting, node: Node) -> Node:
    if isinstance(node.op, Concat):
        return _in_one_step(rewriting, node)
    before = rewriting.maker(node.inputs[0])
    if before is None or len(node.inputs) > 1 or not rewriting.is_read_once(before.output):
        return node
    op = _both(before.op, node)
    if op is None or op.infer(before.inputs[0].type) != node.output.type:
        return node
    return node._replace(op=op, inputs=before.inputs)


def _both(first: Op, node: Node) -> Permute | Reshape | Activation | None:
    """The op that does what ``first`` and then ``node`` do, if there is one."""
    match first, node.op:
        case Reshape() | Flatten(), Reshape() | Flatten():
            return _reshape(node)
        case Permute(before), Permute(after):
            return Permute(tuple(before[axis] for axis in after))
        case Activation(), Activation() if first in CLIPS and node.op in CLIPS:
            return max(first, node.op, key=CLIPS.index)
        case _:
            return None


def _reshape(node: Node) -> Reshape | None:
    """One reshape to what ``node`` makes; none where it would have to compute several sizes of symbols."""
    shape = node.output.type.shape
    layout = node.output.type.layout
    if layout == "hwc" or sum(not isinstance(dim, int) for dim in shape) > 1:
        return None
    return Reshape(shape, layout)


def _in_one_step(rewriting: Rewriting, node: Node) -> Node:
    inputs: list[Value] = []
    for value in node.inputs:
        before = rewriting.maker(value)
        flat = before is not None and before.op == node.op and rewriting.is_read_once(value)
        inputs += before.inputs if flat and before is not None else (value,)
    return node if len(inputs) == len(node.inputs) else node._replace(inputs=tuple(inputs))
