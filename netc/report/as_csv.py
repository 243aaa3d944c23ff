"""The format ``csv`` of a summary: a row a layer (RFC 4180), for spreadsheets and data frames."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

from netc.report.rows import field_texts
from netc.types import shape_text

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
    "shares",
    "receptive_field",
    "stride",
)
SHARING = ("unshared_params", "sharing_factor")


def render(graph: Graph, summary: Summary, *, color: bool = False, sharing: bool = False) -> str:
    """A header and a row a layer, without totals; a shape is ``64x56x56``; ``color`` changes nothing.

    A receptive field is a number, ``3x5`` where the axes differ, or ``all``.
    """
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow((*COLUMNS, *(SHARING if sharing else ())))
    for row in summary.layers.values():
        shape = shape_text(row.output.shape).replace("×", "x") if row.output.shape else ""
        train_only = str(row.train_only).lower()
        counts = (row.params, row.trainable_params, row.buffers, row.macs, row.activation_bytes)
        both = (text.replace("×", "x") for text in field_texts(row.receptive_field))
        saved = (row.unshared_params, row.sharing_factor) if sharing else ()
        writer.writerow((row.path, row.kind, shape, *counts, train_only, row.shares, *both, *saved))
    return text.getvalue().removesuffix("\n")
