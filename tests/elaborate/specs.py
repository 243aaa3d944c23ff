"""Short specs beside what they mean: the graph in a few words a line."""

from __future__ import annotations

from textwrap import dedent, indent
from typing import TYPE_CHECKING, Any

import pytest

import netc
from netc.errors import SpecError
from netc.graph.text import op_text
from netc.graph.verify import verify
from netc.types import shape_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netc.graph import Graph
    from netc.types import Shape

INPUT = "input: [4, 8, 8]"


def spec(layers: str, top: str = INPUT) -> str:
    """A whole spec: ``top`` stands above ``layers``."""
    return f"netc: 1\n{dedent(top).strip()}\nlayers:\n{indent(dedent(layers).strip(), '  ')}\n"


def built(
    layers: str,
    top: str = INPUT,
    *,
    variant: str | None = None,
    params: Mapping[str, Any] | None = None,
) -> Graph:
    """The graph of a spec; every invariant of graphs holds."""
    graph = netc.loads(spec(layers, top), variant=variant, params=params).graph
    verify(graph)
    return graph


def flow(layers: str, top: str = INPUT, **overrides: Any) -> str:
    """``PATH = OP of WHAT IT READS: SHAPE`` a line, then ``output NAME = PATH``."""
    graph = built(layers, top, **overrides)
    lines: list[str] = []
    for node in graph.nodes:
        reads = ", ".join(value.path for value in node.inputs)
        shape = shape_text(node.output.type.shape)
        lines.append(f"{node.path} = {type(node.op).__name__} of {reads}: {shape}")
        lines[-1] += " (training)" if node.train_only else ""
    for output in graph.outputs:
        lines.append(f"output {output.name} = {output.value.path}")
        lines[-1] += " (training)" if output.train_only else ""
    return "\n".join(lines)


def written(text: str) -> str:
    """An expected text without the indentation of the test that it stands in."""
    return dedent(text).strip()


def order(layers: str, top: str = INPUT, **overrides: Any) -> list[str]:
    """The paths of the ops, in order of execution."""
    return [node.path for node in built(layers, top, **overrides).nodes]


def shapes(layers: str, top: str = INPUT, **overrides: Any) -> dict[str, Shape]:
    """The shape of every value that an op makes, by path."""
    return {node.path: node.output.type.shape for node in built(layers, top, **overrides).nodes}


def ops(layers: str, top: str = INPUT, **overrides: Any) -> dict[str, str]:
    """Every op with all its fields, by path."""
    return {node.path: op_text(node.op) for node in built(layers, top, **overrides).nodes}


def parameters(layers: str, top: str = INPUT, **overrides: Any) -> dict[str, tuple[int, ...]]:
    """The shape of every parameter and buffer, by path, in order."""
    graph = built(layers, top, **overrides)
    return {path: parameter.type.shape for path, parameter in graph.parameters.items()}


def starts(layers: str, top: str = INPUT) -> dict[str, str]:
    """The scheme that every parameter begins with, by path."""
    return {
        path: f"{parameter.initializer.scheme}({parameter.initializer.argument:.4g})"
        if parameter.initializer.argument
        else parameter.initializer.scheme
        for path, parameter in built(layers, top).parameters.items()
    }


def refused(layers: str, top: str = INPUT, **overrides: Any) -> list[str]:
    """``CODE MESSAGE (LABEL)`` of every mistake in a spec that has some."""
    with pytest.raises(SpecError) as caught:
        netc.loads(spec(layers, top), **overrides)
    return [
        f"{found.code} {found.message}" + (f" ({found.label})" if found.label else "")
        for found in caught.value.diagnostics
    ]
