"""The typed graph: what a spec means once blocks, loops, repeats and defaults are gone.

Values are in static single assignment: each is an input of the graph or the one result of one node,
and nodes stand in order of execution.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from netc.types import Initializer, ParameterType, TensorType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netc.diagnostics import Span
    from netc.graph.formula import Formula
    from netc.ops import Op
    from netc.types.facts import Facts


class Value:
    """One tensor of the network: the node (or input) it comes from, and its type.

    ``path`` is the spec path of what makes it; its name in files is ``PATH:0``, or an input's own.
    Two values are the same only if they are one object.
    """

    __slots__ = ("is_input", "path", "type")

    def __init__(self, path: str, type: TensorType, *, is_input: bool = False) -> None:  # noqa: A002  # the field's word
        self.path = path
        self.type = type
        self.is_input = is_input

    @property
    def name(self) -> str:
        """The value's name in artifacts."""
        return self.path if self.is_input else f"{self.path}:0"

    def __repr__(self) -> str:
        return f"Value({self.name!r}, {self.type!r})"


class Node(NamedTuple):
    """One op at work.

    ``parameters`` maps the op's own names (``weight``) to paths in ``Graph.parameters``: the owner's,
    where they are shared. ``layer`` is the path of the layer that a person wrote (``""``: it is none's, and
    puts an input's channels first), ``train_only`` whether it runs in training alone.
    """

    path: str
    op: Op
    inputs: tuple[Value, ...]
    output: Value
    parameters: Mapping[str, str]
    layer: str
    train_only: bool


class Parameter(NamedTuple):
    """A parameter or buffer: what it is, and all that its first numbers depend on.

    A ``frozen`` one changes neither by a gradient nor, where it is a buffer, with the batches of training.
    One that an optimisation made has a ``formula``, by which its numbers come from those of the graph as
    written; its initializer plays no part.
    """

    type: ParameterType
    initializer: Initializer
    fan_in: int
    fan_out: int
    groups: int
    frozen: bool = False
    formula: Formula | None = None


class LayerRecord(NamedTuple):
    """A layer as a person wrote it, for reports and printed modules.

    ``text`` is its options in the spec's own notation (``64, kernel: 7, stride: 2``); ``output`` is the
    value it ends with; a ``scope`` holds other layers, whose paths begin with its own. ``span`` is where it
    is written, where that is known. A layer that puts a ``block`` to use has that block's name, and the
    values of its ``params`` there.
    """

    path: str
    kind: str
    text: str
    output: Value
    scope: bool
    span: Span | None = None
    block: str = ""
    params: Mapping[str, object] = {}  # nobody writes to it


class Output(NamedTuple):
    """An output of the network; a ``train_only`` one is absent in evaluation."""

    name: str
    value: Value
    train_only: bool


class Graph(NamedTuple):
    """A whole network.

    ``facts`` say which sizes its symbols stand for: every symbol that an input has, and no other.
    ``parameters`` are in order of execution, each at its owner; ``layers`` in the order they end.
    ``nodes`` include those of heads that run in training alone. An optimised graph keeps the ``layers`` as
    they were written, whose outputs may be gone.
    """

    name: str
    doc: str
    inputs: tuple[Value, ...]
    outputs: tuple[Output, ...]
    nodes: tuple[Node, ...]
    parameters: Mapping[str, Parameter]
    layers: Mapping[str, LayerRecord]
    facts: Mapping[str, Facts] = {}  # nobody writes to it

    @property
    def evaluated(self) -> tuple[Node, ...]:
        """The nodes that run in evaluation."""
        return tuple(node for node in self.nodes if not node.train_only)
