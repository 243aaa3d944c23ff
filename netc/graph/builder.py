"""Builds a graph one typed op at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc.errors import Mistake
from netc.graph.graph import Node, Parameter, Value
from netc.types import ParameterType, TensorType
from netc.types.dims import LARGEST_DIM, LARGEST_ELEMENTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netc.ops import Op
    from netc.types import Initializer

MOST_OPS = 100_000
MOST_PARAMETER_BYTES = 2**40


class Builder:
    """Emits ops: infers each one's type, declares its parameters and keeps the bounds."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.parameters: dict[str, Parameter] = {}
        self._bytes = 0

    def emit(
        self,
        op: Op,
        inputs: tuple[Value, ...],
        *,
        path: str,
        layer: str,
        initializers: Mapping[str, Initializer],
        train_only: bool,
    ) -> Value:
        """The value that ``op`` makes of ``inputs``.

        Raises ``Mistake`` where they do not fit or a bound is exceeded; nothing is kept then.
        """
        if len(self.nodes) >= MOST_OPS:
            help_ = "lower the counts of `repeat` and `for`: those inside one another multiply"
            raise Mistake("E104", f"the network has more than {MOST_OPS:,} ops", help=help_)
        types = tuple(value.type for value in inputs)
        type_ = op.infer(*types)
        check_bounds(type_)
        owned = op.parameters(*types)
        size = sum(ParameterType(parameter.shape).elements * 4 for parameter in owned)
        if self._bytes + size > MOST_PARAMETER_BYTES:
            raise Mistake(
                "E104",
                f"the parameters need more than 2^40 bytes ({MOST_PARAMETER_BYTES:,})",
                label=f"{size:,} here, {self._bytes:,} before",
                help="fewer channels or features, or a pool before it, make it smaller",
            )
        self._bytes += size
        names: dict[str, str] = {}
        for own in owned:
            names[own.name] = f"{path}.{own.name}"
            self.parameters[names[own.name]] = Parameter(
                ParameterType(own.shape, trainable=own.trainable),
                initializers.get(own.name, own.initializer),
                own.fan_in,
                own.fan_out,
                own.groups,
            )
        output = Value(path, type_)
        self.nodes.append(Node(path, op, inputs, output, names, layer, train_only))
        return output

    @property
    def mark(self) -> tuple[int, int]:
        """How many nodes and parameters there are."""
        return len(self.nodes), len(self.parameters)

    def move_tail(self, start: tuple[int, int], tail: tuple[int, int]) -> None:
        """Put what was emitted since the mark ``tail`` before what was emitted since ``start``.

        The tail must read nothing that was emitted between the two.
        """
        self.nodes[start[0] :] = self.nodes[tail[0] :] + self.nodes[start[0] : tail[0]]
        names = list(self.parameters)
        for name in (*names[tail[1] :], *names[start[1] : tail[1]]):
            self.parameters[name] = self.parameters.pop(name)


_SMALLER = "a number here, or one that led here, has a digit too many"


def check_bounds(type_: TensorType) -> None:
    """Raise unless every dim is below 2^31 and the elements below 2^63."""
    for dim in type_.shape:
        if dim > LARGEST_DIM:
            raise Mistake("E104", "a dim is 2^31 or more", label=f"{dim:,}", help=_SMALLER)
    if type_.elements > LARGEST_ELEMENTS:
        raise Mistake(
            "E104", "a tensor has 2^63 elements or more", label=f"{type_.elements:,}", help=_SMALLER
        )
