"""Parameters and the way they begin."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

from netc.types.dims import product
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


Shape: TypeAlias = tuple[int, ...]
"""The dims of a parameter: numbers, whatever symbols its network has."""


class Initializer(NamedTuple):
    """How a parameter begins: a scheme, and its one argument where it has one.

    The argument is the standard deviation of ``normal`` and ``trunc_normal``, the bound of
    ``uniform`` and the value of ``constant``.
    """

    scheme: Scheme
    argument: float = 0.0


class ParameterType(NamedTuple):
    """What a parameter or buffer is.

    A ``buffer`` is no parameter: training may move it (running statistics), but by no gradient. ``trainable``
    is false for buffers, and for parameters that the spec says are ``frozen``.
    """

    shape: Shape
    dtype: Dtype = "float32"
    trainable: bool = True
    buffer: bool = False

    @property
    def elements(self) -> int:
        """The number of elements."""
        return product(self.shape)


class OwnParameter(NamedTuple):
    """A parameter as the op that owns it declares it.

    ``fan_in`` and ``fan_out`` are the numbers of terms that an output sums, and of outputs that an
    input reaches, per weight as PyTorch counts them (the receptive field's size times axis 1, or
    axis 0, of the weight); ``groups`` tells ``dirac`` where each group's identity begins. A ``buffer``
    is moved by no gradient.
    """

    name: str
    shape: Shape
    initializer: Initializer
    fan_in: int = 1
    fan_out: int = 1
    buffer: bool = False
    groups: int = 1

    @property
    def role(self) -> Literal["weight", "bias", ""]:
        """Which word of a layer's ``init`` option speaks of it; a buffer's is empty.

        >>> OwnParameter("bias_ih_l0", (64,), Initializer("zeros")).role
        'bias'
        """
        words = self.name.replace(".", "_").split("_")
        return "" if self.buffer else "bias" if "bias" in words else "weight" if "weight" in words else ""
