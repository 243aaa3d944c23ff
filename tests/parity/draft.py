"""A spec that grows by one layer at a time, each tried by the checker before it is kept."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, NamedTuple, TypeAlias

import netc
from netc.errors import SpecError
from netc.graph.verify import verify
from netc.types import TensorType
from tests.parity.options import Layer

Sizes: TypeAlias = Mapping[str, int]

MOST_ELEMENTS = 30_000
"""Of any value, at the sizes that a network is run at."""


class Crash(Exception):
    """The checker raised what no spec may make it raise."""


class Document(NamedTuple):
    """All of a spec but its layers, and the sizes that its symbols are tried at (one empty, where it has none)."""

    keys: Mapping[str, Any]
    sizes: tuple[Sizes, ...]

    def text(self, layers: Sequence[Layer], sizes: Sizes | None = None) -> str:
        """The spec, in JSON a line; with ``sizes`` in place of its symbols where they are given."""
        keys = dict(self.keys)
        if sizes:
            keys.pop("dims", None)
            keys["inputs"] = {
                name: {**own, "shape": [sizes.get(dim, dim) for dim in own["shape"]]}
                for name, own in keys["inputs"].items()
            }
        lines = [f"{key}: {json.dumps(value)}" for key, value in keys.items()]
        return "\n".join([*lines, "layers:", *(f"  - {json.dumps(layer)}" for layer in layers), ""])


class Drawn(NamedTuple):
    """A valid spec, and how often what was tried on the way was refused, by code."""

    document: Document
    layers: tuple[Layer, ...]
    refused: Counter[str]

    @property
    def text(self) -> str:
        return self.document.text(self.layers)


def loaded(text: str) -> netc.Network:
    """The network of a spec. Raises ``SpecError`` where it is refused, ``Crash`` where anything else happens."""
    try:
        net = netc.loads(text)
        verify(net.graph)
    except SpecError:
        raise
    except Exception as error:
        raise Crash(f"{type(error).__name__}: {error}\n{text}") from error
    return net


class Draft:
    """Where a spec grows. ``blocks`` join the document's as layers ask for them."""

    def __init__(self, chance: Random, document: Document) -> None:
        self.chance = chance
        self.document = document
        self.blocks: dict[str, Any] = {}
        self.refused: Counter[str] = Counter()

    def whole(self) -> Document:
        """The document with its blocks."""
        keys = {**self.document.keys, **({"blocks": self.blocks} if self.blocks else {})}
        return self.document._replace(keys=keys)

    def type_after(self, layers: Sequence[Layer]) -> TensorType | None:
        """The type of what the last layer makes; nothing where the checker refuses it, or it is too large."""
        try:
            net = loaded(self.whole().text(layers))
        except SpecError as error:
            self.refused.update({one.code for one in error.diagnostics})
            return None
        values = [node.output for node in net.graph.nodes]
        if any(
            elements_at(value.type, sizes) > MOST_ELEMENTS
            for value in values
            for sizes in self.document.sizes
        ):
            self.refused["too large"] += 1
            return None
        *_, last = net.graph.layers.values()
        return last.output.type


def shape_at(type_: TensorType, sizes: Sizes) -> tuple[int, ...]:
    """The shape, at these sizes of the symbols."""
    return tuple(dim if isinstance(dim, int) else dim.at(sizes) for dim in type_.shape)


def elements_at(type_: TensorType, sizes: Sizes) -> int:
    """The elements of a value, at these sizes of the symbols."""
    elements = type_.elements
    return elements if isinstance(elements, int) else elements.at(sizes)
