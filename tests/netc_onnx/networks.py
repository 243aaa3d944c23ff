"""Graphs by hand, numbers for them, and a session to run them in."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, cast

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from netc.artifact import DEFAULT_OPSET, Request
from netc.graph import Graph, Output, Value
from netc.graph.builder import Builder
from netc.graph.verify import verify
from netc.types import TensorType
from netc.types.dims import numbers
from tests.netc_onnx.cases import Case

if TYPE_CHECKING:
    from onnx import ModelProto

    from netc.ops import Op

Numbers: TypeAlias = dict[str, NDArray[Any]]


class Network:
    """A graph that grows by one op at a time; ``train_only`` ops run in training alone."""

    def __init__(self, **inputs: TensorType) -> None:
        self.inputs = {name: Value(name, type_, is_input=True) for name, type_ in inputs.items()}
        self.builder = Builder()

    def add(self, path: str, op: Op, *inputs: Value, train_only: bool = False) -> Value:
        return self.builder.emit(op, inputs, path=path, layer=path, initializers={}, train_only=train_only)

    def graph(self, *outputs: Output, **named: Value) -> Graph:
        all_outputs = (*outputs, *(Output(name, value, train_only=False) for name, value in named.items()))
        nodes, parameters = tuple(self.builder.nodes), self.builder.parameters
        doc = "A small one."
        graph = Graph("small", doc, tuple(self.inputs.values()), all_outputs, nodes, parameters, {})
        verify(graph)
        return graph


def side_by_side(cases: Sequence[Case]) -> Graph:
    """All cases in one graph: case ``i`` is the output ``y{i}``, and types share their inputs."""
    names: dict[tuple[int, TensorType], str] = {}
    for case in cases:
        for place, type_ in enumerate(case.types):
            names.setdefault((place, type_), f"x{len(names)}")
    network = Network(**{name: type_ for (_, type_), name in names.items()})
    outputs: dict[str, Value] = {}
    for index, case in enumerate(cases):
        reads = (network.inputs[names[place, type_]] for place, type_ in enumerate(case.types))
        outputs[f"y{index}"] = network.add(f"case{index}", case.op, *reads)
    return network.graph(**outputs)


def generator(name: str) -> np.random.Generator:
    """Numbers that depend on ``name`` alone."""
    return np.random.default_rng(int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big"))


def weights(graph: Graph) -> dict[str, NDArray[np.float32]]:
    """For every parameter numbers around 0, and for variances between 0.5 and 1.5."""
    made: dict[str, NDArray[np.float32]] = {}
    for path, parameter in graph.parameters.items():
        numbers = generator(path).uniform(-1, 1, parameter.type.shape)
        made[path] = (numbers / 2 + 1 if path.endswith("var") else numbers).astype(np.float32)
    return made


def feeds(graph: Graph, batch: int) -> Numbers:
    """For every input numbers between −4 and 4, or bytes."""
    made: Numbers = {}
    for value in graph.inputs:
        shape = (batch, *numbers(value.type.shape, "a test"))
        if value.type.dtype == "float32":
            made[value.name] = generator(value.name).uniform(-4, 4, shape).astype(np.float32)
        else:
            made[value.name] = generator(value.name).integers(0, 255, shape).astype(value.type.dtype)
    return made


def request(graph: Graph, opset: int = DEFAULT_OPSET, text: str = "netc: 1\n") -> Request:
    return Request(graph, weights(graph), text, "0.1.0", opset)


class Session(NamedTuple):
    """A loaded model."""

    session: Any

    @classmethod
    def of(cls, model: ModelProto | str, *, optimized: bool = True) -> Session:
        """Loads a model, or the file of one."""
        options = cast("Any", onnxruntime.SessionOptions())
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        if not optimized:
            options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        source = model if isinstance(model, str) else model.SerializeToString()
        return cls(onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"]))

    def run(self, numbers: Mapping[str, NDArray[Any]]) -> Numbers:
        names = [output.name for output in self.session.get_outputs()]
        return dict(zip(names, self.session.run(names, dict(numbers)), strict=True))
