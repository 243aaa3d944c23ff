"""Where numbers part first: a search along what a value is made from."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from netc.graph import Graph, Value


class Chain(NamedTuple):
    """The values that can be compared, in order of execution.

    ``names`` has the name of each in the file, and ``reads`` the nearest of them that it is made from.
    """

    names: Mapping[Value, str]
    reads: Mapping[Value, Sequence[Value]]

    def before(self, values: Sequence[Value]) -> list[Value]:
        """The values, and all that they are made from, in order of execution."""
        wanted = set(values)
        for value in reversed(list(self.reads)):
            if value in wanted:
                wanted.update(self.reads[value])
        return [value for value in self.reads if value in wanted]


def chain(graph: Graph, made: Collection[str]) -> Chain:
    """The values of a network that the file, whose nodes make these names, still has.

    An output's value bears the output's name there. What an optimisation took out cannot be compared; that
    what it left is the same value under the same name is its promise.
    """
    outputs = {output.value: output.name for output in reversed(graph.outputs) if not output.train_only}
    names: dict[Value, str] = {}
    reads: dict[Value, Sequence[Value]] = {}
    nearest: dict[Value, Sequence[Value]] = dict.fromkeys(graph.inputs, ())
    for node in graph.evaluated:
        before = tuple(dict.fromkeys(one for value in node.inputs for one in nearest[value]))
        name = outputs.get(node.output, node.output.name)
        if name in made:
            names[node.output], reads[node.output] = name, before
            before = (node.output,)
        nearest[node.output] = before
    return Chain(names, reads)


def first_wrong(chain: Chain, ends: Sequence[Value], agrees: Callable[[Value], bool]) -> Value | None:
    """A value that does not agree, while all that it is made from do; nothing where each of ``ends`` agrees.

    ``agrees`` is asked of few: the search halves what a wrong value is made from, as if everything behind a
    wrong value were wrong, too. Where that is not so, what it finds is still such a value. It may ask of one
    value several times.
    """
    wrong: Value | None = None
    while True:
        candidates = chain.before(ends if wrong is None else chain.reads[wrong])
        low, high = 0, len(candidates)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if agrees(candidates[middle]) else (low, middle)
        found = candidates[high] if high < len(candidates) else wrong
        origins = ends if found is None else chain.reads[found]
        earlier = next((value for value in origins if not agrees(value)), None)
        if earlier is None:
            return found
        wrong = earlier
