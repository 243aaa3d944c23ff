"""What a person reads of a summary, as cells of text, whatever draws them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc.report.grid import Grid
from netc.types.dims import shape_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netc.graph import Graph
    from netc.report.receptive_field import ReceptiveField
    from netc.report.summary import LayerSummary, Summary, Totals
    from netc.types import Dim, TensorType

WORDS = ("layer", "kind", "output")
SHARING = ("without sharing", "factor")
FIELD = ("rec. field", "stride")


def grid(summary: Summary, *, sharing: bool) -> Grid:
    """A row a layer, and the totals; with ``sharing`` the columns of what weight sharing saved."""
    saved = SHARING if sharing else ()
    head = (*WORDS, "parameters", *saved, "MACs", *FIELD, "activations")
    totals = summary.totals
    last = ("total", "", "", *counts(totals, sharing=sharing), "", "", size_text(totals.activation_bytes))
    numbers = frozenset(range(len(WORDS), len(head)))
    return Grid(head, list(body(summary, sharing=sharing)), numbers, last)


def body(summary: Summary, *, sharing: bool) -> Iterator[tuple[str, ...]]:
    """A row a layer."""
    for row in summary.layers.values():
        words = row.path, kind_text(row), shape_text(row.output.shape)
        field = field_texts(row.receptive_field)
        yield *words, *counts(row, sharing=sharing), *field, size_text(row.activation_bytes)


def counts(row: LayerSummary | Totals, *, sharing: bool) -> Iterator[str]:
    """Parameters, with ``sharing`` what it saved, and multiply-adds."""
    yield f"{row.params:,}"
    if sharing:
        yield count_text(row.unshared_params)
        yield factor_text(row)
    yield count_text(row.macs)


def factor_text(row: LayerSummary | Totals) -> str:
    """How many parameters each one stands for, to a tenth; nothing where there is none, or no short one."""
    match row.sharing_factor:
        case None:
            return ""
        case float(factor):
            return f"{factor:,.1f}"
        case str(factor):
            return factor if len(factor) <= _MOST else ""  # both numbers stand beside it
        case factor:
            return count_text(factor)


def field_texts(field: ReceptiveField) -> tuple[str, str]:
    """Size and stride of a receptive field, one number where all axes have the same.

    >>> from netc.report.receptive_field import ReceptiveField
    >>> field_texts(ReceptiveField((43, 43), (8, 8))), field_texts(ReceptiveField((3, None), (0.5, None)))
    (('43', '8'), ('3×all', '0.5×–'))
    >>> field_texts(ReceptiveField((), ()))
    ('all', '')
    """
    known = any(size is not None for size in field.sizes)
    return _extents(field.sizes, "all"), _extents(field.strides, "–") if known else ""


def _extents(numbers: Sequence[float | None], whole: str) -> str:
    texts = [_extent(number, whole) for number in numbers] or [whole]
    return texts[0] if len(set(texts)) == 1 else "×".join(texts)


def _extent(number: float | None, whole: str) -> str:
    if number is None:
        return whole
    return f"{number:.4g}" if number % 1 else f"{number:.0f}"


def kind_text(row: LayerSummary) -> str:
    """A layer's kind, and in brackets what is to be known of it."""
    notes = [f"shares {row.shares}"] if row.shares else []
    notes += ["training only"] if row.train_only else []
    return f"{row.kind} ({', '.join(notes)})" if notes else row.kind


_MOST = 60
"""Characters of a symbolic count in a table."""


def count_text(count: Dim) -> str:
    """A number as people write it; of a long symbolic one the first terms.

    >>> count_text(150528)
    '150,528'
    """
    text = f"{count:,}"
    if isinstance(count, int) or len(text) <= _MOST:
        return text
    return f"{text[: max(text.rfind(' + ', 0, _MOST), text.rfind(' − ', 0, _MOST))]} + …"


def title(graph: Graph) -> str:
    """The network's name, what goes in and comes out, and the facts about symbols."""
    inputs = named((value.name, value.type) for value in graph.inputs)
    outputs = named((output.name, output.value.type) for output in graph.outputs)
    known = "; ".join(f"{name}: {facts}" for name, facts in graph.facts.items() if facts != (1, None, 1))
    return f"{graph.name}: {inputs} → {outputs}" + (f" ({known})" if known else "")


def named(values: Iterable[tuple[str, TensorType]]) -> str:
    """Names with their shapes, their element type where it is not float32, and whether channels come last."""
    return ", ".join(
        f"{name} {shape_text(type_.shape)}"
        + ("" if type_.dtype == "float32" else f" {type_.dtype}")
        + (" hwc" if type_.layout == "hwc" else "")
        for name, type_ in values
    )


def facts(summary: Summary) -> str:
    """The totals that have no column."""
    totals = summary.totals
    fixed = totals.params - totals.trainable_params
    parts = [
        f"{fixed:,} parameters frozen" if fixed else "",
        f"{totals.buffers:,} elements of buffers" if totals.buffers else "",
        f"{count_text(totals.flops)} FLOPs",
    ]
    return " · ".join(filter(None, parts))


def size_text(size: Dim) -> str:
    """A number of bytes as people write it; what depends on symbols is not rounded.

    >>> size_text(1000), size_text(250_880), size_text(3 * 2**30)
    ('1,000 bytes', '245 KiB', '3.00 GiB')
    """
    if not isinstance(size, int) or size < 1024:
        return f"{count_text(size)} bytes"
    exponent = next((power for power in (1, 2, 3) if size < 1000 * 1024**power), 4)
    unit = ("KiB", "MiB", "GiB", "TiB")[exponent - 1]
    amount = size / 1024**exponent
    digits = max(0, 3 - len(str(int(amount))))
    return f"{amount:,.{digits}f} {unit}"
