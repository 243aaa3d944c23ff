"""Linear layers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, final

from netc.errors import Mistake
from netc.ops.conv import default_bound
from netc.ops.op import LEAVE_OUT, Operation, require_float
from netc.types import OwnParameter, TensorType
from netc.types.dims import product


@final
@dataclass(frozen=True, slots=True)
class Linear(Operation):
    """``y = W·x + b`` along one axis: the channels, or the last axis.

    On a vector both are the same; on a sequence and, where asked for, on a feature map the same
    weights serve every position.

    >>> Linear(10, bias=True, axis="channels").infer(TensorType((84,)))
    TensorType(shape=(10,), dtype='float32')
    """

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

    def axis_of(self, x: TensorType) -> int:
        """The axis of ``x`` that the weights run along."""
        return x.channel_axis if self.axis == "channels" else x.rank - 1

    def parameters(self, *inputs: TensorType) -> tuple[OwnParameter, ...]:
        """Weight ``[features, F]`` and bias ``[features]``."""
        fan_in = inputs[0].shape[self.axis_of(inputs[0])]
        start = default_bound(fan_in)
        weight = OwnParameter("weight", (self.features, fan_in), start, fan_in, self.features)
        bias = OwnParameter("bias", (self.features,), start, fan_in, self.features)
        return (weight, bias) if self.bias else (weight,)

    def multiply_adds(self, output: TensorType, *inputs: TensorType) -> int:
        """The weights once for every position."""
        axis = self.axis_of(inputs[0])
        positions = product(dim for index, dim in enumerate(output.shape) if index != axis)
        return positions * self.features * inputs[0].shape[axis]
