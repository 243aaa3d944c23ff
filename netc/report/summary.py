"""The table of layers: what each makes, has and costs; and the totals."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netc.graph import Graph, Node
    from netc.types import TensorType


class LayerSummary(NamedTuple):
    """One layer: its path and kind, its output, its parameters and buffers (elements) and multiply-adds.

    Sizes and costs are for a batch of one. A scope's own row counts what stands at its own path, such as a
    residual's sum, and not the layers inside.
    """

    path: str
    kind: str
    output: TensorType
    params: int
    trainable_params: int
    buffers: int
    macs: int
    activation_bytes: int
    train_only: bool


class Totals(NamedTuple):
    """A network's totals.

    Parameters are counted once, however often they are shared, those of heads that run in training alone
    included; MACs (one multiply-add each, of convolutions and linear layers), FLOPs (two a MAC) and the bytes
    of all values made are those of evaluation, for a batch of one.
    """

    params: int
    trainable_params: int
    buffers: int
    macs: int
    flops: int
    activation_bytes: int


class Summary(NamedTuple):
    """A network in numbers."""

    layers: Mapping[str, LayerSummary]
    totals: Totals


def summarize(graph: Graph) -> Summary:
    """The table of a graph's layers, and its totals."""
    nodes: dict[str, list[Node]] = {}
    for node in graph.nodes:
        nodes.setdefault(node.layer, []).append(node)
    rows: dict[str, LayerSummary] = {}
    counted: set[str] = set()
    for path, own in nodes.items():
        rows[path] = _row(graph, path, own, counted)
    evaluated = [row for row in rows.values() if not row.train_only]
    macs = sum(row.macs for row in evaluated)
    totals = Totals(
        sum(row.params for row in rows.values()),
        sum(row.trainable_params for row in rows.values()),
        sum(row.buffers for row in rows.values()),
        macs,
        2 * macs,
        sum(row.activation_bytes for row in evaluated),
    )
    return Summary(rows, totals)


def _row(graph: Graph, path: str, nodes: list[Node], counted: set[str]) -> LayerSummary:
    params = buffers = 0
    for node in nodes:
        for owner in node.parameters.values():
            if owner not in counted:
                counted.add(owner)
                type_ = graph.parameters[owner].type
                params += type_.elements if type_.trainable else 0
                buffers += 0 if type_.trainable else type_.elements
    macs = sum(
        node.op.multiply_adds(node.output.type, *(value.type for value in node.inputs)) for node in nodes
    )
    return LayerSummary(
        path,
        graph.layers[path].kind,
        nodes[-1].output.type,
        params,
        params,  # all of them train, as long as the language has no `frozen`
        buffers,
        macs,
        sum(node.output.type.bytes for node in nodes),
        nodes[-1].train_only,
    )
