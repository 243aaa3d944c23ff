"""The format ``json`` of a summary: one object, for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netc.graph import Graph
    from netc.report.summary import LayerSummary, Summary
    from netc.types import TensorType


def render(graph: Graph, summary: Summary, *, color: bool = False, sharing: bool = False) -> str:
    """A JSON object in ASCII; shapes are lists without the batch axis; all is in it, whatever is asked for.

    A size or count that depends on symbols is a string, such as ``"ceil(H/2)"``. A receptive field has an
    entry a spatial axis, ``null`` where it is all of the input; a layer without such axes reads all.
    """
    return json.dumps(
        {
            "name": graph.name,
            "inputs": {value.name: _type(value.type) for value in graph.inputs},
            "outputs": {output.name: _type(output.value.type) for output in graph.outputs},
            "layers": [_layer(row) for row in summary.layers.values()],
            "totals": {**summary.totals._asdict(), "sharing_factor": summary.totals.sharing_factor},
        },
        indent=2,
        default=str,  # symbolic sizes
    )


def _type(type_: TensorType) -> dict[str, object]:
    return {"shape": list(type_.shape), "dtype": type_.dtype, "layout": type_.layout}


def _layer(row: LayerSummary) -> dict[str, object]:
    return {
        "path": row.path,
        "kind": row.kind,
        "output_shape": list(row.output.shape),
        "params": row.params,
        "trainable_params": row.trainable_params,
        "buffers": row.buffers,
        "macs": row.macs,
        "activation_bytes": row.activation_bytes,
        "train_only": row.train_only,
        "shares": row.shares or None,
        "unshared_params": row.unshared_params,
        "sharing_factor": row.sharing_factor,
        "receptive_field": row.receptive_field.sizes,
        "stride": row.receptive_field.strides,
    }
