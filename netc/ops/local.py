"""Local connections: windows whose weights are not shared."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import ClassVar, final

from netc.ops.conv import check_groups, default_bound
from netc.ops.op import Family, Operation, require_map
from netc.ops.reading import Readings
from netc.ops.window import WholePads, Windows
from netc.types import Dim, OwnParameter, TensorType
from netc.types.dims import number

ROOM = "the size of what `local` reads: it has weights for every position"
WAY_OUT = "use `conv`, whose weights serve every position"


@final
@dataclass(frozen=True, slots=True)
class Local(Operation):
    """A convolution without weight sharing: filters and biases of its own at every position.

    Taigman et al., DeepFace (2014), section 3.2. Its parameters have the size of the map, so that no
    spatial dim can be a symbol.

    >>> op = Local(16, (9, 9), (1, 1), ((0, 0), (0, 0)), (1, 1), 1, bias=True)
    >>> op.infer(TensorType((16, 63, 63)))
    TensorType(shape=(16, 55, 55), dtype='float32')
    >>> op.parameters(TensorType((16, 63, 63)))[0].shape
    (16, 16, 9, 9, 55, 55)
    """

    family: ClassVar[Family] = "weights"

    channels: int
    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    pads: WholePads
    dilation: tuple[int, ...]
    groups: int
    bias: bool

    @property
    def windows(self) -> Windows:
        """Those of the filters."""
        return Windows(self.kernel, self.stride, self.pads, self.dilation)

    def infer(self, x: TensorType) -> TensorType:
        """``[C, W…]`` to ``[channels, (W − F + 2P)/S + 1…]``."""
        require_map(x, "local")
        check_groups(number(x.channels, "the channels of `local`"), self.channels, self.groups)
        return x.with_shape((self.channels, *self.positions(x)))

    def positions(self, x: TensorType) -> tuple[int, ...]:
        """The number of windows along each spatial axis. Raises ``Mistake`` where none fits."""
        spatial = tuple(number(extent, ROOM, WAY_OUT) for extent in x.spatial)
        counts = self.windows.counts(spatial, "local")
        return tuple(number(count, ROOM) for count in counts)

    def parameters(self, *inputs: TensorType) -> tuple[OwnParameter, ...]:
        """Weight ``[channels, C/groups, F…, positions…]`` and bias ``[channels, positions…]``.

        Fans are those of a convolution: of the filters at one position.
        """
        x = inputs[0]
        positions = self.positions(x)
        reads = number(x.channels, "the channels of `local`") // self.groups
        field = prod(self.kernel)
        fan_in, fan_out = reads * field, self.channels * field
        start = default_bound(fan_in)
        shape = (self.channels, reads, *self.kernel, *positions)
        weight = OwnParameter("weight", shape, start, fan_in, fan_out, groups=self.groups)
        bias = OwnParameter("bias", (self.channels, *positions), start, fan_in, fan_out)
        return (weight, bias) if self.bias else (weight,)

    def multiply_adds(self, output: TensorType, *inputs: TensorType) -> Dim:
        """A filter's weights, once for every output element; the bias is not counted."""
        return output.elements * (inputs[0].channels // self.groups) * prod(self.kernel)

    def readings(self, output: TensorType, x: TensorType) -> Readings:
        """All channels, and the windows."""
        del output, x
        return None, *self.windows.readings()
