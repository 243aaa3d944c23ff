"""Layers that arrange elements anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, final

from pydantic import Field

from netc.layers.base import Context, Layer, one
from netc.layers.options import Count
from netc.ops.shape import Flatten

if TYPE_CHECKING:
    from netc.graph import Value


@final
class FlattenLayer(Layer):
    """The first axis to flatten and all after it become one.

    ``[C, H, W]`` becomes ``[C·H·W]``, the last axis fastest; ``flatten: 1`` makes ``[C, H·W]`` of it.
    """

    kind: ClassVar[str] = "flatten"
    value_field: ClassVar[str] = "axis"

    axis: Count = Field(0, description="The first axis to flatten (without the batch).")

    def build(self, context: Context, *values: Value) -> Value:
        """One op."""
        return context.emit(Flatten(self.axis), one(values, self.kind))


LAYERS: tuple[type[Layer], ...] = (FlattenLayer,)
