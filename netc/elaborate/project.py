"""What a ``project`` shortcut takes over from the body it goes around."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netc.graph import Node, Value
    from netc.layers.base import Layer
    from netc.layers.norm import Norm


def product_of_strides(nodes: Sequence[Node], start: Value, end: Value) -> tuple[int, ...] | None:
    """The strides from ``start`` to ``end``, multiplied along each spatial axis.

    ``nodes`` are those between; where several values meet, the first that comes from ``start`` counts.
    Nothing where no path of feature maps leads from one to the other.
    """
    strides: dict[int, tuple[int, ...]] = {id(start): (1,) * (start.type.rank - 1)}
    for node in nodes:
        before = next((strides[id(value)] for value in node.inputs if id(value) in strides), None)
        if before is None or node.output.type.rank != start.type.rank:
            continue
        own = cast("tuple[int, ...]", getattr(node.op, "stride", (1,) * len(before)))
        strides[id(node.output)] = tuple(a * b for a, b in zip(before, own, strict=True))
    return strides.get(id(end))


def norm_of(layers: Sequence[Layer]) -> Norm | None:
    """The norm of the last layer that has one."""
    for layer in reversed(layers):
        norm = cast("Norm | None", layer if layer.kind == "norm" else getattr(layer, "norm", None))
        if norm is not None and norm.method != "none":
            return norm.model_copy(update={"act": None})
    return None
