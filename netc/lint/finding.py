"""What a warning's function is given, and what it gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, final

if TYPE_CHECKING:
    from collections.abc import Callable

    from netc.elaborate import Elaborated
    from netc.errors import Mistake
    from netc.graph import Node, Value
    from netc.language import InputSpec


class Finding(NamedTuple):
    """A warning without its place: the path of the layer that it is about, and what is said of it.

    Where the mistake bears its own span no layer is needed, and ``layer`` may be empty.
    """

    layer: str
    mistake: Mistake


@final
class Subject:
    """A network as a warning's function looks at it: its graph, who makes a value and who reads it.

    The graph of a spec with errors holds what could be built. ``inputs`` are as written, ``measured`` the
    values whose size alone some layer asks for.
    """

    __slots__ = ("graph", "inputs", "makers", "measured", "outputs", "readers", "records")

    def __init__(self, elaborated: Elaborated, inputs: Mapping[str, InputSpec]) -> None:
        self.graph = elaborated.graph
        self.records = elaborated.records
        self.inputs = inputs
        self.measured = elaborated.measured
        self.makers: dict[Value, Node] = {}
        self.readers: dict[Value, list[Node]] = {}
        for node in self.graph.nodes:
            self.makers[node.output] = node
            for value in node.inputs:
                self.readers.setdefault(value, []).append(node)
        self.outputs = {output.value for output in self.graph.outputs}

    def only_reader(self, value: Value) -> Node | None:
        """The one node that reads a value, where it is one and the value is no output."""
        readers = self.readers.get(value, ())
        return readers[0] if len(readers) == 1 and value not in self.outputs else None


if TYPE_CHECKING:
    Rule: TypeAlias = Callable[[Subject], Iterator[Finding]]
