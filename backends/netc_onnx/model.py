"""The whole model, but for the numbers of its parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from onnx import GraphProto, ModelProto

from netc.artifact import DEFAULT_OPSET
from netc.errors import BackendError
from netc.ops.sequence import Recurrent
from netc_onnx.element_types import FLOATS
from netc_onnx.layouts import Layouts
from netc_onnx.lowering.op import is_identity, lower
from netc_onnx.opsets import ir_version
from netc_onnx.packing import packed_of
from netc_onnx.precision import ALL_FLOAT32, Floats, in_floats, normalizing
from netc_onnx.schemas import lowest_opset, verify_types
from netc_onnx.site import Site, Target
from netc_onnx.tensors import ELEMENT_TYPES, Tensor, batched, describe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netc.artifact import Request
    from netc.graph import Graph, Output, Value
    from netc_onnx.layouts import LaidOut

PRODUCER = "netc"


class Bare(NamedTuple):
    """A model whose parameters wait for their numbers, and, by path, those laid out in another way."""

    model: ModelProto
    laid_out: Mapping[str, LaidOut]


def model_without_weights(request: Request) -> Bare:
    """The model of what ``request.graph`` computes in evaluation.

    Its parameters are initializers with a name, type and shape and no numbers yet. Raises
    ``BackendError`` for an opset that netc does not write, or that lacks an op for the numbers asked for,
    for a constant beyond their range, and for an output that bears the name of another value that is an
    input.
    """
    (graph, laid_out), opset = _in_precision(request)
    model = ModelProto(
        ir_version=ir_version(opset),
        producer_name=PRODUCER,
        producer_version=request.version,
        doc_string=request.graph.doc,
    )
    model.opset_import.add(domain="", version=opset)
    for key, value in request.metadata.items():
        model.metadata_props.add(key=key, value=value)
    model.graph.CopyFrom(graph)
    return Bare(model, laid_out)


class Lowered(NamedTuple):
    """A graph, and those of its parameters that are laid out in another way than the spec's, by path."""

    graph: GraphProto
    laid_out: Mapping[str, LaidOut]


def _in_precision(request: Request) -> tuple[Lowered, int]:
    """The graph in the numbers asked for, and its opset: where none is given, the lowest usual one."""
    opset = DEFAULT_OPSET if request.opset is None else request.opset
    ir_version(opset)
    precision = request.precision
    floats = Floats(FLOATS[precision.dtype], FLOATS[precision.io_dtype])
    if floats == ALL_FLOAT32:
        return _lowered(request, opset), opset
    wide = normalizing(request.graph)
    while True:
        lowered = _lowered(request, opset)
        graph = in_floats(lowered.graph, floats, wide, opset)
        lowest = lowest_opset(graph, opset) if request.opset is None else opset
        if lowest == opset:
            verify_types(graph, opset)
            return Lowered(graph, lowered.laid_out), opset
        opset = lowest


def _lowered(request: Request, opset: int) -> Lowered:
    """The graph; of an optimised one, parameters are stored as the nodes that read them need them."""
    graph = request.graph
    if not request.optimize:
        return Lowered(_graph(graph, opset, None), {})
    layouts = Layouts(graph.parameters, ())
    lowered = _graph(graph, opset, layouts)
    if layouts.disputed():
        layouts = Layouts(graph.parameters, layouts.disputed())
        lowered = _graph(graph, opset, layouts)
    return Lowered(lowered, layouts.stored())


def _graph(graph: Graph, opset: int, layouts: Layouts | None) -> GraphProto:
    outputs = tuple(output for output in graph.outputs if not output.train_only)
    origins = _origins(graph)
    names = _output_names(graph, outputs, origins)
    given = frozenset(output.name for output in outputs)
    target = Target(opset, graph.inputs, given, graph.parameters, layouts)
    target.graph.name = graph.name
    target.graph.input.extend(describe(_tensor(value, value.name)) for value in graph.inputs)
    target.graph.output.extend(describe(_tensor(output.value, output.name)) for output in outputs)
    tensors = {id(value): _tensor(value, value.name) for value in graph.inputs}
    for node in graph.evaluated:
        inputs = tuple(tensors[id(value)] for value in node.inputs)
        name = names.get(id(node.output), node.output.name)
        tensors[id(node.output)] = lower(Site(target, node, inputs, name), node.op)
    for output in outputs:
        made = tensors[id(output.value)]
        if made.name != output.name:
            target.add(
                "Identity", f"{output.name}/identity", [made.name], [made._replace(name=output.name)], {}
            )
    _declare_parameters(target, graph)
    return target.graph


def _tensor(value: Value, name: str) -> Tensor:
    return Tensor(name, batched(value.type), value.type.dtype)


def _origins(graph: Graph) -> dict[int, Value]:
    """For each value, by its id, the one that it is in evaluation: another's, behind dropout."""
    origins = {id(value): value for value in graph.inputs}
    for node in graph.evaluated:
        value = origins[id(node.inputs[0])] if is_identity(node.op) else node.output
        origins[id(node.output)] = value
    return origins


def _output_names(graph: Graph, outputs: tuple[Output, ...], origins: dict[int, Value]) -> dict[int, str]:
    """The name of each value, by its id, that is an output: that of the first such output."""
    inputs = {value.name: value for value in graph.inputs}
    names: dict[int, str] = {}
    for output in outputs:
        origin = origins[id(output.value)]
        if output.name in inputs and inputs[output.name] is not origin:
            message = (
                f"the output `{output.name}` bears the name of an input, and is another value: "
                "an ONNX model needs another name for one of them"
            )
            raise BackendError(message)
        names.setdefault(id(origin), output.name)
    return names


def _declare_parameters(target: Target, graph: Graph) -> None:
    """An initializer for each parameter that evaluation reads, or what packs some, in order of execution.

    They come before the lowerings' own.
    """
    laid_out = target.layouts.stored() if target.layouts is not None else {}
    declared: dict[str, Tensor] = {}
    for node in graph.evaluated:
        for packed in packed_of(node):
            declared[packed.name] = Tensor(packed.name, packed.shape)
        for path in () if isinstance(node.op, Recurrent) else node.parameters.values():
            type_, other = graph.parameters[path].type, laid_out.get(path)
            name, shape = (path, type_.shape) if other is None else (other.name, other.shape)
            declared[path] = Tensor(name, shape, type_.dtype)
    own = list(target.graph.initializer)
    del target.graph.initializer[:]
    for tensor in declared.values():
        target.graph.initializer.add(
            name=tensor.name, data_type=ELEMENT_TYPES[tensor.dtype], dims=tensor.shape
        )
    target.graph.initializer.extend(own)
