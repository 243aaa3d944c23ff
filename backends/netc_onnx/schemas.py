"""What ONNX's own op schemas allow in each opset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onnx import GraphProto, TensorProto, defs

from netc.errors import BackendError
from netc_onnx.element_types import FLOAT_NAMES
from netc_onnx.opsets import IR_VERSIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onnx import NodeProto


def lowest_opset(graph: GraphProto, opset: int) -> int:
    """The lowest one, from ``opset`` on, that allows every node of ``graph`` its types.

    Raises ``BackendError`` for a node that none allows them.
    """
    types = types_of(graph)
    for node in graph.node:
        if refused(node, types, opset):
            first = next(_allowing(node, types, opset), None)
            if first is None:
                verify_types(graph, opset)
            opset = first or opset
    return opset


def types_of(graph: GraphProto) -> dict[str, int]:
    """The element type of every value and initializer."""
    types = {tensor.name: tensor.data_type for tensor in graph.initializer}
    for value in (*graph.input, *graph.value_info, *graph.output):
        types[value.name] = value.type.tensor_type.elem_type
    return types


def verify_types(graph: GraphProto, opset: int) -> None:
    """Raise ``BackendError`` where a node reads or makes floats of a type that ``opset`` does not allow it.

    The error names the node, its op, and the first opset that does allow it.
    """
    types = types_of(graph)
    for node in graph.node:
        for data_type in sorted(refused(node, types, opset)):
            raise BackendError(_refusal(node, types, data_type, opset))


def refused(node: NodeProto, types: dict[str, int], opset: int) -> set[int]:
    """The types of floats that ``opset`` does not allow ``node`` where it has them."""
    schema = defs.get_schema(node.op_type, opset, "")
    constraints = {each.type_param_str: set(each.allowed_type_strs) for each in schema.type_constraints}
    found: set[int] = set()
    for formals, names in ((schema.inputs, node.input), (schema.outputs, node.output)):
        for place, name in enumerate(names):
            formal = formals[min(place, len(formals) - 1)].type_str
            data_type = types.get(name)
            if data_type in FLOAT_NAMES and _tensor(data_type) not in constraints.get(formal, {formal}):
                found.add(data_type)
    return found


def _tensor(data_type: int) -> str:
    """As schemas write it.

    >>> _tensor(TensorProto.FLOAT)
    'tensor(float)'
    """
    return "tensor(float)" if data_type == TensorProto.FLOAT else f"tensor({FLOAT_NAMES[data_type]})"


def _refusal(node: NodeProto, types: dict[str, int], data_type: int, opset: int) -> str:
    dtype = FLOAT_NAMES[data_type]
    first = next(_allowing(node, types, opset), None)
    way_out = (
        f"opset {first} is the first that has it: ask for that, or for float16"
        if first is not None
        else f"no opset up to {max(IR_VERSIONS)} has it: ask for float16"
    )
    return f"`{node.op_type}`, which `{node.name}` is, takes no {dtype} in ONNX's opset {opset}; {way_out}"


def _allowing(node: NodeProto, types: dict[str, int], opset: int) -> Iterator[int]:
    """The opsets after ``opset`` that allow the node its types."""
    return (later for later in range(opset + 1, max(IR_VERSIONS) + 1) if not refused(node, types, later))
