"""Weights from a formula, so that two implementations of one network can be compared by their outputs alone.

No names and no random generator are needed: an element's number is a hash of where it stands. It depends
on the layer's index (the ops that own parameters or buffers, counted from 0 in the order in which evaluation runs
them), on the tensor's index in that layer and on the element's index in the tensor.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from netc.ops.elementwise import Scale
from netc.ops.norm import BatchNorm, LayerNorm
from netc.types.dims import numbers as numbers_of

if TYPE_CHECKING:
    from netc.graph import Graph, Node, Parameter
    from netc.types import Shape

Array: TypeAlias = NDArray[np.float32]

TENSORS = ("weight", "bias", "running_mean", "running_var")
"""What a layer may own, in the order of the tensors' indices."""

PIECE = 1 << 20
"""Elements that are hashed at once, so that large tensors need no large temporaries."""

ELEMENT_STEP = 0x9E3779B97F4A7C15
TENSOR_STEP = 0xD1B54A32D192ED03


def mixed(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finalizer of SplitMix64 (Steele, Lea and Flood, 2014): every bit of ``x`` reaches every bit.

    >>> hex(mixed(np.array([1], dtype=np.uint64))[0])
    '0x5692161d100b05e5'
    """
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        x = (x ^ (x >> np.uint64(shift))) * np.uint64(factor)
    return x ^ (x >> np.uint64(31))


def numbers(layer: int, tensor: int, count: int) -> NDArray[np.float64]:
    """``count`` numbers from −1 (included) to 1 (excluded), with 24 random bits each."""
    result = np.empty(count)
    start = np.uint64((8 * layer + tensor + 1) * TENSOR_STEP % 2**64)
    for first in range(0, count, PIECE):
        last = min(first + PIECE, count)
        index = np.arange(first + 1, last + 1, dtype=np.uint64)
        bits = mixed(index * np.uint64(ELEMENT_STEP) + start) >> np.uint64(40)
        result[first:last] = bits / 2.0**23 - 1.0
    return result


def tensor(layer: int, name: str, shape: Shape, *, is_norm: bool) -> Array:
    """One tensor in PyTorch's layout.

    Weights of convolutions and linear layers are uniform with the variance 2 / fan-in (He et al., 2015),
    those of norms lie about 1, biases and running means about 0, running variances between 0.5 and 1.5.
    """
    sizes = numbers_of(shape, "a formula")
    v = numbers(layer, TENSORS.index(name), int(np.prod(sizes)))
    if name == "weight":
        v = 1 + 0.1 * v if is_norm else v * np.sqrt(6.0 / np.prod(sizes[1:]))
    else:
        v = 1 + 0.5 * v if name == "running_var" else 0.1 * v
    return v.astype(np.float32).reshape(sizes)


def owners(graph: Graph) -> Iterator[Node]:
    """The ops that own what they compute with, in the order in which evaluation runs them; each owner once.

    ``scale`` is none: torchvision's modules own such a factor beside their layers, and it stays as it begins.
    """
    seen: set[str] = set()
    for node in graph.evaluated:
        if node.parameters and not isinstance(node.op, Scale) and seen.isdisjoint(node.parameters.values()):
            seen.update(node.parameters.values())
            yield node


def start(parameter: Parameter) -> float:
    """What a parameter that the formula leaves alone is filled with."""
    return parameter.initializer.argument if parameter.initializer.scheme == "constant" else 0.0


def formula_weights(graph: Graph) -> Mapping[str, Array]:
    """An array for every parameter and buffer by its path; of what runs in training alone, zeros."""
    filled = {
        path: np.full(parameter.type.shape, start(parameter), np.float32)
        for path, parameter in graph.parameters.items()
    }
    for layer, node in enumerate(owners(graph)):
        is_norm = isinstance(node.op, BatchNorm | LayerNorm)
        for name, path in node.parameters.items():
            filled[path] = tensor(layer, name, graph.parameters[path].type.shape, is_norm=is_norm)
    return filled


def line(shape: Shape) -> Array:
    """One input: the numbers from −1 to 1 in equal steps, in C order."""
    sizes = numbers_of(shape, "a formula")
    return np.linspace(-1, 1, int(np.prod(sizes)), dtype=np.float32).reshape(sizes)
