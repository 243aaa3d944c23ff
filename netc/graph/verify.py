"""What must be true of a graph between any two stages; broken only by netc's own mistakes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc.graph.text import op_text
from netc.types import ParameterType

if TYPE_CHECKING:
    from netc.graph.graph import Graph, Node


class BrokenGraphError(AssertionError):
    """The graph contradicts itself: a bug in netc."""


def verify(graph: Graph) -> None:
    """Raise ``BrokenGraphError`` unless every law of the graph holds. Linear in its size.

    Names are unique; a value is made before it is read; every type is what the op's law gives; every
    parameter has an owner of its shape, and every one is used; nothing that runs in evaluation reads
    what exists in training alone; inputs alone are ``hwc``.
    """
    known = {id(value) for value in graph.inputs}
    paths = {value.path for value in graph.inputs}
    trained_only: set[int] = set()
    used: set[str] = set()
    for node in graph.nodes:
        _require(node.path not in paths, f"two values are named {node.path}")
        paths.add(node.path)
        for value in node.inputs:
            _require(id(value) in known, f"{node.path} reads {value.name}, which is not made yet")
            hidden = id(value) in trained_only and not node.train_only
            _require(not hidden, f"{node.path} reads {value.name}, which exists in training alone")
        _verify_types(node)
        _verify_parameters(graph, node)
        used.update(node.parameters.values())
        known.add(id(node.output))
        if node.train_only:
            trained_only.add(id(node.output))
    unused = [path for path in graph.parameters if path not in used]
    _require(not unused, f"parameters that no node uses: {unused}")
    _require(bool(graph.outputs), "there is no output")
    names = [output.name for output in graph.outputs]
    _require(len(set(names)) == len(names), f"two outputs share a name: {names}")
    for output in graph.outputs:
        _require(id(output.value) in known, f"the output {output.name} is not made")


def _require(holds: bool, fact: str) -> None:
    if not holds:
        raise BrokenGraphError(fact)


def _verify_types(node: Node) -> None:
    inferred = node.op.infer(*(value.type for value in node.inputs))
    _require(
        inferred == node.output.type,
        f"{node.path} ({op_text(node.op)}) makes {inferred}, but says {node.output.type}",
    )
    _require(inferred.layout != "hwc", f"{node.path} makes a value that only an input can be")


def _verify_parameters(graph: Graph, node: Node) -> None:
    owned = node.op.parameters(*(value.type for value in node.inputs))
    _require(
        [parameter.name for parameter in owned] == list(node.parameters),
        f"{node.path} has the parameters {list(node.parameters)}",
    )
    for parameter in owned:
        path = node.parameters[parameter.name]
        _require(path in graph.parameters, f"{node.path} reads the parameter {path}, which does not exist")
        found, trains = graph.parameters[path].type, not (parameter.buffer or graph.parameters[path].frozen)
        expected = ParameterType(parameter.shape, trainable=trains, buffer=parameter.buffer)
        _require(found == expected, f"{path} is {found}, {node.path} needs {expected}")
