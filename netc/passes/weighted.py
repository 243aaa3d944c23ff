"""Layers with weights, as folds see them: which numbers they have, and which axes these lie along."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from netc.graph import Parameter
from netc.graph.formula import MOST_FACTORS, Along, Scaled, Stored
from netc.ops.conv import Conv
from netc.ops.dense import Linear
from netc.ops.local import Local
from netc.ops.transposed import ConvTranspose
from netc.types import ParameterType

if TYPE_CHECKING:
    from netc.graph import Node
    from netc.graph.formula import Vector
    from netc.passes.rewriting import Rewriting
    from netc.types import OwnParameter

WeightedOp: TypeAlias = Conv | ConvTranspose | Linear | Local


class Weighted(NamedTuple):
    """A node with weights that are its alone, and where its numbers come from; without a bias, none."""

    node: Node
    op: WeightedOp
    weight: Scaled
    bias: Vector | None


def weighted(rewriting: Rewriting, node: Node | None) -> Weighted | None:
    """The node as one with weights that a fold may change; none where it is no such node.

    No other node uses these weights, and they can take one more factor.
    """
    if node is None or not isinstance(node.op, Conv | ConvTranspose | Linear | Local):
        return None
    own, formulas = node.parameters, rewriting.parameters
    weight = formulas[own["weight"]].formula or Scaled(own["weight"], ())
    bias = (formulas[own["bias"]].formula or Stored(own["bias"])) if "bias" in own else None
    if not rewriting.owns_parameters(node) or not isinstance(weight, Scaled) or isinstance(bias, Scaled):
        return None
    return Weighted(node, node.op, weight, bias) if len(weight.factors) < MOST_FACTORS else None


def makes(op: WeightedOp, vector: Vector) -> Along:
    """A vector with a number for each channel of the result, as it lies beside the weight."""
    return Along(vector, 1, op.groups) if isinstance(op, ConvTranspose) else Along(vector, 0, 1)


def reads(op: WeightedOp, vector: Vector) -> Along:
    """A vector with a number for each channel of the input, as it lies beside the weight."""
    axis: Literal[0, 1] = 0 if isinstance(op, ConvTranspose) else 1
    return Along(vector, axis, op.groups if isinstance(op, Conv | Local) else 1)


def refounded(
    rewriting: Rewriting, node: Node, old: Weighted, weight: Scaled, bias: Vector | None
) -> Node | None:
    """``node`` as a layer like ``old``, with these numbers under the paths of the old ones.

    It reads what ``node`` does, and has a bias where there is one. None where it would not make what ``node``
    does.
    """
    own = dict(old.node.parameters)
    if bias is not None and "bias" not in own:
        own["bias"] = f"{own['weight'].removesuffix('weight')}bias"
        if own["bias"] in rewriting.parameters:
            return None
    op = replace(old.op, bias="bias" in own)
    types = tuple(value.type for value in node.inputs)
    if op.infer(*types) != node.output.type:
        return None
    frozen = rewriting.parameters[own["weight"]].frozen
    formulas = {"weight": weight, "bias": bias}
    for parameter in op.parameters(*types):
        path, formula = own[parameter.name], formulas[parameter.name]
        if formula not in (Scaled(path, ()), Stored(path)):
            rewriting.parameters[path] = _declared(parameter, frozen, formula)
    return node._replace(op=op, parameters=own)


def _declared(own: OwnParameter, frozen: bool, formula: Vector | Scaled | None) -> Parameter:
    type_ = ParameterType(own.shape, trainable=not frozen)
    return Parameter(type_, own.initializer, own.fan_in, own.fan_out, own.groups, frozen, formula)
