"""Normalisation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from netc.errors import Mistake
from netc.ops.op import LEAVE_OUT, ONES, ZEROS, Family, Operation, require_float
from netc.ops.reading import Readings, kept
from netc.types import Dim, OwnParameter, TensorType
from netc.types.dims import number


def _check(x: TensorType, what: str) -> None:
    require_float(x, what)
    if not x.shape:
        raise Mistake(
            "E401", f"`{what}` needs a value with channels", label=f"given {x.describe()}", help=LEAVE_OUT
        )


def _affine(x: TensorType, what: str) -> tuple[OwnParameter, ...]:
    channels = number(x.channels, f"the channels of `{what}`")
    return OwnParameter("weight", (channels,), ONES), OwnParameter("bias", (channels,), ZEROS)


@final
@dataclass(frozen=True, slots=True)
class BatchNorm(Operation):
    """Each channel normalised over batch and positions: ``(x − mean)/sqrt(var + eps)·weight + bias``.

    In training by the batch's own mean and (biased) variance, which also move the running statistics
    by ``momentum`` (PyTorch's sense: the new one's share); in evaluation by the running ones. Ioffe
    and Szegedy, Batch Normalization (2015).

    >>> BatchNorm(1e-5, 0.1, affine=True).infer(TensorType((64, 56, 56)))
    TensorType(shape=(64, 56, 56), dtype='float32')
    """

    family: ClassVar[Family] = "norm"

    eps: float
    momentum: float
    affine: bool

    def cancels_shift(self, x: TensorType) -> bool:
        """The mean that is taken off holds it."""
        del x
        return True

    def infer(self, x: TensorType) -> TensorType:
        """The type stays."""
        _check(x, "norm: batch")
        return x

    def parameters(self, *inputs: TensorType) -> tuple[OwnParameter, ...]:
        """Weight and bias where affine, then the buffers ``running_mean`` and ``running_var``: ``[C]``."""
        channels = number(inputs[0].channels, "the channels of `norm: batch`")
        mean = OwnParameter("running_mean", (channels,), ZEROS, buffer=True)
        variance = OwnParameter("running_var", (channels,), ONES, buffer=True)
        return (*(_affine(inputs[0], "norm: batch") if self.affine else ()), mean, variance)

    def uses(self, parameter: str, output: TensorType, *inputs: TensorType) -> Dim:
        """Once at every position."""
        del parameter, inputs
        return output.positions


@final
@dataclass(frozen=True, slots=True)
class LayerNorm(Operation):
    """The channels of each position normalised among themselves; weight and bias a channel.

    Ba, Kiros and Hinton, Layer Normalization (2016); at each position of a map, as ConvNeXt has it.

    >>> LayerNorm(1e-6, affine=True).infer(TensorType((96, 56, 56)))
    TensorType(shape=(96, 56, 56), dtype='float32')
    """

    family: ClassVar[Family] = "norm"

    eps: float
    affine: bool

    def infer(self, x: TensorType) -> TensorType:
        """The type stays."""
        _check(x, "norm: layer")
        return x

    def parameters(self, *inputs: TensorType) -> tuple[OwnParameter, ...]:
        """Weight and bias ``[C]`` where affine."""
        return _affine(inputs[0], "norm: layer") if self.affine else ()

    def uses(self, parameter: str, output: TensorType, *inputs: TensorType) -> Dim:
        """Once at every position."""
        del parameter, inputs
        return output.positions

    def readings(self, output: TensorType, x: TensorType) -> Readings:
        """All channels of each position."""
        del x
        return kept(output.rank, [output.channel_axis])


@final
@dataclass(frozen=True, slots=True)
class LocalResponseNorm(Operation):
    """``x / (k + alpha · mean of squares)^beta``, the mean over ``size`` neighbouring channels.

    Zeros stand beyond the first and last channel, ``size // 2`` before and ``(size − 1) // 2`` after.
    Krizhevsky, Sutskever and Hinton (2012), section 3.3, where the sum stands in place of the mean.

    >>> LocalResponseNorm(5, 1e-4, 0.75, 1.0).infer(TensorType((96, 55, 55)))
    TensorType(shape=(96, 55, 55), dtype='float32')
    """

    family: ClassVar[Family] = "norm"

    size: int
    alpha: float
    beta: float
    k: float

    def infer(self, x: TensorType) -> TensorType:
        """The type stays."""
        _check(x, "norm: lrn")
        return x

    def readings(self, output: TensorType, x: TensorType) -> Readings:
        """All channels of each position."""
        del x
        return kept(output.rank, [output.channel_axis])
