"""Initializers that ONNX packs of several parameters: the weights of recurrent layers.

A layer of a recurrent op reads three, at the path of the parameters' owner: ``PATH.W_l0``, of the weights of
the input, ``PATH.R_l0``, of those of the state, and ``PATH.B_l0``, of both biases. Axis 0 is the direction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, final

from netc.ops.sequence import GATES, Cell, Recurrent
from netc.weights.pieces import gathered, pieces

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from netc.artifact import Request
    from netc.graph import Node
    from netc.types import TensorType
    from netc_onnx.layouts import LaidOut
    from netc_onnx.weights import Weights

ORDERS: dict[Cell, tuple[int, ...]] = {"rnn": (0,), "lstm": (0, 3, 1, 2), "gru": (1, 0, 2)}
"""For each gate, as ONNX orders them, its place in PyTorch's order.

An LSTM's i, o, f, g of PyTorch's i, f, g, o; a GRU's z, r, n of PyTorch's r, z, n.
"""


class Packed(NamedTuple):
    """One packed initializer.

    ``parts`` are, for each direction, the paths of the parameters that follow each other along axis 0; the
    gates of each, equal parts of that axis, are put into the order ``gates``.
    """

    name: str
    shape: tuple[int, ...]
    parts: tuple[tuple[str, ...], ...]
    gates: tuple[int, ...]

    def pieces(self, weights: Weights) -> Iterator[NDArray[np.float32]]:
        """Its numbers in order, a gate of a parameter at a time."""
        return chain.from_iterable(self._gates(weights, path) for path in chain.from_iterable(self.parts))

    def _gates(self, weights: Weights, path: str) -> Iterator[NDArray[np.float32]]:
        gates = weights[path].reshape(len(self.gates), -1)
        return (gates[gate] for gate in self.gates)


class PackedLayer(NamedTuple):
    """What one layer of a recurrent op reads, in the order of ONNX's inputs."""

    weight: Packed
    recurrent: Packed
    bias: Packed


def packed_layers(op: Recurrent, x: TensorType, paths: Mapping[str, str]) -> Iterator[PackedLayer]:
    """What each layer of ``op`` reads; ``paths`` are its parameters' by the op's own names for them."""
    rows = GATES[op.cell] * op.hidden
    for layer, width in enumerate(op.widths(x)):
        yield PackedLayer(
            _packed(op, paths, f"W_l{layer}", (rows, width), f"weight_ih_l{layer}"),
            _packed(op, paths, f"R_l{layer}", (rows, op.hidden), f"weight_hh_l{layer}"),
            _packed(op, paths, f"B_l{layer}", (2 * rows,), f"bias_ih_l{layer}", f"bias_hh_l{layer}"),
        )


def _packed(op: Recurrent, paths: Mapping[str, str], name: str, shape: tuple[int, ...], *owns: str) -> Packed:
    """The initializer ``name`` of parameters whose own names are ``owns``, and backward ``owns_reverse``."""
    suffixes = ("", "_reverse")[: op.directions]
    parts = tuple(tuple(paths[f"{own}{suffix}"] for own in owns) for suffix in suffixes)
    prefix = paths[owns[0]].removesuffix(owns[0])
    return Packed(f"{prefix}{name}", (op.directions, *shape), parts, ORDERS[op.cell])


def packed_of(node: Node) -> Iterator[Packed]:
    """What a node reads packed; nothing but for recurrent layers, which read nothing else."""
    if isinstance(node.op, Recurrent):
        for layer in packed_layers(node.op, node.inputs[0].type, node.parameters):
            yield from layer


def with_packed(request: Request, laid_out: Mapping[str, LaidOut]) -> Weights:
    """The numbers of every initializer of a network: its weights, and what is packed or laid out of them."""
    packed: dict[str, Packed | LaidOut] = {each.name: each for each in laid_out.values()}
    packed |= {each.name: each for node in request.graph.evaluated for each in packed_of(node)}
    return WithPacked(request.weights, packed) if packed else request.weights


@final
class WithPacked(Mapping[str, "NDArray[np.float32]"]):
    """Weights by path, and packed or laid out ones by name, each made when it is asked for."""

    def __init__(self, weights: Weights, packed: Mapping[str, Packed | LaidOut]) -> None:
        self._weights = weights
        self._packed = packed

    def __getitem__(self, name: str) -> NDArray[np.float32]:
        if name not in self._packed:
            return self._weights[name]
        return gathered(self._packed[name].shape, self.pieces(name))

    def pieces(self, name: str) -> Iterator[NDArray[np.float32]]:
        """The numbers at ``name``, in parts; see ``netc.weights.pieces``."""
        if name in self._packed:
            return self._packed[name].pieces(self._weights)
        return pieces(self._weights, name)

    def __iter__(self) -> Iterator[str]:
        yield from self._weights
        yield from (name for name in self._packed if name not in self._weights)

    def __len__(self) -> int:
        return sum(1 for _ in self)
