"""Parts of a model: all that one of its values is made from, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import onnx

if TYPE_CHECKING:
    from collections.abc import Container, Iterable
    from pathlib import Path
    from typing import Any

    from onnx import NodeProto


def values(path: Path) -> frozenset[str]:
    """The names of all that the nodes of the model at ``path`` make, its outputs included."""
    graph = onnx.load(path, load_external_data=False).graph
    return frozenset(name for node in graph.node for name in node.output)


def cut(path: Path, value: str, target: Path) -> list[str]:
    """Write the part of the model at ``path`` that makes ``value``; gives the names of the inputs it reads.

    ``target`` must lie in the same folder, for parameters may lie in a file beside the model.
    """
    model = onnx.load(path, load_external_data=False)
    graph = model.graph
    nodes = ancestors(graph.node, value)
    read = {name for node in nodes for name in node.input}
    inner = {name for node in nodes for name in node.output} - {value}
    types = {one.name: one for one in (*graph.value_info, *graph.output)}
    known = [types[name] for name in types if name in inner]
    output = types[value]
    for field, kept in ((graph.value_info, known), (graph.output, [output]), (graph.node, nodes)):
        replace(field, kept)
    keep(graph.input, read)
    keep(graph.initializer, read)
    target.write_bytes(model.SerializeToString(deterministic=True))
    return [one.name for one in graph.input]


def ancestors(nodes: Iterable[NodeProto], value: str) -> list[NodeProto]:
    """The nodes that ``value`` is made by, in their order."""
    wanted = {value}
    found: list[NodeProto] = []
    for node in reversed(list(nodes)):
        if not wanted.isdisjoint(node.output):
            found.append(node)
            wanted.update(node.input)
    return found[::-1]


def replace(field: Any, kept: Iterable[Any]) -> None:
    """Let a repeated field hold these messages and no others; some of them may be its own."""
    copies: list[Any] = [type(one).FromString(one.SerializeToString()) for one in kept]
    del field[:]
    field.extend(copies)


def keep(field: Any, names: Container[str]) -> None:
    """Drop the messages of a repeated field that have none of these names; nothing is copied."""
    for index in reversed(range(len(field))):
        if field[index].name not in names:
            del field[index]
