"""A batch norm or scale becomes part of the layer before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc.graph.formula import Product, Sum
from netc.ops.dense import Linear
from netc.ops.elementwise import Scale
from netc.ops.norm import BatchNorm
from netc.passes.lines import batch_norm, scale
from netc.passes.rewriting import Rewriting
from netc.passes.weighted import Weighted, makes, refounded, weighted

if TYPE_CHECKING:
    from netc.graph import Graph, Node
    from netc.graph.formula import Vector


def fold_norms(graph: Graph) -> Graph:
    """With batch norms and scales as part of the convolution, linear or local layer before them.

    In evaluation a batch norm is ``factor·x + addend``, each with a number a channel: the layer's weight and
    bias take the factor, and its bias the addend. Only where nothing else reads what the layer makes, and no
    other layer shares its weights.
    """
    rewriting = Rewriting(graph)
    for node in rewriting.walk():
        rewriting.put(_folded(rewriting, node))
    return rewriting.result()


def _folded(rewriting: Rewriting, node: Node) -> Node:
    if not isinstance(node.op, BatchNorm | Scale):
        return node
    before = weighted(rewriting, rewriting.maker(node.inputs[0]))
    if before is None or not rewriting.is_read_once(node.inputs[0]) or not _makes_channels(before):
        return node
    factor, addend = batch_norm(node) if isinstance(node.op, BatchNorm) else (scale(node), None)
    weight = before.weight._replace(factors=(*before.weight.factors, makes(before.op, factor)))
    reading = node._replace(inputs=before.node.inputs)
    return refounded(rewriting, reading, before, weight, _bias(before.bias, factor, addend)) or node


def _makes_channels(before: Weighted) -> bool:
    """Whether the entries of a layer's result are the channels that a norm after it has numbers for."""
    x = before.node.inputs[0].type
    return not isinstance(before.op, Linear) or before.op.axis_of(x) == before.node.output.type.channel_axis


def _bias(bias: Vector | None, factor: Vector, addend: Vector | None) -> Vector | None:
    if bias is None:
        return addend
    scaled = Product((bias, factor))
    return scaled if addend is None else Sum((scaled, addend))
