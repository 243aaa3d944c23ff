"""Normalisation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from netc.errors import Mistake
from netc.ops.op import LEAVE_OUT, ONES, ZEROS, Operation, require_float
from netc.types import OwnParameter, TensorType


def _check(x: TensorType, what: str) -> None:
    require_float(x, what)
    if not x.shape:
        raise Mistake(
            "E401", f"`{what}` needs a value with channels", label=f"given {x.describe()}", help=LEAVE_OUT
        )


def _affine(channels: int) -> tuple[OwnParameter, ...]:
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

    eps: float
    momentum: float
    affine: bool

    def infer(self, x: TensorType) -> TensorType:
        """The type stays."""
        _check(x, "norm: batch")
        return x

    def parameters(self, *inputs: TensorType) -> tuple[OwnParameter, ...]:
        """Weight and bias where affine, then the buffers ``running_mean`` and ``running_var``: ``[C]``."""
        channels = inputs[0].channels
        mean = OwnParameter("running_mean", (channels,), ZEROS, trainable=False)
        variance = OwnParameter("running_var", (channels,), ONES, trainable=False)
        return (*(_affine(channels) if self.affine else ()), mean, variance)


@final
@dataclass(frozen=True, slots=True)
class LayerNorm(Operation):
    """The channels of each position normalised among themselves; weight and bias a channel.

    Ba, Kiros and Hinton, Layer Normalization (2016); at each position of a map, as ConvNeXt has it.

    >>> LayerNorm(1e-6, affine=True).infer(TensorType((96, 56, 56)))
    TensorType(shape=(96, 56, 56), dtype='float32')
    """

    eps: float
    affine: bool

    def infer(self, x: TensorType) -> TensorType:
        """The type stays."""
        _check(x, "norm: layer")
        return x

    def parameters(self, *inputs: TensorType) -> tuple[OwnParameter, ...]:
        """Weight and bias ``[C]`` where affine."""
        return _affine(inputs[0].channels) if self.affine else ()


@final
@dataclass(frozen=True, slots=True)
class LocalResponseNorm(Operation):
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
        _check(x, "norm: lrn")
        return x
