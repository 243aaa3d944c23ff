"""Ops that work element by element: activations, dropout, scales and merges of equal shapes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, final

from netc.errors import Mistake, nth_value
from netc.ops.op import Family, Operation, require_float
from netc.ops.reading import Readings, kept
from netc.types import Dim, Initializer, OwnParameter, Shape, TensorType, shape_text
from netc.types.dims import equal, equal_shapes, number, refute_shapes

Function = Literal[
    "relu",
    "relu6",
    "leaky_relu",
    "elu",
    "selu",
    "gelu",
    "gelu_tanh",
    "silu",
    "hardswish",
    "hardsigmoid",
    "sigmoid",
    "tanh",
    "softplus",
    "mish",
    "abs",
    "square",
    "sqrt",
]

How = Literal["add", "mul", "max", "mean", "sub"]


@final
@dataclass(frozen=True, slots=True)
class Activation(Operation):
    """A function of each element alone.

    ``constant`` is the one constant that some have: the negative slope of ``leaky_relu``, the slope
    of ``hardsigmoid`` (``clip(slope·x + 0.5, 0, 1)``) and the alpha of ``elu``
    (``alpha·(exp(x) − 1)`` below 0); 0 for all others. ``gelu`` is the exact one, with erf;
    ``gelu_tanh`` its approximation (Hendrycks and Gimpel, 2016); ``hardswish`` is
    ``x·clip(x + 3, 0, 6)/6``; ``softplus`` is ``log(1 + exp(x))``.

    >>> Activation("relu").infer(TensorType((6, 28, 28)))
    TensorType(shape=(6, 28, 28), dtype='float32')
    """

    family: ClassVar[Family] = "activation"

    function: Function
    constant: float = 0.0

    def infer(self, x: TensorType) -> TensorType:
        """The type stays."""
        require_float(x, f"act: {self.function}")
        return x


@final
@dataclass(frozen=True, slots=True)
class Prelu(Operation):
    """``x`` above 0, ``weight·x`` below; the weight is learned, one a channel or one for all.

    He et al., Delving Deep into Rectifiers (2015); it starts at 0.25.

    >>> Prelu(per_channel=True).parameters(TensorType((64, 8, 8)))[0].shape
    (64,)
    """

    family: ClassVar[Family] = "activation"

    per_channel: bool

    def infer(self, x: TensorType) -> TensorType:
        """The type stays."""
        require_float(x, "act: prelu")
        if not x.shape and self.per_channel:
            raise Mistake(
                "E401",
                "`prelu` needs channels",
                label="given a scalar",
                help="`per_channel: false` has one slope for all",
            )
        return x

    def parameters(self, *inputs: TensorType) -> tuple[OwnParameter, ...]:
        """Weight ``[C]``, or ``[1]`` for all channels."""
        count = number(inputs[0].channels, "the channels of `act: prelu`") if self.per_channel else 1
        return (OwnParameter("weight", (count,), Initializer("constant", 0.25)),)

    def uses(self, parameter: str, output: TensorType, *inputs: TensorType) -> Dim:
        """Once at every position; the one slope for all channels once for every element.

        >>> Prelu(per_channel=True).uses("weight", TensorType((64, 8, 8)))
        64
        """
        del parameter, inputs
        return output.positions if self.per_channel else output.elements


def axes_help(rank: int) -> str:
    """Which axes a value of this rank has."""
    if not rank:
        return "a scalar has no axes: leave it out"
    return f"its axes, without the batch, are {', '.join(map(str, range(rank)))}"


@final
@dataclass(frozen=True, slots=True)
class Softmax(Operation):
    """``exp(x) / sum(exp(x))`` along ``axis`` (from 0, without the batch), or its logarithm.

    >>> Softmax(0, log=False).infer(TensorType((10,)))
    TensorType(shape=(10,), dtype='float32')
    """

    family: ClassVar[Family] = "activation"

    axis: int
    log: bool

    def infer(self, x: TensorType) -> TensorType:
        """The type stays."""
        require_float(x, "act: softmax")
        if not 0 <= self.axis < x.rank:
            raise Mistake(
                "E401",
                "`axis` is beyond the value's axes",
                label=f"axis {self.axis} of {x.describe()}",
                help=axes_help(x.rank),
                option="axis",
            )
        return x

    def readings(self, output: TensorType, x: TensorType) -> Readings:
        """All elements along its axis."""
        del x
        return kept(output.rank, [self.axis])


@final
@dataclass(frozen=True, slots=True)
class Dropout(Operation):
    """In training each element (``spatial``: each channel) is zero with probability ``p``, else x/(1 − p).

    The identity in evaluation. Srivastava et al., Dropout (2014); Tompson et al. (2015) for channels.

    >>> Dropout(0.4, spatial=False).infer(TensorType((1024,)))
    TensorType(shape=(1024,), dtype='float32')
    """

    family: ClassVar[Family] = "dropout"

    p: float
    spatial: bool

    def infer(self, x: TensorType) -> TensorType:
        """The type stays."""
        require_float(x, "dropout")
        if self.spatial and not (x.is_map or x.is_sequence):
            raise Mistake(
                "E401",
                "`spatial: true` needs a feature map or a sequence",
                label=f"given {x.describe()}",
                help="leave `spatial` out",
                option="spatial",
            )
        return x


@final
@dataclass(frozen=True, slots=True)
class DropPath(Operation):
    """In training each sample is zero as a whole with probability ``p``, else x/(1 − p).

    The identity in evaluation. Huang et al., Deep Networks with Stochastic Depth (2016).

    >>> DropPath(0.1).infer(TensorType((64, 8, 8)))
    TensorType(shape=(64, 8, 8), dtype='float32')
    """

    p: float

    def infer(self, x: TensorType) -> TensorType:
        """The type stays."""
        require_float(x, "drop_path")
        return x


@final
@dataclass(frozen=True, slots=True)
class Scale(Operation):
    """A learned factor a channel, which starts at ``initial``.

    >>> Scale(1e-6).parameters(TensorType((96, 8, 8)))[0].shape
    (96,)
    """

    initial: float

    def infer(self, x: TensorType) -> TensorType:
        """The type stays."""
        require_float(x, "scale")
        if not x.shape:
            raise Mistake("E401", "scale needs a value with channels", label="given a scalar")
        return x

    def parameters(self, *inputs: TensorType) -> tuple[OwnParameter, ...]:
        """Weight ``[C]``."""
        channels = number(inputs[0].channels, "the channels of `scale`")
        return (OwnParameter("weight", (channels,), Initializer("constant", self.initial)),)

    def uses(self, parameter: str, output: TensorType, *inputs: TensorType) -> Dim:
        """Once at every position."""
        del parameter, inputs
        return output.positions


@final
@dataclass(frozen=True, slots=True)
class Combine(Operation):
    """Several values made one, element by element: sum, product, maximum, mean, or first minus second.

    All but the product need equal shapes. A product's factors may have axes of size 1 where the
    others have more, or be a vector of the channels.

    >>> Combine("mul").infer(TensorType((64, 8, 8)), TensorType((64,)))
    TensorType(shape=(64, 8, 8), dtype='float32')
    """

    how: How

    def infer(self, *inputs: TensorType) -> TensorType:
        """The common type."""
        for value in inputs:
            require_float(value, f"merge: {self.how}")
        if self.how == "sub" and len(inputs) != 2:  # a difference has two sides
            help_ = "it is the first minus the second: name two"
            raise Mistake("E309", "`sub` takes two values", label=f"given {len(inputs)}", help=help_)
        if self.how == "mul":
            product = inputs[0]
            for index, value in enumerate(inputs[1:], start=2):
                product = _product(product, value, index)
            return product
        for index, value in enumerate(inputs[1:], start=2):
            if not equal_shapes(inputs[0].shape, value.shape) or inputs[0].layout != value.layout:
                raise unequal(f"`{self.how}` needs equal shapes", inputs[0], value, index)
        return inputs[0]


def unequal(
    message: str, first: TensorType, other: TensorType, index: int, but_for: int | None = None
) -> Mistake:
    """The mistake of a value (the ``index``-th, from 1) that does not fit the first, ``but_for`` an axis."""
    label = f"{nth_value(1)}{shape_text(first.shape)}, {nth_value(index)}{shape_text(other.shape)}"
    if first.shape == other.shape:
        label = f"{nth_value(1)}{first.describe()}, {nth_value(index)}{other.describe()}"
    help_ = _way_to_equal(first, other)
    alike = first.dtype == other.dtype and first.layout == other.layout and first.rank == other.rank
    why = refute_shapes(_without(first, but_for), _without(other, but_for)) if alike else None
    if why is not None:
        label, help_ = why.label(label), why.help(help_)
    return Mistake("E404", message, label=label, help=help_)


def _without(value: TensorType, axis: int | None) -> Shape:
    return tuple(dim for index, dim in enumerate(value.shape) if index != axis)


def _way_to_equal(first: TensorType, other: TensorType) -> str:
    """What brings two types together."""
    if first.dtype != other.dtype:
        return "`normalize` turns uint8 into float32, `embed` indices into a sequence"
    if first.rank != other.rank or first.layout != other.layout:
        return "what flattens, pools or permutes one of them must do so to all"
    if first.is_map and not equal_shapes(first.spatial, other.spatial):
        return "equal strides and `padding: same` on the way to each keep the sizes together"
    return f"a `{'conv1x1' if first.is_map else 'linear'}` before one of them makes the channels equal"


def _product(first: TensorType, other: TensorType, index: int) -> TensorType:
    big, small = (first, other) if first.rank >= other.rank else (other, first)
    if small.rank == big.rank and small.layout == big.layout:
        pairs = list(zip(big.shape, small.shape, strict=True))
        if all(equal(a, b) or a == 1 or b == 1 for a, b in pairs):
            return big.with_shape(tuple(b if a == 1 else a for a, b in pairs))
    elif small.is_vector and equal(small.channels, big.channels):
        return big
    raise unequal(
        "`mul` needs equal shapes, axes of size 1, or a vector of the channels", first, other, index
    )
