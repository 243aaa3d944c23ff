"""Zeros added before a convolution become its own padding."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from netc.ops.arrange import Pad
from netc.ops.conv import Conv
from netc.passes.rewriting import Rewriting

if TYPE_CHECKING:
    from netc.graph import Graph, Node


def fold_pads(graph: Graph) -> Graph:
    """With convolutions that pad for themselves what a pad with zeros, or several, gave them.

    Not a depthwise convolution whose padding would be unequal: runtimes misplace that, so it stays apart.
    """
    rewriting = Rewriting(graph)
    for node in rewriting.walk():
        rewriting.put(_folded(rewriting, node))
    return rewriting.result()


def _folded(rewriting: Rewriting, node: Node) -> Node:
    """``node`` with the padding of all pads before it."""
    folded = node
    while isinstance(folded.op, Conv):
        before = rewriting.maker(folded.inputs[0])
        if before is None or not isinstance(before.op, Pad) or not _adds_zeros(before.op):
            break
        fields = zip(before.op.pads, folded.op.pads, strict=True)
        pads = tuple((first + begin, end + last) for (first, last), (begin, end) in fields)
        op = replace(folded.op, pads=pads)
        if op.infer(before.inputs[0].type) != node.output.type:
            break
        folded = folded._replace(op=op, inputs=before.inputs)
    return node if _is_depthwise(folded) and _is_unequal(folded) else folded


def _adds_zeros(op: Pad) -> bool:
    return op.mode == "constant" and op.value == 0


def _is_depthwise(node: Node) -> bool:
    return isinstance(node.op, Conv) and node.op.groups == node.inputs[0].type.channels and node.op.groups > 1


def _is_unequal(node: Node) -> bool:
    return isinstance(node.op, Conv) and any(before != after for before, after in node.op.pads)
