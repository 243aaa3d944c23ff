"""Linear layers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, final

from netc.errors import Mistake
from netc.ops.conv import default_bound
from netc.ops.op import LEAVE_OUT, Family, Operation, require_float
from netc.ops.reading import Readings, kept
from netc.types import Dim, OwnParameter, TensorType
from netc.types.dims import number, product


@final
@dataclass(frozen=True, slots=True)
class Linear(Operation):
    """``y = W·x + b`` along one axis: the channels, or the last axis.

    On a vector both are the same; on a sequence and, where asked for, on a feature map the same
    weights serve every position.

    >>> Linear(10, bias=True, axis="channels").infer(TensorType((84,)))
    TensorType(shape=(10,), dtype='float32')
    """

    family: ClassVar[Family] = "weights"

    features: int
    bias: bool
    axis: Literal["channels", "last"]

    def infer(self, x: TensorType) -> TensorType:
        """The axis's size becomes ``features``; all else stays."""
        require_float(x, "linear")
        if not x.shape:
            raise Mistake(
                "E401", "`linear` needs a vector or a sequence", label=f"given {x.describe()}", help=LEAVE_OUT
            )
        axis = self.axis_of(x)
        return x.with_shape((*x.shape[:axis], self.features, *x.shape[axis + 1 :]))

    def shifts_channels(self, x: TensorType) -> bool:
        """By its bias, where its axis is that of the channels."""
        return self.bias and self.axis_of(x) == x.channel_axis

    def axis_of(self, x: TensorType) -> int:
        """The axis of ``x`` that the weights run along."""
        return x.channel_axis if self.axis == "channels" else x.rank - 1

    def parameters(self, *inputs: TensorType) -> tuple[OwnParameter, ...]:
        """Weight ``[features, F]`` and bias ``[features]``."""
        features = inputs[0].shape[self.axis_of(inputs[0])]
        way_out = "`global_pool` leaves the channels alone"
        fan_in = number(features, "the features that `linear` reads", way_out)
        start = default_bound(fan_in)
        weight = OwnParameter("weight", (self.features, fan_in), start, fan_in, self.features)
        bias = OwnParameter("bias", (self.features,), start, fan_in, self.features)
        return (weight, bias) if self.bias else (weight,)

    def multiply_adds(self, output: TensorType, *inputs: TensorType) -> Dim:
        """The weights once for every position."""
        axis = self.axis_of(inputs[0])
        positions = product(dim for index, dim in enumerate(output.shape) if index != axis)
        return positions * self.features * inputs[0].shape[axis]

    def uses(self, parameter: str, output: TensorType, *inputs: TensorType) -> Dim:
        """Weight and bias once at every position along the other axes.

        >>> op = Linear(512, bias=True, axis="channels")
        >>> x = TensorType((20, 64), layout="sequence")
        >>> op.uses("weight", op.infer(x), x)
        20
        """
        del parameter
        axis = self.axis_of(inputs[0])
        return product(dim for index, dim in enumerate(output.shape) if index != axis)

    def readings(self, output: TensorType, x: TensorType) -> Readings:
        """All elements along its axis."""
        return kept(output.rank, [self.axis_of(x)])
