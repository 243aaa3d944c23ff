"""Builds a graph one typed op at a time."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from netc.errors import Mistake
from netc.graph.graph import Node, Parameter, Value
from netc.types import ParameterType, TensorType
from netc.types.dims import LARGEST_DIM, LARGEST_ELEMENTS, largest, shape_text, smallest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netc.ops import Op
    from netc.types import Initializer
    from netc.types.symbolic import Symbolic

MOST_OPS = 100_000
MOST_PARAMETER_BYTES = 2**40


class Builder:
    """Emits ops: infers each one's type, declares its parameters and keeps the bounds.

    ``holding`` are the nodes that have parameters, in the order they were emitted.
    """

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.holding: list[Node] = []
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
        frozen: bool = False,
        shared: bool = False,
    ) -> Value:
        """The value that ``op`` makes of ``inputs``.

        ``frozen`` parameters do not train; ``shared`` ones give way to another's (``share``) and count no
        bytes.
        Raises ``Mistake`` where they do not fit or a bound is exceeded; nothing is kept then.
        """
        if len(self.nodes) >= MOST_OPS:
            help_ = "lower the counts of `repeat` and `for`: those inside one another multiply"
            raise Mistake("E104", f"the network has more than {MOST_OPS:,} ops", help=help_)
        types = tuple(value.type for value in inputs)
        type_ = op.infer(*types)
        check_bounds(type_)
        owned = op.parameters(*types)
        size = 0 if shared else sum(ParameterType(parameter.shape).elements * 4 for parameter in owned)
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
                ParameterType(own.shape, trainable=not (own.buffer or frozen), buffer=own.buffer),
                initializers.get(own.role, own.initializer),
                own.fan_in,
                own.fan_out,
                own.groups,
                frozen,
            )
        output = Value(path, type_)
        self.nodes.append(Node(path, op, inputs, output, names, layer, train_only))
        if owned:
            self.holding.append(self.nodes[-1])
        return output

    def share(self, start: int, held: int, owners: Mapping[str, Mapping[str, str]]) -> None:
        """Give nodes the parameters of others, by their paths; their own, where they have some, are gone.

        They are among the nodes from ``start`` and the ``holding`` ones from ``held``.
        """
        for index in range(start, len(self.nodes)):
            node = self.nodes[index]
            if node.path in owners:
                self.nodes[index] = node._replace(parameters=owners[node.path])
                for name, path in node.parameters.items():
                    if path == f"{node.path}.{name}":
                        del self.parameters[path]
        self.holding[held:] = [
            node._replace(parameters=owners.get(node.path, node.parameters)) for node in self.holding[held:]
        ]

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
    """Raise unless every dim is below 2^31 and the elements below 2^63.

    Symbolic dims must be so where all symbols are smallest, and where all are largest if each has a ``max``:
    a symbol without one promises nothing. Their forms are bounded, too.
    """
    shape = type_.shape
    ends: list[tuple[int, ...]] = []
    symbolic = [dim for dim in shape if not isinstance(dim, int)]
    if symbolic:
        _check_forms(symbolic)
        ends.append(tuple(map(smallest, shape)))
        most = tuple(last for dim in shape if (last := largest(dim)) is not None)
        ends += [most] if len(most) == len(shape) else []
    else:
        ends.append(tuple(dim for dim in shape if isinstance(dim, int)))
    for dims in ends:
        for dim in dims:
            if dim > LARGEST_DIM:
                label = f"{dim:,}{_where(type_, dims)}"
                raise Mistake("E104", "a dim is 2^31 or more", label=label, help=_SMALLER)
        if prod(dims) > LARGEST_ELEMENTS:
            label = f"{prod(dims):,}{_where(type_, dims)}"
            raise Mistake("E104", "a tensor has 2^63 elements or more", label=label, help=_SMALLER)


MOST_TERMS = 4_096
"""Terms that the product of a tensor's symbolic dims may have, multiplied out."""

MOST_DEGREE = 64
"""Symbols and floors in one term of that product."""


def _check_forms(dims: list[Symbolic]) -> None:
    """Raise unless the number of elements can be written out."""
    terms = prod(len(dim.terms) for dim in dims)
    degree = sum(max(len(monomial) for monomial, _ in dim.terms) for dim in dims)
    if terms > MOST_TERMS or degree > MOST_DEGREE:
        found = f"{terms:,} terms" if terms > MOST_TERMS else f"products of {degree}"
        help_ = "a number for one of the symbols in the input's shape, or a `multiple_of`, makes it simple"
        raise Mistake("E104", "a symbolic size is too involved", label=f"{found} in the elements", help=help_)


def _where(type_: TensorType, dims: tuple[int, ...]) -> str:
    """What stands behind a number, if symbols make it."""
    if all(isinstance(dim, int) for dim in type_.shape):
        return ""
    return f", where {shape_text(type_.shape)} is {shape_text(dims)}"
