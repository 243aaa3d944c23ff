"""Convolution."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import final

from netc.errors import Mistake
from netc.ops.op import Operation, require_map
from netc.ops.window import Pads, Windows
from netc.types import Initializer, OwnParameter, TensorType
from netc.types.dims import divides, product


def default_bound(fan_in: int) -> Initializer:
    """PyTorch's start of convolutions and linear layers: uniform within ±1/sqrt(fan_in).

    It is ``kaiming_uniform_(a=sqrt(5))`` there: sqrt(6 / ((1 + 5) · fan_in)).
    """
    return Initializer("uniform", 1 / math.sqrt(fan_in))


@final
@dataclass(frozen=True, slots=True)
class Conv(Operation):
    """Convolution in 1, 2 or 3 spatial axes; the same filters at every position.

    >>> op = Conv(64, (7, 7), (2, 2), ((3, 3), (3, 3)), (1, 1), 1, bias=True)
    >>> op.infer(TensorType((3, 224, 224)))
    TensorType(shape=(64, 112, 112), dtype='float32')
    """

    channels: int
    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    pads: Pads
    dilation: tuple[int, ...]
    groups: int
    bias: bool

    def infer(self, x: TensorType) -> TensorType:
        """``[C, W…]`` to ``[channels, (W − F + 2P)/S + 1…]``."""
        require_map(x, "conv")
        if not divides(self.groups, x.channels):
            raise _indivisible("input", x.channels, self.groups, nearest_groups(x.channels, self))
        if not divides(self.groups, self.channels):
            near = [n for n in (self.channels // self.groups * self.groups,) if n]
            listed = " or ".join(map(str, (*near, -(-self.channels // self.groups) * self.groups)))
            raise _indivisible("output", self.channels, self.groups, f"{listed} output channels would fit")
        windows = Windows(self.kernel, self.stride, self.pads, self.dilation)
        return x.with_shape((self.channels, *windows.counts(x.spatial, "conv")))

    def parameters(self, *inputs: TensorType) -> tuple[OwnParameter, ...]:
        """Weight ``[channels, C/groups, F…]`` and bias ``[channels]``."""
        shape = (self.channels, inputs[0].channels // self.groups, *self.kernel)
        field = product(self.kernel)
        fan_in, fan_out = shape[1] * field, self.channels * field
        start = default_bound(fan_in)
        weight = OwnParameter("weight", shape, start, fan_in, fan_out, groups=self.groups)
        bias = OwnParameter("bias", (self.channels,), start, fan_in, fan_out)
        return (weight, bias) if self.bias else (weight,)

    def multiply_adds(self, output: TensorType, *inputs: TensorType) -> int:
        """A filter's weights, once for every output element; the bias is not counted."""
        return output.elements * (inputs[0].channels // self.groups) * product(self.kernel)


def _indivisible(which: str, channels: int, groups: int, way_out: str) -> Mistake:
    message = f"the {which} channels are not divisible by the groups"
    return Mistake("E403", message, label=f"{channels} channels, {groups} groups", help=way_out)


def nearest_groups(channels: int, conv: Conv) -> str:
    """The number of groups nearest to a convolution's that divides its input's and output's channels."""
    common = math.gcd(channels, conv.channels)
    if common == 1:
        return f"only 1 group divides both {channels} input and {conv.channels} output channels"
    small = [n for n in range(1, math.isqrt(common) + 1) if common % n == 0]
    fitting = {*small, *(common // n for n in small)} - {1}
    return f"{min(fitting, key=lambda n: (abs(n - conv.groups), n))} groups would fit"
