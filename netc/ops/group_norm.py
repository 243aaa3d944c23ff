"""Normalisation inside one sample: of groups of channels, of single channels, of single positions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from netc.errors import Mistake
from netc.ops.groups import group_size
from netc.ops.normalisation import Normalisation, require_channels, weight, weight_and_bias
from netc.ops.op import require_float
from netc.ops.reading import Readings, kept
from netc.types import OwnParameter, TensorType
from netc.types.dims import at_least, equal, number, refute_at_least


def _require_positions(x: TensorType, message: str, label: str, way_out: str) -> None:
    """Raise unless a channel's elements lie at more than one position, whatever the sizes."""
    if not at_least(x.positions, 2):
        why = refute_at_least(x.positions, 2)
        if why is not None and why.symbols:
            label, way_out = why.label(label, "{first} element"), why.help(way_out)
        raise Mistake("E407", message, label=label, help=way_out)


@final
@dataclass(frozen=True, slots=True)
class GroupNorm(Normalisation):
    """The channels in ``groups`` equal parts, each normalised over its channels and all positions.

    ``(x − mean)/sqrt(var + eps)·weight + bias``, mean and (biased) variance a sample and group, weight
    and bias a channel. Positions are those of space in a map and of time in a sequence; a vector has
    none. Wu and He, Group Normalization (2018).

    >>> GroupNorm(32, 1e-5, affine=True).infer(TensorType((64, 56, 56)))
    TensorType(shape=(64, 56, 56), dtype='float32')
    """

    groups: int
    eps: float
    affine: bool

    def cancels_shift(self, x: TensorType) -> bool:
        """A group's mean holds the shift of its one channel; of several, only what they have in common."""
        return equal(x.channels, self.groups)

    def infer(self, x: TensorType) -> TensorType:
        """The type stays."""
        require_channels(x, "norm: group")
        if group_size(x.channels, self.groups, "norm: group") == 1:
            _require_positions(
                x,
                "each group of `norm: group` has one element, and one element minus its mean is 0",
                f"{self.groups} groups, given {x.describe()}",
                "use fewer groups, or put it before what pools the positions away",
            )
        return x

    def parameters(self, *inputs: TensorType) -> tuple[OwnParameter, ...]:
        """Weight and bias ``[C]`` where affine."""
        return weight_and_bias(inputs[0], "norm: group") if self.affine else ()

    def readings(self, output: TensorType, x: TensorType) -> Readings:
        """Everything: the statistics are those of all positions."""
        del x
        return kept(output.rank, range(output.rank))


@final
@dataclass(frozen=True, slots=True)
class InstanceNorm(Normalisation):
    """Each channel of each sample normalised over its positions.

    ``(x − mean)/sqrt(var + eps)·weight + bias`` with the sample's own (biased) statistics, in training and
    evaluation alike. Ulyanov, Vedaldi and Lempitsky, Instance Normalization (2016).

    >>> InstanceNorm(1e-5, affine=True).infer(TensorType((64, 56, 56)))
    TensorType(shape=(64, 56, 56), dtype='float32')
    """

    eps: float
    affine: bool

    def cancels_shift(self, x: TensorType) -> bool:
        """The mean that is taken off holds it."""
        del x
        return True

    def infer(self, x: TensorType) -> TensorType:
        """The type stays."""
        require_float(x, "norm: instance")
        if not (x.is_map or x.is_sequence):
            raise Mistake(
                "E401",
                "`norm: instance` needs a feature map or a sequence",
                label=f"given {x.describe()}",
                help="without positions, `norm: layer` normalises the channels",
            )
        _require_positions(
            x,
            "each channel of `norm: instance` has one element, and one element minus its mean is 0",
            f"given {x.describe()}",
            "put it before what shrinks the positions to one, or leave it out",
        )
        number(x.channels, "the channels of `norm: instance`")
        return x

    def parameters(self, *inputs: TensorType) -> tuple[OwnParameter, ...]:
        """Weight and bias ``[C]`` where affine."""
        return weight_and_bias(inputs[0], "norm: instance") if self.affine else ()

    def readings(self, output: TensorType, x: TensorType) -> Readings:
        """Each channel by itself, at all positions: the statistics are theirs."""
        del x
        return kept(output.rank, (axis for axis in range(output.rank) if axis != output.channel_axis))


@final
@dataclass(frozen=True, slots=True)
class RmsNorm(Normalisation):
    """The channels of each position by their root mean square: ``x / sqrt(mean(x²) + eps)·weight``.

    Zhang and Sennrich, Root Mean Square Layer Normalization (2019).

    >>> RmsNorm(1e-6, affine=True).infer(TensorType((197, 768), layout="sequence"))
    TensorType(shape=(197, 768), dtype='float32')
    """

    eps: float
    affine: bool

    def infer(self, x: TensorType) -> TensorType:
        """The type stays."""
        require_channels(x, "norm: rms")
        if self.affine:
            number(x.channels, "the channels of `norm: rms`")
        return x

    def parameters(self, *inputs: TensorType) -> tuple[OwnParameter, ...]:
        """Weight ``[C]`` where affine."""
        return (weight(inputs[0], "norm: rms"),) if self.affine else ()

    def readings(self, output: TensorType, x: TensorType) -> Readings:
        """All channels of each position."""
        del x
        return kept(output.rank, [output.channel_axis])


@final
@dataclass(frozen=True, slots=True)
class L2Norm(Normalisation):
    """The channels of each position by their Euclidean length: ``x / max(‖x‖, eps)``.

    >>> L2Norm(1e-12).infer(TensorType((128,)))
    TensorType(shape=(128,), dtype='float32')
    """

    eps: float

    def infer(self, x: TensorType) -> TensorType:
        """The type stays."""
        require_channels(x, "norm: l2")
        return x

    def readings(self, output: TensorType, x: TensorType) -> Readings:
        """All channels of each position."""
        del x
        return kept(output.rank, [output.channel_axis])
