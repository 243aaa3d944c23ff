"""The graph's canonical text, which golden tests compare."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from netc.graph.formula import formula_text
from netc.types import shape_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netc.graph.graph import Graph, Node
    from netc.ops import Op


def op_text(op: Op) -> str:
    """An op with all its fields.

    >>> from netc.ops.shape import Concat
    >>> op_text(Concat(0))
    'Concat(axis=0)'
    """
    options = ", ".join(f"{field.name}={getattr(op, field.name)!r}" for field in fields(op))
    return f"{type(op).__name__}({options})"


def text(graph: Graph) -> str:
    """One line a value: its name, type, op, what it reads and its parameters; then the outputs.

    A parameter has what it begins with, or the formula by which it comes from others.
    """
    return "\n".join(_lines(graph)) + "\n"


def _lines(graph: Graph) -> Iterator[str]:
    yield f"network {graph.name}"
    for name, facts in graph.facts.items():
        yield f"dim {name}: {facts}"
    for value in graph.inputs:
        yield f"input {value.name}: {shape_text(value.type.shape)} {value.type.dtype} {value.type.layout}"
    for node in graph.nodes:
        yield from _node_lines(graph, node)
    for output in graph.outputs:
        yield f"output {output.name} = {output.value.name}{' (training only)' if output.train_only else ''}"


def _node_lines(graph: Graph, node: Node) -> Iterator[str]:
    read = ", ".join(value.name for value in node.inputs)
    only = " (training only)" if node.train_only else ""
    yield f"{node.output.name}: {shape_text(node.output.type.shape)} = {op_text(node.op)} of {read}{only}"
    for name, path in node.parameters.items():
        parameter = graph.parameters[path]
        start: str = parameter.initializer.scheme
        if parameter.formula is not None:
            start = f"= {formula_text(parameter.formula)}"
        elif parameter.initializer.argument:
            start += f"({parameter.initializer.argument:.6g})"
        frozen = " frozen" if parameter.frozen else ""
        yield f"  {name} = {path}: {shape_text(parameter.type.shape)} {start}{frozen}"
