"""A graph computed in narrower numbers than float32.

Every float32 value, parameter and constant becomes one of the type asked for, but for what loses by it:

- all normalisation (batch norms that stayed, layer, group, instance, RMS, L2 and local response) and every
  softmax is computed in float32, from what it reads to its result, and its own parameters stay float32: sums
  of squares soon pass float16's largest number, 65,504, and an epsilon of 1e-12 is none there;
- attributes and the scales of ``Resize``, which ONNX has in float32 alone.

What is read in another type than it is made in goes through a ``Cast``, once for all who read it so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, final

import numpy as np
from onnx import GraphProto, NodeProto, TensorProto, ValueInfoProto, defs

from netc.errors import BackendError
from netc.ops.group_norm import GroupNorm, InstanceNorm, L2Norm, RmsNorm
from netc.ops.norm import BatchNorm, LayerNorm, LocalResponseNorm
from netc_onnx import opsets
from netc_onnx.element_types import FLOAT_NAMES, LARGEST, SMALLEST, is_finite, is_zero, stored_as
from netc_onnx.tensors import attribute, described

if TYPE_CHECKING:
    from netc.graph import Graph

NORMS = (BatchNorm, LayerNorm, LocalResponseNorm, GroupNorm, InstanceNorm, RmsNorm, L2Norm)
SOFTMAXES = ("Softmax", "LogSoftmax")
AS_THEY_ARE = ("Identity", "Shape")
"""Nodes that read any type, and change no number."""


class Floats(NamedTuple):
    """ONNX's numbers of the types of a graph's floats: inside, and at its inputs and outputs."""

    compute: int
    ends: int


ALL_FLOAT32 = Floats(TensorProto.FLOAT, TensorProto.FLOAT)


def normalizing(graph: Graph) -> frozenset[str]:
    """The paths of the nodes that normalise."""
    return frozenset(node.path for node in graph.evaluated if isinstance(node.op, NORMS))


def in_floats(graph: GraphProto, floats: Floats, wide: frozenset[str], opset: int) -> GraphProto:
    """``graph``, whose floats are all float32, in these; the nodes of the paths ``wide`` stay float32.

    Raises ``BackendError`` for a constant that is beyond the type's range.
    """
    return _Narrowing(graph, floats, wide, opset).graph


@final
class _Narrowing:
    """The graph as it grows. ``_types`` are all values' as they were, ``_own`` and ``_names`` as they are."""

    def __init__(self, graph: GraphProto, floats: Floats, wide: frozenset[str], opset: int) -> None:
        self._floats, self._wide, self._opset = floats, wide, opset
        self._outputs = {value.name for value in graph.output}
        self._described = {value.name: value for value in (*graph.input, *graph.value_info, *graph.output)}
        self._described |= {tensor.name: described(tensor) for tensor in graph.initializer}
        self._types = {name: value.type.tensor_type.elem_type for name, value in self._described.items()}
        self._own: dict[str, int] = {}
        self._names: dict[str, str] = {}
        self._copies: dict[tuple[str, int], str] = {}
        self.graph = GraphProto(name=graph.name, doc_string=graph.doc_string)
        for value in graph.input:
            self._describe(self.graph.input.add(), value, value.name, floats.ends)
        self._initializers(graph)
        for node in graph.node:
            self._node(node)
        for value in graph.output:
            self._describe(self.graph.output.add(), value, value.name, floats.ends)

    def _describe(self, target: ValueInfoProto, like: ValueInfoProto, name: str, data_type: int) -> None:
        """A value of another name and, if it is of floats, another type."""
        target.CopyFrom(like)
        target.name = name
        if self._types[like.name] == TensorProto.FLOAT:
            target.type.tensor_type.elem_type = data_type
            self._own.setdefault(like.name, data_type)

    def _initializers(self, graph: GraphProto) -> None:
        """Each in the type that its readers compute in; in the narrower one where they differ."""
        narrow = {
            name
            for node in graph.node
            for place, name in enumerate(node.input)
            if self._read_as(node, place) == self._floats.compute
        }
        for tensor in graph.initializer:
            made = self.graph.initializer.add()
            made.CopyFrom(tensor)
            if tensor.data_type == TensorProto.FLOAT:
                self._own[tensor.name] = self._floats.compute if tensor.name in narrow else TensorProto.FLOAT
                made.data_type = self._own[tensor.name]
                if made.HasField("raw_data"):
                    made.raw_data = _constant(tensor, made.data_type)

    def _read_as(self, node: NodeProto, place: int) -> int | None:
        """The type in which ``node`` reads the floats of an input; nothing where it takes any."""
        if node.op_type in AS_THEY_ARE:
            return None
        formal = defs.get_schema(node.op_type, self._opset, "").inputs
        fixed = formal[min(place, len(formal) - 1)].type_str.startswith("tensor(")
        return TensorProto.FLOAT if fixed or self._is_wide(node) else self._floats.compute

    def _is_wide(self, node: NodeProto) -> bool:
        return node.op_type in SOFTMAXES or node.name.partition("/")[0] in self._wide

    def _node(self, node: NodeProto) -> None:
        """The node, with what it reads and makes in its own type."""
        made = NodeProto()
        made.CopyFrom(node)
        data_type = TensorProto.FLOAT if self._is_wide(node) else self._floats.compute
        for place, name in enumerate(node.input):
            if self._types.get(name) == TensorProto.FLOAT:
                made.input[place] = self._read(name, self._read_as(node, place))
        if node.op_type == "Identity":
            data_type = self._own.get(node.input[0], data_type)
        for each in made.attribute:
            if node.op_type == "Cast" and each.name == "to" and each.i == TensorProto.FLOAT:
                each.i = data_type
        self.graph.node.append(made)
        for place, name in enumerate(node.output):
            self._result(self.graph.node[-1], place, name, data_type)

    def _result(self, node: NodeProto, place: int, name: str, data_type: int) -> None:
        """One result of a node: an output of another type is made by a ``Cast`` of it."""
        is_float = self._types[name] == TensorProto.FLOAT
        if is_float and name in self._outputs and data_type != self._floats.ends:
            node.output[place] = self._names[name] = f"{node.name}:{place}"
            self._own[name] = data_type
            self._copies[name, self._floats.ends] = name
            self._cast(f"{name}/output", name, name, self._floats.ends)
            self._describe(self.graph.value_info.add(), self._described[name], node.output[place], data_type)
        elif name in self._outputs:
            self._own[name] = data_type if is_float else self._types[name]
        else:
            self._describe(self.graph.value_info.add(), self._described[name], name, data_type)

    def _read(self, name: str, data_type: int | None) -> str:
        """The name under which a value is had in a type; nothing means its own."""
        if data_type is None or self._own[name] == data_type:
            return self._names.get(name, name)
        if (name, data_type) not in self._copies:
            label = f"{name.removesuffix(':0')}/{FLOAT_NAMES[data_type]}"
            self._copies[name, data_type] = f"{label}:0"
            self._cast(label, name, f"{label}:0", data_type)
            self._describe(self.graph.value_info.add(), self._described[name], f"{label}:0", data_type)
        return self._copies[name, data_type]

    def _cast(self, label: str, name: str, made: str, data_type: int) -> None:
        node = self.graph.node.add(
            op_type="Cast", name=label, input=[self._names.get(name, name)], output=[made]
        )
        if self._opset >= opsets.CAST_SATURATE:
            node.attribute.append(attribute("saturate", 1))
        node.attribute.append(attribute("to", data_type))


def _constant(tensor: TensorProto, data_type: int) -> bytes:
    """A constant's bytes in another type. Raises ``BackendError`` where it loses its meaning."""
    numbers = np.frombuffer(tensor.raw_data, "<f4")
    made = stored_as(numbers, data_type)
    lost = np.isfinite(numbers) & ~is_finite(made, data_type)
    lost |= (numbers != 0) & is_zero(made, data_type)
    if lost.any():
        dtype = FLOAT_NAMES[data_type]
        raise BackendError(
            f"the constant `{tensor.name}` is {float(numbers[lost][0]):.6g}, and {dtype} has numbers from "
            f"{SMALLEST[dtype]} to {LARGEST[dtype]}: change the spec's number, or compile to float32"
        )
    return made.tobytes()
