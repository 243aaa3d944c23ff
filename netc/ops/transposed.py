"""Transposed convolution."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import ClassVar, NamedTuple, final

from netc.errors import Mistake
from netc.ops.conv import check_groups, default_bound
from netc.ops.op import Family, Operation, require_map
from netc.ops.reading import Reading, Readings
from netc.ops.window import WholePads, dilated
from netc.types import OwnParameter, TensorType
from netc.types.dims import Dim, at_least, number, refute_at_least
from netc.types.tensor import AXES


@final
@dataclass(frozen=True, slots=True)
class ConvTranspose(Operation):
    """The gradient of a convolution by its input: each element adds a filter, scaled, to the output.

    The filters lie ``stride`` apart. What they cover is followed by ``output_padding`` zeros along each axis;
    then ``crops`` elements are cut off before and after, and the bias is added. Dumoulin and Visin, A guide
    to convolution arithmetic for deep learning (2016), relationship 14.

    >>> op = ConvTranspose(64, (3, 3), (2, 2), ((1, 1), (1, 1)), (1, 1), (1, 1), 1, bias=True)
    >>> op.infer(TensorType((128, 14, 14)))
    TensorType(shape=(64, 28, 28), dtype='float32')
    """

    family: ClassVar[Family] = "weights"

    channels: int
    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    crops: WholePads
    output_padding: tuple[int, ...]
    dilation: tuple[int, ...]
    groups: int
    bias: bool

    def shifts_channels(self, x: TensorType) -> bool:
        """By its bias."""
        del x
        return self.bias

    def infer(self, x: TensorType) -> TensorType:
        """``[C, W…]`` to ``[channels, (W − 1)·S + F − crops + output_padding…]``."""
        require_map(x, "conv_transpose")
        check_groups(number(x.channels, "the channels of `conv_transpose`"), self.channels, self.groups)
        windows = map(dilated, self.kernel, self.dilation)
        fields = zip(x.spatial, windows, self.stride, self.crops, self.output_padding, strict=True)
        spatial: list[Dim] = []
        for axis, (extent, window, stride, (before, after), more) in enumerate(fields):
            covered = (extent - 1) * stride + window
            needed = max(before + after - more, before) + 1
            if not at_least(covered, needed):
                raise _nothing_left(AXES[len(x.spatial)][axis], covered, needed, (before, after))
            spatial.append(covered - before - after + more)
        return x.with_shape((self.channels, *spatial))

    def parameters(self, *inputs: TensorType) -> tuple[OwnParameter, ...]:
        """Weight ``[C, channels/groups, F…]`` and bias ``[channels]``; fans as PyTorch counts them there."""
        reads = number(inputs[0].channels, "the channels of `conv_transpose`")
        shape = (reads, self.channels // self.groups, *self.kernel)
        field = prod(self.kernel)
        fan_in, fan_out = shape[1] * field, reads * field
        start = default_bound(fan_in)
        weight = OwnParameter("weight", shape, start, fan_in, fan_out, groups=self.groups)
        bias = OwnParameter("bias", (self.channels,), start, fan_in, fan_out)
        return (weight, bias) if self.bias else (weight,)

    def multiply_adds(self, output: TensorType, *inputs: TensorType) -> Dim:
        """A channel's filters, once for every input element, cut off or not; the bias is not counted."""
        del output
        return inputs[0].elements * (self.channels // self.groups) * prod(self.kernel)

    def uses(self, parameter: str, output: TensorType, *inputs: TensorType) -> Dim:
        """The weight once at every input position, the bias at every output position.

        >>> op = ConvTranspose(64, (3, 3), (2, 2), ((1, 1), (1, 1)), (1, 1), (1, 1), 1, bias=True)
        >>> types = TensorType((64, 28, 28)), TensorType((128, 14, 14))
        >>> op.uses("weight", *types), op.uses("bias", *types)
        (196, 784)
        """
        return inputs[0].positions if parameter == "weight" else output.positions

    def readings(self, output: TensorType, x: TensorType) -> Readings:
        """All channels, and the elements whose filters reach there."""
        del output, x
        fields = zip(self.kernel, self.stride, self.crops, self.dilation, strict=True)
        spatial = (
            Reading(axis, before - dilated(kernel, gap) + stride, before, up=stride)
            for axis, (kernel, stride, (before, _), gap) in enumerate(fields, start=1)
        )
        return None, *spatial

    def symmetric(self, largest: tuple[int, ...]) -> Symmetric:
        """The same crops with as much padding after as before each axis, as PyTorch and ONNX have it.

        ``largest`` is the largest output padding along each axis that whoever runs it takes.
        """
        axes = zip(self.crops, self.output_padding, self.stride, largest, strict=True)
        fields = [_symmetric(crop, more, stride, most) for crop, more, stride, most in axes]
        added, padding, output_padding, rest = zip(*fields, strict=True)
        return Symmetric(added, padding, output_padding, rest)


class Symmetric(NamedTuple):
    """A transposed convolution whose padding is the same on both sides: one entry a spatial axis.

    ``added`` zeros follow the input, and ``rest`` is cut off the output: a pair, mostly of zeros.
    """

    added: tuple[int, ...]
    padding: tuple[int, ...]
    output_padding: tuple[int, ...]
    rest: WholePads


def _symmetric(
    crop: tuple[int, int], more: int, stride: int, most: int
) -> tuple[int, int, int, tuple[int, int]]:
    before, after = crop
    missing = before - after + more  # at the end, were as much cut there as before
    if missing <= most:
        return 0, before, max(missing, 0), (0, max(-missing, 0))
    start = min(missing - most, before)  # padding that is cut off by itself instead
    beyond = missing - start - most
    added = -(-beyond // stride)
    return added, before - start, most, (start, added * stride - beyond)


def _nothing_left(axis: str, covered: Dim, needed: int, crop: tuple[int, int]) -> Mistake:
    label = f"(W − 1)·S + F = {covered} along {axis}, cropped by {crop[0]} + {crop[1]}"
    way_out = "padding takes away from a transposed convolution: give less of it, or a larger kernel"
    why = refute_at_least(covered, needed)
    if why is not None:
        label, way_out = why.label(label, "{first}, and {second} are needed"), why.help(way_out)
    message = "the padding of `conv_transpose` crops its whole output"
    return Mistake("E407", message, label=label, help=way_out, option="padding")
