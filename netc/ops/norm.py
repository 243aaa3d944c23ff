"""Normalisation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from netc.ops.normalisation import Normalisation, require_channels, weight_and_bias
from netc.ops.op import ONES, ZEROS
from netc.ops.reading import Readings, kept
from netc.types import OwnParameter, TensorType
from netc.types.dims import number


@final
@dataclass(frozen=True, slots=True)
class BatchNorm(Normalisation):
    """Each channel normalised over batch and positions: ``(x − mean)/sqrt(var + eps)·weight + bias``.

    In training by the batch's own mean and (biased) variance, which also move the running statistics
    by ``momentum`` (PyTorch's sense: the new one's share); in evaluation by the running ones. Ioffe
    and Szegedy, Batch Normalization (2015).

    >>> BatchNorm(1e-5, 0.1, affine=True).infer(TensorType((64, 56, 56)))
    TensorType(shape=(64, 56, 56), dtype='float32')
    """

    eps: float
    momentum: float
    affine: bool

    def cancels_shift(self, x: TensorType) -> bool:
        """The mean that is taken off holds it."""
        del x
        return True

    def infer(self, x: TensorType) -> TensorType:
        """The type stays."""
        require_channels(x, "norm: batch")
        return x

    def parameters(self, *inputs: TensorType) -> tuple[OwnParameter, ...]:
        """Weight and bias where affine, then the buffers ``running_mean`` and ``running_var``: ``[C]``."""
        channels = number(inputs[0].channels, "the channels of `norm: batch`")
        mean = OwnParameter("running_mean", (channels,), ZEROS, buffer=True)
        variance = OwnParameter("running_var", (channels,), ONES, buffer=True)
        return (*(weight_and_bias(inputs[0], "norm: batch") if self.affine else ()), mean, variance)


@final
@dataclass(frozen=True, slots=True)
class LayerNorm(Normalisation):
    """The channels of each position normalised among themselves; weight and bias a channel.

    Ba, Kiros and Hinton, Layer Normalization (2016); at each position of a map, as ConvNeXt has it.

    >>> LayerNorm(1e-6, affine=True).infer(TensorType((96, 56, 56)))
    TensorType(shape=(96, 56, 56), dtype='float32')
    """

    eps: float
    affine: bool

    def infer(self, x: TensorType) -> TensorType:
        """The type stays."""
        require_channels(x, "norm: layer")
        return x

    def parameters(self, *inputs: TensorType) -> tuple[OwnParameter, ...]:
        """Weight and bias ``[C]`` where affine."""
        return weight_and_bias(inputs[0], "norm: layer") if self.affine else ()

    def readings(self, output: TensorType, x: TensorType) -> Readings:
        """All channels of each position."""
        del x
        return kept(output.rank, [output.channel_axis])


@final
@dataclass(frozen=True, slots=True)
class LocalResponseNorm(Normalisation):
    """``x / (k + alpha · mean of squares)^beta``, the mean over ``size`` neighbouring channels.

    Zeros stand beyond the first and last channel, ``size // 2`` before and ``(size − 1) // 2`` after.
    Krizhevsky, Sutskever and Hinton (2012), section 3.3, where the sum stands in place of the mean.

    >>> LocalResponseNorm(5, 1e-4, 0.75, 1.0).infer(TensorType((96, 55, 55)))
    TensorType(shape=(96, 55, 55), dtype='float32')
    """

    size: int
    alpha: float
    beta: float
    k: float

    def infer(self, x: TensorType) -> TensorType:
        """The type stays."""
        require_channels(x, "norm: lrn")
        return x

    def readings(self, output: TensorType, x: TensorType) -> Readings:
        """All channels of each position."""
        del x
        return kept(output.rank, [output.channel_axis])
