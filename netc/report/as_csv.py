"""The format ``csv`` of a summary: a row a layer (RFC 4180), for spreadsheets and data frames."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netc.graph import Graph
    from netc.report.summary import Summary

COLUMNS = (
    "path",
    "kind",
    "output_shape",
    "params",
    "trainable_params",
    "buffers",
    "macs",
    "activation_bytes",
    "train_only",
)


def render(graph: Graph, summary: Summary, *, color: bool = False) -> str:
    """A header and a row a layer, without totals; a shape is ``64x56x56``; ``color`` changes nothing."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in summary.layers.values():
        shape = "x".join(map(str, row.output.shape))
        train_only = str(row.train_only).lower()
        counts = (row.params, row.trainable_params, row.buffers, row.macs, row.activation_bytes)
        writer.writerow((row.path, row.kind, shape, *counts, train_only))
    return text.getvalue().removesuffix("\n")
