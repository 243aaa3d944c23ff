"""What changes nothing is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc.ops.arrange import Crop, Pad, Permute, Reshape
from netc.ops.colour import Normalize
from netc.ops.elementwise import Activation, Combine, Dropout, DropPath
from netc.ops.pool import AveragePool, MaxPool
from netc.ops.shape import Concat, Flatten, Slice
from netc.ops.shuffle import ChannelShuffle, PixelShuffle, PixelUnshuffle
from netc.ops.upsample import Upsample
from netc.passes.rewriting import Rewriting
from netc.types.dims import equal

if TYPE_CHECKING:
    from netc.graph import Graph, Node
    from netc.ops.elementwise import Function

NOT_NEGATIVE: frozenset[Function] = frozenset(
    ("relu", "relu6", "abs", "square", "sigmoid", "hardsigmoid", "softplus")
)
"""Activations whose results are all 0 or more, which `relu` and `abs` then leave as they are."""


def without_identities(graph: Graph) -> Graph:
    """Without the nodes that hand on, in evaluation, what they are given.

    These are dropout, and what an option makes empty: a crop of nothing, a merge of one value, a window of
    one element, a shape that stays, a permutation that moves nothing.
    """
    rewriting = Rewriting(graph)
    for node in rewriting.walk():
        if is_identity(node) or _is_clipped_already(rewriting, node):
            rewriting.leave_out(node, node.inputs[0])
    return rewriting.result()


def is_identity(node: Node) -> bool:
    """Whether ``node`` hands on its first input in evaluation."""
    if node.output.type != node.inputs[0].type:
        return False
    match node.op:
        case Dropout() | DropPath() | Reshape() | Flatten():
            return True
        case Permute(order):
            return order == tuple(range(len(order)))
        case Concat() | Combine():
            return len(node.inputs) == 1
        case Slice(axis, start, _, step):
            return step == 1 and start == 0 and equal(node.inputs[0].type.shape[axis], node.op.stop)
        case Pad(amounts) | Crop(amounts):
            return all(sides == (0, 0) for sides in amounts)
        case MaxPool() | AveragePool():
            return _looks_at_one_element(node.op)
        case Upsample(factors=factors):
            return all(factor == 1 for factor in factors)
        case PixelShuffle(factor) | PixelUnshuffle(factor):
            return factor == 1
        case ChannelShuffle(groups):
            return groups in (1, node.inputs[0].type.channels)
        case Normalize():
            return is_plain(node.op)
        case _:
            return False


def _looks_at_one_element(op: MaxPool | AveragePool) -> bool:
    kernel, stride, pads, _ = op.windows
    return {*kernel, *stride} == {1} and all(sides == (0, 0) for sides in pads)


def is_plain(op: Normalize) -> bool:
    """Whether a normalisation computes nothing: at most it makes other elements float32."""
    factors, addends = op.line
    return all(factor == 1 for factor in factors) and not any(addends)


def _is_clipped_already(rewriting: Rewriting, node: Node) -> bool:
    """Whether ``node`` takes away negative numbers where there are none."""
    if not isinstance(node.op, Activation) or node.op.function not in ("relu", "abs"):
        return False
    before = rewriting.maker(node.inputs[0])
    return before is not None and isinstance(before.op, Activation) and before.op.function in NOT_NEGATIVE
