"""What an ONNX file says of itself, without the numbers of its weights."""

from __future__ import annotations

from functools import lru_cache
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from onnx import GraphProto, TensorProto, ValueInfoProto

    from netc.types.parameter import Shape

Extent: TypeAlias = int | str
"""A number, or the name of a symbolic size such as ``N``."""

SMALL = 4096
"""Constants of up to so many elements are kept as numbers: pads, axes, scales, indices and the like."""


class Tensor(NamedTuple):
    """A value's element type, as NumPy calls it, and its shape with the batch axis."""

    dtype: str
    shape: tuple[Extent, ...]


class Node(NamedTuple):
    """One node: the op, its inputs and outputs by name, and its attributes."""

    op: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Any]


class Model(NamedTuple):
    """The nodes in order, the types of all values and weights, and the numbers of small constants.

    ``inputs`` and ``outputs`` are those of the network, in order; ``data`` are the names of the files beside
    the model that weights lie in.
    """

    nodes: tuple[Node, ...]
    tensors: Mapping[str, Tensor]
    constants: Mapping[str, tuple[float, ...]]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    data: frozenset[str]

    def named(self, *ops: str) -> Iterator[Node]:
        """The nodes of these ops."""
        return (node for node in self.nodes if node.op in ops)

    def producer(self, name: str) -> Node | None:
        """The node that makes a value; nothing makes inputs and weights."""
        return next((node for node in self.nodes if name in node.outputs), None)

    def readers(self, node: Node) -> Iterator[Node]:
        """The nodes that read what ``node`` makes."""
        return (other for other in self.nodes if not set(node.outputs).isdisjoint(other.inputs))

    def shape(self, name: str) -> tuple[Extent, ...]:
        """A value's shape. Raises ``KeyError`` where the file does not say it."""
        return self.tensors[name].shape

    def rank(self, name: str) -> int:
        """How many axes a value has, the batch's counted."""
        return len(self.shape(name))


def read(path: Path) -> Model:
    """The model at ``path``. Raises ``OSError`` or protobuf's ``DecodeError`` where it is none."""
    state = path.stat()
    return _read(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=8)
def _read(path: Path, _changed: int, _size: int) -> Model:
    import onnx

    graph = onnx.load(path, load_external_data=False).graph
    return Model(
        tuple(_nodes(graph)),
        dict(_tensors(graph)),
        dict(_constants(graph)),
        tuple(value.name for value in graph.input),
        tuple(value.name for value in graph.output),
        frozenset(_data_files(graph)),
    )


def _nodes(graph: GraphProto) -> Iterator[Node]:
    from onnx.helper import get_attribute_value

    for node in graph.node:
        attributes = {each.name: get_attribute_value(each) for each in node.attribute}
        yield Node(node.op_type, node.name, tuple(node.input), tuple(node.output), attributes)


def _tensors(graph: GraphProto) -> Iterator[tuple[str, Tensor]]:
    for value in (*graph.input, *graph.value_info, *graph.output):
        yield value.name, _tensor(value)
    for weight in graph.initializer:
        yield weight.name, Tensor(_dtype(weight.data_type), tuple(weight.dims))


def _tensor(value: ValueInfoProto) -> Tensor:
    type_ = value.type.tensor_type
    shape = tuple(dim.dim_param or dim.dim_value for dim in type_.shape.dim)
    return Tensor(_dtype(type_.elem_type), shape)


def _dtype(element_type: int) -> str:
    from onnx.helper import tensor_dtype_to_np_dtype

    return tensor_dtype_to_np_dtype(element_type).name


def _constants(graph: GraphProto) -> Iterator[tuple[str, tuple[float, ...]]]:
    for weight in graph.initializer:
        if prod(weight.dims) <= SMALL and not weight.external_data:
            yield weight.name, _numbers(weight)


def _data_files(graph: GraphProto) -> Iterator[str]:
    for weight in graph.initializer:
        yield from (entry.value for entry in weight.external_data if entry.key == "location")


def _numbers(weight: TensorProto) -> tuple[float, ...]:
    from onnx.numpy_helper import to_array

    return tuple(to_array(weight).ravel().tolist())


def sizes(model: Model, shapes: Mapping[str, Shape]) -> Mapping[str, int]:
    """The number that each symbolic size has where the inputs have these shapes."""
    return {
        name: extent
        for value, shape in shapes.items()
        for name, extent in zip(model.shape(value), shape, strict=True)
        if isinstance(name, str)
    }
