"""Graphs by hand, and numbers for them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from netc.artifact import Request
from netc.graph import Graph, LayerRecord, Output, Value
from netc.graph.builder import Builder
from netc.graph.verify import verify
from netc.ops.conv import Conv
from netc.types import TensorType
from netc_torch import backend

if TYPE_CHECKING:
    from netc.ops import Op

Weights: TypeAlias = Mapping[str, NDArray[np.float32]]


class Network:
    """A graph that grows by one op at a time; ``layer`` notes what a person wrote."""

    def __init__(self, name: str = "small", /, **inputs: TensorType) -> None:
        self.name = name
        self.inputs = {path: Value(path, type_, is_input=True) for path, type_ in inputs.items()}
        self.builder = Builder()
        self.layers: dict[str, LayerRecord] = {}

    def add(self, path: str, op: Op, *inputs: Value, train_only: bool = False) -> Value:
        return self.builder.emit(op, inputs, path=path, layer=path, initializers={}, train_only=train_only)

    def share(self, path: str, op: Op, value: Value, owner: str) -> Value:
        """An op whose parameters are those of the op at ``owner``."""
        known = dict(self.builder.parameters)
        output = self.add(path, op, value)
        self.builder.parameters = known
        node = self.builder.nodes[-1]
        names = {name: f"{owner}.{name}" for name in node.parameters}
        self.builder.nodes[-1] = node._replace(parameters=names)
        return output

    def layer(self, path: str, written: str, output: Value, *, scope: bool = False) -> Value:
        """Note a layer, written as ``kind options``."""
        kind, _, text = written.partition(" ")
        self.layers[path] = LayerRecord(path, kind, text, output, scope)
        return output

    def graph(self, *outputs: Output, **named: Value) -> Graph:
        all_outputs = (*outputs, *(Output(name, value, train_only=False) for name, value in named.items()))
        nodes, parameters = tuple(self.builder.nodes), self.builder.parameters
        inputs = tuple(self.inputs.values())
        graph = Graph(self.name, "", inputs, all_outputs, nodes, parameters, self.layers)
        verify(graph)
        return graph


def conv3x3(channels: int, *, bias: bool = True, stride: int = 1) -> Conv:
    return Conv(channels, (3, 3), (stride, stride), ((1, 1), (1, 1)), (1, 1), 1, bias)


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


def listen(module: Any, heard: Callable[[Any], object]) -> None:
    """Call ``heard`` with every output of ``module``."""

    def hook(_module: object, _inputs: object, output: Any) -> None:
        heard(output)

    module.register_forward_hook(hook)


def compiled(graph: Graph, numbers: Weights | None = None) -> Any:
    """The graph's module; what its attributes are only its graph says."""
    return backend.compile(
        Request(graph, weights(graph) if numbers is None else numbers, "netc: 1\n", "0.1.0")
    )
