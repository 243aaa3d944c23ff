"""The table of layers: what each makes, has and costs; and the totals."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from netc.report.receptive_field import receptive_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from netc.graph import Graph, Node
    from netc.report.receptive_field import ReceptiveField
    from netc.types import Dim, TensorType


class LayerSummary(NamedTuple):
    """One layer: its path and kind, its output, its parameters and buffers (elements) and multiply-adds.

    Sizes and costs are for a batch of one. A scope's own row counts what stands at its own path, such as a
    residual's sum, and not the layers inside. Parameters are counted at the layer that owns them; ``shares``
    is that layer's path where it is another one (``""``: it is none). What depends on the sizes of symbols is
    a symbolic number.

    ``unshared_params`` are the parameters that the layer would have if every place that it applies one at had
    its own: a convolution's filters at each position of its output, a recurrent layer's weights at each step,
    and those of the layer it shares with. ``receptive_field`` is what one element of the output depends on.
    """

    path: str
    kind: str
    output: TensorType
    params: int
    trainable_params: int
    buffers: int
    macs: Dim
    activation_bytes: Dim
    train_only: bool
    shares: str
    unshared_params: Dim
    receptive_field: ReceptiveField

    @property
    def sharing_factor(self) -> float | Dim | str | None:
        """``unshared_params`` a parameter; nothing without parameters of its own. See ``ratio``."""
        return ratio(self.unshared_params, self.params)


class Totals(NamedTuple):
    """A network's totals.

    Parameters are counted once, however often they are shared, those of heads that run in training alone
    included; MACs (one multiply-add each, of products with weights), FLOPs (two a MAC) and the bytes
    of all values that layers make are those of evaluation, for a batch of one. ``unshared_params`` are all
    layers'.
    """

    params: int
    trainable_params: int
    buffers: int
    macs: Dim
    flops: Dim
    activation_bytes: Dim
    unshared_params: Dim

    @property
    def sharing_factor(self) -> float | Dim | str | None:
        """How many parameters each one stands for; nothing without parameters. See ``ratio``."""
        return ratio(self.unshared_params, self.params)


class Summary(NamedTuple):
    """A network in numbers."""

    layers: Mapping[str, LayerSummary]
    totals: Totals


def ratio(count: Dim, by: int) -> float | Dim | str | None:
    """``count / by``: a whole number where it is one, of a symbolic count perhaps as text; nothing for 0.

    >>> ratio(30, 10), ratio(3, 2), ratio(0, 0)
    (3, 1.5, None)
    """
    if by == 0:
        return None
    if count // by * by == count:
        return count // by
    if isinstance(count, int):
        return count / by
    text = str(count)
    return f"({text})/{by}" if " " in text else f"{text}/{by}"


def summarize(graph: Graph) -> Summary:
    """The table of a graph's layers, and its totals."""
    nodes: dict[str, list[Node]] = {}
    for node in graph.nodes:
        if node.layer:
            nodes.setdefault(node.layer, []).append(node)
    owners = {owned: node.layer for node in graph.nodes for owned in _owned(node)}
    fields = receptive_fields(graph)
    rows = {path: _row(graph, own, owners, fields[own[-1].output]) for path, own in nodes.items()}
    evaluated = [row for row in rows.values() if not row.train_only]
    macs: Dim = sum(row.macs for row in evaluated)
    totals = Totals(
        sum(row.params for row in rows.values()),
        sum(row.trainable_params for row in rows.values()),
        sum(row.buffers for row in rows.values()),
        macs,
        2 * macs,
        sum(row.activation_bytes for row in evaluated),
        sum(row.unshared_params for row in rows.values()),
    )
    return Summary(rows, totals)


def _owned(node: Node) -> Iterator[str]:
    """The paths of the parameters that a node reads and owns."""
    return (path for name, path in node.parameters.items() if path == f"{node.path}.{name}")


def _unshared(graph: Graph, node: Node) -> Dim:
    """How many parameters a node would read if none were applied twice."""
    inputs = [value.type for value in node.inputs]
    types = ((name, graph.parameters[path].type) for name, path in node.parameters.items())
    return sum(
        type_.elements * node.op.uses(name, node.output.type, *inputs)
        for name, type_ in types
        if not type_.buffer
    )


def _row(graph: Graph, nodes: list[Node], owners: Mapping[str, str], field: ReceptiveField) -> LayerSummary:
    path = nodes[0].layer
    types = [graph.parameters[owned].type for node in nodes for owned in _owned(node)]
    read = [owners[parameter] for node in nodes for parameter in node.parameters.values()]
    macs: Dim = sum(
        node.op.multiply_adds(node.output.type, *(value.type for value in node.inputs)) for node in nodes
    )
    return LayerSummary(
        path,
        graph.layers[path].kind,
        nodes[-1].output.type,
        sum(type_.elements for type_ in types if not type_.buffer),
        sum(type_.elements for type_ in types if type_.trainable),
        sum(type_.elements for type_ in types if type_.buffer),
        macs,
        sum(node.output.type.bytes for node in nodes),
        nodes[-1].train_only,
        next((owner for owner in read if owner != path), ""),
        sum(_unshared(graph, node) for node in nodes),
        field,
    )
