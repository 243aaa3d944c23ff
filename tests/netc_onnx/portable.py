"""A model, as rules look at it that say which ONNX travels.

A rule is a function of a model that gives a complaint for each place where it is broken; its docstring is the
reason for it.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias, cast, final

import numpy as np
import onnx
from onnx import ModelProto, NodeProto, numpy_helper

from netc_onnx.tensors import BATCH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

Shape: TypeAlias = "tuple[int | str, ...]"
"""A dim that is neither a number nor named is 0."""


@final
class Model:
    """A model, as the rules look at it."""

    def __init__(self, proto: ModelProto) -> None:
        self.proto = proto
        self.graph = proto.graph
        self.nodes = tuple(proto.graph.node)
        self.initializers = {tensor.name: tensor for tensor in proto.graph.initializer}
        self.described = {
            value.name: value for value in (*self.graph.input, *self.graph.value_info, *self.graph.output)
        }

    @cached_property
    def symbols(self) -> frozenset[str]:
        """The names of the inputs' sizes that are no numbers, but for the batch."""
        dims = (dim for value in self.graph.input for dim in value.type.tensor_type.shape.dim)
        return frozenset(dim.dim_param for dim in dims if dim.dim_param) - {BATCH}

    @cached_property
    def readers(self) -> dict[str, list[NodeProto]]:
        """The nodes that read each value."""
        readers: dict[str, list[NodeProto]] = defaultdict(list)
        for node in self.nodes:
            for name in node.input:
                readers[name].append(node)
        return readers

    def of(self, *kinds: str) -> Iterator[NodeProto]:
        """The nodes of these kinds."""
        return (node for node in self.nodes if node.op_type in kinds)

    def shape(self, name: str) -> Shape:
        """The shape of a value or initializer, as it is described."""
        if name in self.initializers:
            return tuple(self.initializers[name].dims)
        assert name in self.described, f"{name} has no shape"
        dims = self.described[name].type.tensor_type.shape.dim
        return tuple(dim.dim_param or dim.dim_value for dim in dims)

    def numbers(self, node: NodeProto, place: int) -> NDArray[np.float64] | None:
        """What a node reads at a place, where that is a constant of a lowering's own."""
        tensor = self.initializers.get(node.input[place]) if place < len(node.input) else None
        if tensor is None or not tensor.HasField("raw_data"):
            return None
        return numpy_helper.to_array(tensor).astype(np.float64)


def attributes(node: NodeProto) -> dict[str, object]:
    """What a node says of itself, strings as such."""
    read = {each.name: onnx.helper.get_attribute_value(each) for each in node.attribute}
    return {name: value.decode() if isinstance(value, bytes) else value for name, value in read.items()}


def integers(node: NodeProto, name: str) -> list[int]:
    """An attribute that is a list of whole numbers; of one that is absent, none."""
    return list(cast("list[int]", attributes(node).get(name, [])))


Rule: TypeAlias = "Callable[[Model], Iterator[str]]"
