"""Parameters and the way they begin."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

from netc.types.dims import Shape, product
from netc.types.tensor import Dtype

Scheme: TypeAlias = Literal[
    "kaiming_normal",
    "kaiming_uniform",
    "xavier_normal",
    "xavier_uniform",
    "lecun_normal",
    "orthogonal",
    "normal",
    "uniform",
    "trunc_normal",
    "zeros",
    "ones",
    "constant",
    "dirac",
]


class Initializer(NamedTuple):
    """How a parameter begins: a scheme, and its one argument where it has one.

    The argument is the standard deviation of ``normal`` and ``trunc_normal``, the bound of
    ``uniform`` and the value of ``constant``.
    """

    scheme: Scheme
    argument: float = 0.0


class ParameterType(NamedTuple):
    """What a parameter (or buffer, which no gradient changes) is."""

    shape: Shape
    dtype: Dtype = "float32"
    trainable: bool = True

    @property
    def elements(self) -> int:
        """The number of elements."""
        return product(self.shape)


class OwnParameter(NamedTuple):
    """A parameter as the op that owns it declares it.

    ``fan_in`` and ``fan_out`` are the numbers of terms that an output sums, and of outputs that an
    input reaches, per weight as PyTorch counts them (the receptive field's size times axis 1, or
    axis 0, of the weight); ``groups`` tells ``dirac`` where each group's identity begins.
    """

    name: str
    shape: Shape
    initializer: Initializer
    fan_in: int = 1
    fan_out: int = 1
    trainable: bool = True
    groups: int = 1
