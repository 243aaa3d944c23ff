"""What every op is."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias

from netc.errors import Mistake
from netc.ops.reading import Reading, Readings, kept
from netc.types import Dim, Initializer, OwnParameter, TensorType

if TYPE_CHECKING:
    from netc.ops.window import Windows

Family: TypeAlias = Literal["", "weights", "norm", "activation", "dropout"]

ZEROS = Initializer("zeros")
ONES = Initializer("ones")


class Operation:
    """The base of every op: one without parameters, whose cost is not counted.

    A concrete op is final, a frozen dataclass whose every field is a number, a dim, a word or a
    tuple of these, and has an ``infer``: its shape law. ``family`` says which part it plays in a
    chain such as convolution, norm, activation, dropout; most play none.
    """

    __slots__ = ()

    family: ClassVar[Family] = ""

    def parameters(self, *inputs: TensorType) -> tuple[OwnParameter, ...]:
        """The op's own parameters, in PyTorch's order, for inputs of these types."""
        del inputs
        return ()

    def multiply_adds(self, output: TensorType, *inputs: TensorType) -> Dim:
        """Multiply-adds for a batch of one; only products with weights count."""
        del output, inputs
        return 0

    def uses(self, parameter: str, output: TensorType, *inputs: TensorType) -> Dim:
        """How often one pass of a batch of one applies the op's own parameter of this name.

        It is the number of places that share it: LeCun, Generalization and Network Design Strategies (1989);
        Goodfellow, Bengio and Courville, Deep Learning (2016), section 9.2. Most ops share nothing: 1.
        """
        del parameter, output, inputs
        return 1

    def readings(self, output: TensorType, x: TensorType) -> Readings:
        """Where each axis of the result reads the input ``x`` in evaluation; by default element by element.

        Of two inputs of unlike rank, the vector goes along the channels.
        """
        if x.rank == output.rank:
            return kept(x.rank)
        return tuple(Reading(0) if axis == output.channel_axis else None for axis in range(output.rank))

    @property
    def windows(self) -> Windows | None:
        """Where the windows lie through which the op reads its input; nothing for one without."""
        return None

    def shifts_channels(self, x: TensorType) -> bool:
        """Whether the op's last step adds a learned constant to each channel, its bias."""
        del x
        return False

    def cancels_shift(self, x: TensorType) -> bool:
        """Whether a constant added to a channel of the input changes nothing in the result."""
        del x
        return False


LEAVE_OUT = "leave it out: a scalar has no channels"

_WAYS_TO_FLOAT = {
    "uint8": "`normalize` turns a uint8 image into float32",
    "int64": "`embed` turns a sequence of indices into one of float32",
}


def require_float(value: TensorType, what: str) -> None:
    """Raise unless the elements are float32."""
    if value.dtype != "float32":
        raise Mistake(
            "E406",
            f"`{what}` computes on float32",
            label=f"given {value.describe()}",
            help=_WAYS_TO_FLOAT[value.dtype],
        )


def require_map(value: TensorType, what: str) -> None:
    """Raise unless the value is a feature map of float32."""
    require_float(value, what)
    require_spatial(value, what)


def require_spatial(value: TensorType, what: str) -> None:
    """Raise unless the value is a feature map, of whatever elements."""
    if value.is_map:
        return
    if value.is_sequence:
        way_out = "`permute: [1, 0]` turns a sequence into a feature map"
    elif value.is_vector:
        way_out = f"a vector has no spatial axes: put `{what}` before what flattens or pools it"
    else:
        way_out = "a feature map has channels and 1 to 3 spatial axes, as in [C, H, W]"
    raise Mistake("E401", f"`{what}` needs a feature map", label=f"given {value.describe()}", help=way_out)
