"""Weights in narrower numbers than float32: converted as they are asked for, and none lost in silence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, final

import numpy as np
from onnx import ModelProto, TensorProto

from netc.errors import WeightsError
from netc.weights.pieces import pieces, slices
from netc_onnx.element_types import FLOAT_NAMES, LARGEST, SMALLEST, is_finite, is_zero, stored_as

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netc.artifact import FloatType
    from netc_onnx.weights import Weights

MOST_LINES = 100
"""How many parameters are listed, at most."""


class Loss(NamedTuple):
    """What rounding did to the numbers of a parameter, or of part of one.

    ``overflown`` of them became infinite, ``vanished`` became zero, ``present`` were not zero before;
    ``largest`` is the largest, without its sign.
    """

    size: int = 0
    overflown: int = 0
    vanished: int = 0
    present: int = 0
    largest: float = 0.0

    @classmethod
    def of(cls, before: NDArray[np.float32], after: NDArray[Any], data_type: int) -> Loss:
        """That of a part."""
        present = np.count_nonzero(before)
        return cls(
            before.size,
            int(np.count_nonzero(np.isfinite(before)) - np.count_nonzero(is_finite(after, data_type))),
            int(present - after.size + np.count_nonzero(is_zero(after, data_type))),
            int(present),
            float(max(before.max(initial=0.0), -before.min(initial=0.0))),
        )

    def and_of(self, other: Loss) -> Loss:
        """That of both parts."""
        return Loss(
            self.size + other.size,
            self.overflown + other.overflown,
            self.vanished + other.vanished,
            self.present + other.present,
            max(self.largest, other.largest),
        )

    def problem(self, name: str, dtype: FloatType) -> str | None:
        """Why a network cannot do with what is left, or ``None`` where it can."""
        if self.overflown:
            fact = f"has {self.overflown:,} of {self.size:,} numbers beyond the largest of {dtype}"
            return f"`{name}` {fact} ({LARGEST[dtype]}), up to {self.largest:.6g}"
        if self.present and self.vanished == self.present:
            fact = f"becomes zero: its largest number is {self.largest:.3g}, and the smallest of {dtype}"
            return f"`{name}` {fact} is {SMALLEST[dtype]}"
        return None


@final
class Narrowed(Mapping[str, "NDArray[Any]"]):
    """The numbers of a model's initializers as a file holds those of the types that the model says.

    What becomes of them is kept account of while they are asked for: see ``verify`` and ``remarks``.
    """

    def __init__(self, weights: Weights, model: ModelProto) -> None:
        self._weights = weights
        self._types = {tensor.name: tensor.data_type for tensor in model.graph.initializer}
        self._losses: dict[str, Loss] = {}

    def __getitem__(self, name: str) -> NDArray[Any]:
        array = self._weights[name]
        return np.concatenate(list(self._converted(name, iter((array.reshape(-1),))))).reshape(array.shape)

    def pieces(self, name: str) -> Iterator[NDArray[Any]]:
        """The numbers at ``name``, in parts; see ``netc.weights.pieces``."""
        return self._converted(name, pieces(self._weights, name))

    def __iter__(self) -> Iterator[str]:
        return iter(self._weights)

    def __len__(self) -> int:
        return len(self._weights)

    def _converted(self, name: str, parts: Iterator[NDArray[np.float32]]) -> Iterator[NDArray[Any]]:
        data_type = self._types.get(name, TensorProto.FLOAT)
        if data_type == TensorProto.FLOAT:
            yield from parts
            return
        loss = Loss()
        for part in parts:
            for place in slices(part.size):
                stored = stored_as(part[place], data_type)
                loss = loss.and_of(Loss.of(part[place], stored, data_type))
                yield stored
        self._losses[name] = loss

    def verify(self) -> None:
        """Raise ``WeightsError`` where a parameter asked for became infinite in part, or all zero."""
        found = [loss.problem(name, self._dtype(name)) for name, loss in self._losses.items()]
        problems = [problem for problem in found if problem is not None]
        if problems:
            rest = len(problems) - MOST_LINES
            raise WeightsError([*problems[:MOST_LINES], *([f"and {rest:,} more"] if rest > 0 else [])])

    def remarks(self) -> tuple[str, ...]:
        """How many numbers of the parameters that were asked for were too small, in a line, if any was."""
        total = Loss()
        for loss in self._losses.values():
            total = total.and_of(loss)
        if not total.vanished:
            return ()
        dtype = self._dtype(next(iter(self._losses)))
        share = f"{100 * total.vanished / total.size:.2g} %"
        return (f"{total.vanished:,} of {total.size:,} weights ({share}) are 0: too small for {dtype}",)

    def _dtype(self, name: str) -> FloatType:
        return FLOAT_NAMES[self._types[name]]
