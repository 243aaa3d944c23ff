"""What all norms share: the axis their parameters lie along, and that every position uses them."""

from __future__ import annotations

from typing import ClassVar

from netc.errors import Mistake
from netc.ops.op import LEAVE_OUT, ONES, ZEROS, Family, Operation, require_float
from netc.types import Dim, OwnParameter, TensorType
from netc.types.dims import number


class Normalisation(Operation):
    """The base of norms, whose parameters have an element a channel."""

    __slots__ = ()

    family: ClassVar[Family] = "norm"

    def uses(self, parameter: str, output: TensorType, *inputs: TensorType) -> Dim:
        """Once at every position."""
        del parameter, inputs
        return output.positions


def require_channels(x: TensorType, what: str) -> None:
    """Raise unless ``x`` is of float32 and has channels; ``what`` is the norm as a spec writes it."""
    require_float(x, what)
    if not x.shape:
        raise Mistake(
            "E401", f"`{what}` needs a value with channels", label=f"given {x.describe()}", help=LEAVE_OUT
        )


def weight(x: TensorType, what: str) -> OwnParameter:
    """A factor a channel, which starts at 1. Raises ``Mistake`` where the channels are no number."""
    return OwnParameter("weight", (number(x.channels, f"the channels of `{what}`"),), ONES)


def weight_and_bias(x: TensorType, what: str) -> tuple[OwnParameter, ...]:
    """A factor and an addend a channel, which start at 1 and 0."""
    own = weight(x, what)
    return own, OwnParameter("bias", own.shape, ZEROS)
