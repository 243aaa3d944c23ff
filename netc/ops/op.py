"""What every op is."""

from __future__ import annotations

from netc.errors import Mistake
from netc.types import Initializer, OwnParameter, TensorType

ZEROS = Initializer("zeros")
ONES = Initializer("ones")


class Operation:
    """The base of every op: one without parameters, whose cost is not counted.

    A concrete op is final, a frozen dataclass whose every field is a number, a dim, a word or a
    tuple of these, and has an ``infer``: its shape law.
    """

    __slots__ = ()

    def parameters(self, *inputs: TensorType) -> tuple[OwnParameter, ...]:
        """The op's own parameters, in PyTorch's order, for inputs of these types."""
        del inputs
        return ()

    def multiply_adds(self, output: TensorType, *inputs: TensorType) -> int:
        """Multiply-adds for a batch of one; only convolutions and linear layers count."""
        del output, inputs
        return 0


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
    if value.is_map:
        return
    if value.is_sequence:
        way_out = "`permute: [1, 0]` turns a sequence into a feature map"
    elif value.is_vector:
        way_out = f"a vector has no spatial axes: put `{what}` before what flattens or pools it"
    else:
        way_out = "a feature map has channels and 1 to 3 spatial axes, as in [C, H, W]"
    raise Mistake("E401", f"`{what}` needs a feature map", label=f"given {value.describe()}", help=way_out)
