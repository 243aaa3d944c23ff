"""What a ``project`` shortcut takes over from the body it goes around."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netc.graph import Node, Value
    from netc.layers.base import Layer
    from netc.layers.norm import Norm


_STEPS = ("stride", "factors", "factor")
"""Fields of the ops that have strides, or what divides them."""


def product_of_strides(nodes: Sequence[Node], start: Value, end: Value) -> tuple[int, ...] | None:
    """The strides from ``start`` to ``end``, multiplied along each spatial axis; what enlarges divides them.

    ``nodes`` are those between; where several values meet, the first that comes from ``start`` counts.
    Nothing where no path of feature maps leads from one to the other, or it enlarges in all.
    """
    strides: dict[int, tuple[tuple[int, int], ...]] = {id(start): ((1, 1),) * (start.type.rank - 1)}
    for node in nodes:
        source = next((value for value in node.inputs if id(value) in strides), None)
        if source is None or node.output.type.rank != start.type.rank:
            continue
        steps = any(hasattr(node.op, field) for field in _STEPS)
        readings = node.op.readings(node.output.type, source.type)[1:] if steps else ()
        strides[id(node.output)] = tuple(
            (down, up) if reading is None else (down * reading.down, up * reading.up)
            for (down, up), reading in zip_longest(strides[id(source)], readings)
        )
    found = strides.get(id(end))
    if found is None or any(down % up for down, up in found):
        return None
    return tuple(down // up for down, up in found)


def norm_of(layers: Sequence[Layer]) -> Norm | None:
    """The norm of the last layer that has one."""
    for layer in reversed(layers):
        norm = cast("Norm | None", layer if layer.kind == "norm" else getattr(layer, "norm", None))
        if norm is not None and norm.method != "none":
            return norm.model_copy(update={"act": None})
    return None
