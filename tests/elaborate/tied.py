"""Networks whose layers share parameters, and their twins, in which each layer has its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TypeVar

from netc.graph import Graph
from tests.elaborate.specs import built

Numbers = TypeVar("Numbers")

MAP = "input: [4, 9, 8]"
SEQUENCE = "input: {shape: [5, 4], layout: sequence}"
TOWERS = """\
inputs: {left: [4, 9, 8], right: [4, 9, 8]}
blocks:
  tower:
    layers:
      - {conv: 4, kernel: 3, norm: batch, act: {prelu: {per_channel: false}}}
      - {inception: {1x1: 3, 3x3: [2, 4], pool: 1}}
      - {residual: [{conv1x1: 6}, {norm: layer}], shortcut: project}
      - {branches: {wide: [{separable: 4, kernel: 3, padding: same}], narrow: [{squeeze_excite: 2}]}}
      - {global_pool: avg}
"""
TIED = {
    "one layer, other windows": (
        MAP,
        "[{conv: 4, kernel: 3, padding: same, name: a}, {conv: 4, kernel: 3, stride: 2, dilation: 2, share: a}]",
    ),
    "norm and prelu inside": (
        MAP,
        "[{conv: 4, kernel: 1, norm: batch, act: prelu, name: a}, "
        "{conv: 4, kernel: 1, norm: batch, act: prelu, share: a}]",
    ),
    "norm, scale, prelu": (
        MAP,
        "[{norm: batch, name: n}, {scale: 2, name: s}, {act: prelu, name: p}, "
        "{norm: batch, eps: 0.1, share: n}, {scale: 2, share: s}, {act: prelu, share: p}]",
    ),
    "a chain of sharers": (MAP, "[{conv1x1: 4, name: a}, {conv1x1: 4, share: a}, {conv1x1: 4, share: conv2}]"),
    "every turn the first's": (MAP, "[{conv: 4, kernel: 3, padding: same, act: tanh, repeat: 3, share: true}]"),
    "a recursive residual": (
        MAP,
        "[{residual: [{conv: 6, kernel: 3, padding: half}, {act: relu}, {conv1x1: 4}], repeat: 3, share: true}]",
    ),
    "turn by turn": (
        MAP,
        "[{linear: 4, axis: channels, repeat: 2, name: a}, {act: tanh}, {linear: 4, axis: channels, repeat: 2, share: a}]",
    ),
    "one turn": (MAP, "[{conv1x1: 4, repeat: 2, name: a}, {conv1x1: 4, share: a.1}, {conv1x1: 4, repeat: 2, share: a.0}]"),
    "a scope with shares inside": (
        MAP,
        "[{layers: [{conv1x1: 4, name: z}, {conv1x1: 4, share: z}], name: a}, "
        "{layers: [{conv1x1: 4, name: z}, {conv1x1: 4, share: z}], share: a}]",
    ),
    "a row by row": (
        MAP,
        "[{for: k, in: [1, 3], layers: [{conv: 4, kernel: $k, padding: half}], name: a}, "
        "{for: k, in: [1, 3], layers: [{conv: 4, kernel: $k, padding: half}], name: b, share: a}]",
    ),
    "a layer of a module": (MAP, "[{inception: {1x1: 4}, name: m}, {conv1x1: 4, share: m.branch1x1.conv1}]"),
    "two towers": (
        TOWERS,
        "[{use: tower, from: left, name: l}, {use: tower, from: right, name: r, share: l}, {merge: sub, from: [l, r]}]",
    ),
    "a head": (
        MAP,
        "[{head: one, layers: [{conv1x1: 2}]}, {head: two, layers: [{conv1x1: 2}], share: one}]",
    ),
    "recurrent layers": (
        SEQUENCE,
        "[{lstm: 4, layers: 2, name: a}, {lstm: 4, layers: 2, share: a}, {gru: 2, bidirectional: true, repeat: 2, share: true}]",
    ),
    "attention": (SEQUENCE, "[{attention: 2, name: a}, {norm: layer, name: n}, {attention: 2, share: a}, {norm: layer, share: n}]"),
}  # fmt: skip
"""By name: what stands above the layers, and the layers."""


def tied(name: str) -> Graph:
    """The graph of one of ``TIED``."""
    top, layers = TIED[name]
    return built(layers, top)


def untied(name: str) -> Graph:
    """The same with every ``share`` left out."""
    top, layers = TIED[name]
    return built(re.sub(r", share: [\w.]+", "", layers), top)


def owners(graph: Graph) -> dict[str, str]:
    """For every parameter that a twin has, the path of the one that ``graph`` has in its place."""
    return {f"{node.path}.{name}": path for node in graph.nodes for name, path in node.parameters.items()}


def spread(numbers: Mapping[str, Numbers], graph: Graph, paths: Iterable[str]) -> dict[str, Numbers]:
    """What a twin with these ``paths`` needs to compute what ``graph`` does with ``numbers``."""
    owner = owners(graph)
    return {path: numbers[owner[path]] for path in paths}
