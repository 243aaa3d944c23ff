"""A normalisation, gray, batch norm or scale becomes part of the layer after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc.graph import Value
from netc.graph.formula import Numbers, Reached, Sum
from netc.ops.colour import Gray, Normalize
from netc.ops.conv import Conv
from netc.ops.dense import Linear
from netc.ops.elementwise import Scale
from netc.ops.norm import BatchNorm
from netc.passes.identities import is_plain
from netc.passes.lines import batch_norm, normalize, scale
from netc.passes.rewriting import Rewriting
from netc.passes.weighted import Weighted, reads, refounded, weighted
from netc.types.dims import number

if TYPE_CHECKING:
    from netc.graph import Graph, Node
    from netc.graph.formula import Vector

PLAIN = Normalize((0.0,), (1.0,), (1.0,))
"""Makes bytes float32, and computes nothing."""

CAST = "cast"
"""Ends the path of what is left of a normalisation of bytes, whose own value there is no more."""


def fold_inputs(graph: Graph) -> Graph:
    """With what scales or shifts channels as part of the convolution or linear layer after it.

    Only where nothing else reads the result, and no other layer shares the weights. Shifts must not meet
    padding: zeros that are added after a shift are no zeros before it. Bytes are still made float32.
    """
    rewriting = Rewriting(graph)
    for node in rewriting.walk():
        rewriting.put(_folded(rewriting, node))
    return rewriting.result()


def _folded(rewriting: Rewriting, node: Node) -> Node:
    """``node`` with all that stands before it and can be part of it."""
    folded = node
    while True:
        further = _folded_once(rewriting, folded)
        if further is None:
            return folded
        rewriting.put(further)
        folded = further


def _folded_once(rewriting: Rewriting, node: Node) -> Node | None:
    after = weighted(rewriting, node)
    before = rewriting.maker(node.inputs[0])
    if after is None or before is None or not rewriting.is_read_once(before.output):
        return None
    if not _reads_channels(after):
        return None
    if isinstance(before.op, Gray):
        return _colours(rewriting, after, before)
    line = _line(before)
    return None if line is None else _with_line(rewriting, after, before, *line)


def _reads_channels(after: Weighted) -> bool:
    """Whether the numbers that a layer weighs are the channels of its input."""
    x = after.node.inputs[0].type
    if isinstance(after.op, Linear):
        return after.op.axis_of(x) == x.channel_axis
    return isinstance(after.op, Conv)


def _line(before: Node) -> tuple[Vector | None, Vector | None] | None:
    """The factor and the addend of a node that is no more than these; none where it is."""
    match before.op:
        case Normalize() if not is_plain(before.op):
            return normalize(before, number(before.output.type.channels, "the channels of an input"))
        case BatchNorm():
            return batch_norm(before)
        case Scale():
            return scale(before), None
        case _:
            return None


def _colours(rewriting: Rewriting, after: Weighted, before: Node) -> Node | None:
    """A convolution of one gray channel as one of three colours."""
    assert isinstance(before.op, Gray)
    colours = reads(after.op, Numbers(before.op.weights))
    weight = after.weight._replace(factors=(*after.weight.factors, colours))
    return refounded(rewriting, after.node._replace(inputs=before.inputs), after, weight, after.bias)


def _with_line(
    rewriting: Rewriting, after: Weighted, before: Node, factor: Vector | None, addend: Vector | None
) -> Node | None:
    if addend is not None and not _is_unpadded(after):
        return None
    bias = after.bias
    if addend is not None:
        reached = Reached(after.weight, reads(after.op, addend))
        bias = reached if bias is None else Sum((bias, reached))
    weight = after.weight
    if factor is not None:
        weight = weight._replace(factors=(*weight.factors, reads(after.op, factor)))
    cast = _cast(before) if before.inputs[0].type.dtype != "float32" else None
    inputs = before.inputs if cast is None else (cast.output,)
    folded = refounded(rewriting, after.node._replace(inputs=inputs), after, weight, bias)
    if folded is not None and cast is not None:
        rewriting.insert(cast, after.node)
    return folded


def _cast(before: Node) -> Node:
    """What is left of a normalisation of bytes: they become float32."""
    path = f"{before.path}/{CAST}"
    return before._replace(path=path, op=PLAIN, output=Value(path, before.output.type))


def _is_unpadded(after: Weighted) -> bool:
    return not isinstance(after.op, Conv) or all(sides == (0, 0) for sides in after.op.pads)
