"""Parameters laid out in the file as the nodes that read them need them, where a model is optimised.

A matrix product along the last axis needs the transpose of the weight, and a factor a channel needs axes of
size 1 after the channels. As written, nodes of the model do that; optimised, the numbers are stored so.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, final

import numpy as np

from netc.weights.pieces import PIECE, slices
from netc_onnx.tensors import Attribute, Tensor, whole

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from numpy.typing import NDArray

    from netc.graph import Parameter
    from netc_onnx.tensors import Extents
    from netc_onnx.weights import Weights

TURNED = "_turned"
"""Ends the name of a parameter whose numbers are in another order than the spec's: ``PATH.weight_turned``."""

Step: TypeAlias = tuple[str, tuple[int, ...]]
"""``Reshape`` to a shape, or ``Transpose`` to an order of axes."""


class LaidOut(NamedTuple):
    """The numbers of the parameter at ``path`` in another shape or order, by ``steps``."""

    path: str
    shape: tuple[int, ...]
    steps: tuple[Step, ...]

    @property
    def name(self) -> str:
        """The parameter's path where its numbers keep their order."""
        moved = any(kind == "Transpose" for kind, _ in self.steps)
        return f"{self.path}{TURNED}" if moved else self.path

    def pieces(self, weights: Weights) -> Iterator[NDArray[np.float32]]:
        """The numbers, in parts; the parameter is held whole meanwhile."""
        array = weights[self.path]
        for kind, numbers in self.steps:
            array = array.reshape(numbers) if kind == "Reshape" else array.transpose(numbers)
        for rows in slices(len(array), max(1, PIECE // max(1, array[:1].size))):
            yield np.ascontiguousarray(array[rows]).reshape(-1)


@final
class Layouts:
    """How nodes read each parameter, while a graph is lowered.

    ``fixed`` are the paths of those that are stored as the spec has them, whatever nodes need.
    """

    def __init__(self, parameters: Mapping[str, Parameter], fixed: Collection[str]) -> None:
        self._known: dict[tuple[str, Extents], LaidOut] = {}
        for path, parameter in parameters.items():
            self._known[path, parameter.type.shape] = LaidOut(path, parameter.type.shape, ())
        self._fixed = fixed
        self._read: dict[str, set[LaidOut]] = defaultdict(set)

    def laid_out(
        self, kind: str, x: Tensor, shape: Extents, attributes: Mapping[str, Attribute]
    ) -> Tensor | None:
        """What a node that lays ``x`` out anew would make, as a tensor of the file; else nothing."""
        known = self._known.get((x.name, x.shape))
        if known is None or known.path in self._fixed or not whole(shape):
            return None
        if kind in ("Reshape", "Unsqueeze"):
            step: Step = ("Reshape", shape)
        elif kind == "Transpose":
            order = attributes["perm"]
            assert not isinstance(order, int | float | str)
            step = (kind, tuple(int(axis) for axis in order))
        else:
            return None
        made = LaidOut(known.path, shape, (*known.steps, step))
        self._known[made.name, shape] = made
        return Tensor(made.name, shape, x.dtype)

    def read(self, tensor: Tensor) -> None:
        """Note that a node reads ``tensor``, be it a parameter or not."""
        known = self._known.get((tensor.name, tensor.shape))
        if known is not None:
            self._read[known.path].add(known)

    def disputed(self) -> frozenset[str]:
        """The paths of the parameters that nodes read in several layouts."""
        return frozenset(path for path, layouts in self._read.items() if len(layouts) > 1)

    def stored(self) -> dict[str, LaidOut]:
        """The layout of each parameter that is read in one that is not the spec's, by path."""
        return {path: one for path, layouts in self._read.items() for one in layouts if one.steps}
