"""Convolution."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, final

from netc.errors import Mistake
from netc.ops.op import Family, Operation, require_map
from netc.ops.reading import Readings
from netc.ops.window import Pads, Windows
from netc.types import Dim, Initializer, OwnParameter, TensorType
from netc.types.dims import divides, number, product


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

    family: ClassVar[Family] = "weights"

    channels: int
    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    pads: Pads
    dilation: tuple[int, ...]
    groups: int
    bias: bool

    @property
    def windows(self) -> Windows:
        """Those of the filters."""
        return Windows(self.kernel, self.stride, self.pads, self.dilation)

    def shifts_channels(self, x: TensorType) -> bool:
        """By its bias."""
        del x
        return self.bias

    def infer(self, x: TensorType) -> TensorType:
        """``[C, W…]`` to ``[channels, (W − F + 2P)/S + 1…]``."""
        require_map(x, "conv")
        check_groups(number(x.channels, "the channels of `conv`"), self.channels, self.groups)
        return x.with_shape((self.channels, *self.windows.counts(x.spatial, "conv")))

    def parameters(self, *inputs: TensorType) -> tuple[OwnParameter, ...]:
        """Weight ``[channels, C/groups, F…]`` and bias ``[channels]``."""
        reads = number(inputs[0].channels, "the channels of `conv`")
        shape = (self.channels, reads // self.groups, *self.kernel)
        field = product(self.kernel)
        fan_in, fan_out = shape[1] * field, self.channels * field
        start = default_bound(fan_in)
        weight = OwnParameter("weight", shape, start, fan_in, fan_out, groups=self.groups)
        bias = OwnParameter("bias", (self.channels,), start, fan_in, fan_out)
        return (weight, bias) if self.bias else (weight,)

    def multiply_adds(self, output: TensorType, *inputs: TensorType) -> Dim:
        """A filter's weights, once for every output element; the bias is not counted."""
        return output.elements * (inputs[0].channels // self.groups) * product(self.kernel)

    def uses(self, parameter: str, output: TensorType, *inputs: TensorType) -> Dim:
        """Weight and bias once at every output position.

        >>> op = Conv(64, (7, 7), (2, 2), ((3, 3), (3, 3)), (1, 1), 1, bias=True)
        >>> op.uses("weight", TensorType((64, 112, 112)), TensorType((3, 224, 224)))
        12544
        """
        del parameter, inputs
        return output.positions

    def readings(self, output: TensorType, x: TensorType) -> Readings:
        """All channels, and the windows."""
        del output, x
        return None, *self.windows.readings()


def check_groups(reads: int, makes: int, groups: int) -> None:
    """Raise unless the groups divide both the input's channels, ``reads``, and the output's, ``makes``."""
    if not divides(groups, reads):
        raise _indivisible("input", reads, groups, nearest_groups(reads, makes, groups))
    if not divides(groups, makes):
        near = [n for n in (makes // groups * groups,) if n]
        listed = " or ".join(map(str, (*near, -(-makes // groups) * groups)))
        raise _indivisible("output", makes, groups, f"{listed} output channels would fit")


def _indivisible(which: str, channels: int, groups: int, way_out: str) -> Mistake:
    message = f"the {which} channels are not divisible by the groups"
    return Mistake("E403", message, label=f"{channels} channels, {groups} groups", help=way_out)


def nearest_groups(reads: int, makes: int, groups: int) -> str:
    """The number of groups nearest to ``groups`` that divides the input's and the output's channels."""
    common = math.gcd(reads, makes)
    if common == 1:
        return f"only 1 group divides both {reads} input and {makes} output channels"
    small = [n for n in range(1, math.isqrt(common) + 1) if common % n == 0]
    fitting = {*small, *(common // n for n in small)} - {1}
    return f"{min(fitting, key=lambda n: (abs(n - groups), n))} groups would fit"
