"""What a person reads of a summary, as cells of text, whatever draws them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc.types.dims import shape_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netc.graph import Graph
    from netc.report.summary import Summary
    from netc.types import TensorType

HEAD = ("layer", "kind", "output", "parameters", "MACs")
NUMBERS = 2
"""How many of the last columns are numbers."""


def body(summary: Summary) -> Iterator[tuple[str, ...]]:
    """A row a layer."""
    for row in summary.layers.values():
        kind = f"{row.kind} (training only)" if row.train_only else row.kind
        yield row.path, kind, shape_text(row.output.shape), f"{row.params:,}", f"{row.macs:,}"


def total(summary: Summary) -> tuple[str, ...]:
    """The last row."""
    return "total", "", "", f"{summary.totals.params:,}", f"{summary.totals.macs:,}"


def title(graph: Graph) -> str:
    """The network's name, and what goes in and comes out."""
    inputs = named((value.name, value.type) for value in graph.inputs)
    outputs = named((output.name, output.value.type) for output in graph.outputs)
    return f"{graph.name}: {inputs} → {outputs}"


def named(values: Iterable[tuple[str, TensorType]]) -> str:
    """Names with their shapes, and their element type where it is not float32."""
    return ", ".join(
        f"{name} {shape_text(type_.shape)}" + ("" if type_.dtype == "float32" else f" {type_.dtype}")
        for name, type_ in values
    )


def facts(summary: Summary) -> str:
    """The totals that have no column."""
    totals = summary.totals
    fixed = totals.params - totals.trainable_params
    parts = [
        f"{fixed:,} parameters frozen" if fixed else "",
        f"{totals.buffers:,} elements of buffers" if totals.buffers else "",
        f"{totals.flops:,} FLOPs",
        f"activations {size_text(totals.activation_bytes)}",
    ]
    return " · ".join(filter(None, parts))


def size_text(size: int) -> str:
    """A number of bytes as people write it.

    >>> size_text(1000), size_text(250_880), size_text(3 * 2**30)
    ('1,000 bytes', '245 KiB', '3.00 GiB')
    """
    if size < 1024:
        return f"{size:,} bytes"
    exponent = next((power for power in (1, 2, 3) if size < 1000 * 1024**power), 4)
    unit = ("KiB", "MiB", "GiB", "TiB")[exponent - 1]
    amount = size / 1024**exponent
    digits = max(0, 3 - len(str(int(amount))))
    return f"{amount:,.{digits}f} {unit}"
