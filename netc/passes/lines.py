"""Ops that compute ``factor·x + addend`` in evaluation, and the formulas of both: one number a channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc.graph.formula import InverseRoot, Numbers, Product, Stored, Sum
from netc.ops.colour import Normalize
from netc.ops.norm import BatchNorm

if TYPE_CHECKING:
    from netc.graph import Node
    from netc.graph.formula import Vector

MINUS = Numbers((-1.0,))


def batch_norm(node: Node) -> tuple[Vector, Vector]:
    """``weight/√(var + eps)``, and ``bias − mean·weight/√(var + eps)``, by the running statistics."""
    assert isinstance(node.op, BatchNorm)
    own = node.parameters
    factor: Vector = InverseRoot(Stored(own["running_var"]), node.op.eps)
    if node.op.affine:
        factor = Product((Stored(own["weight"]), factor))
    shift = Product((MINUS, Stored(own["running_mean"]), factor))
    return factor, Sum((Stored(own["bias"]), shift)) if node.op.affine else shift


def scale(node: Node) -> Vector:
    """The weight."""
    return Stored(node.parameters["weight"])


def normalize(node: Node, channels: int) -> tuple[Vector | None, Vector | None]:
    """Those of ``Normalize.line``; nothing where it is 1, and 0."""
    assert isinstance(node.op, Normalize)
    factors, addends = node.op.line
    return (
        _each(factors, channels) if any(factor != 1 for factor in factors) else None,
        _each(addends, channels) if any(addends) else None,
    )


def _each(numbers: tuple[float, ...], channels: int) -> Numbers:
    """One number a channel."""
    return Numbers(numbers * (channels // len(numbers)))
