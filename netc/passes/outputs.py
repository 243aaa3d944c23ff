"""Other outputs than the spec's: the network as a maker of features."""

from __future__ import annotations

from collections import Counter
from difflib import get_close_matches
from typing import TYPE_CHECKING

from netc.errors import OutputsError
from netc.graph import Output
from netc.passes.dead import without_dead_code

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netc.graph import Graph, Value


def with_outputs(graph: Graph, names: Sequence[str]) -> Graph:
    """The graph whose outputs are the values of these names, in this order; what none of them needs is gone.

    A name is that of an output, or the path of a layer, a scope or an op inside a layer. The inputs stay as
    they are, so that who calls the network goes on as before. Raises ``OutputsError`` with every name that
    cannot be an output.
    """
    values = named_values(graph)
    hidden = {id(node.output) for node in graph.nodes if node.train_only}
    problems = list(_problems(graph, values, hidden, names))
    if problems:
        raise OutputsError(problems)
    outputs = tuple(Output(name, values[name], train_only=False) for name in names)
    return without_dead_code(graph._replace(outputs=outputs))


def named_values(graph: Graph) -> Mapping[str, Value]:
    """The value of every name: of ops, of layers, of scopes (what they end with), and of outputs."""
    found: dict[str, Value] = {}
    for node in graph.nodes:
        if node.layer:
            found[node.path] = node.output
    for record in graph.layers.values():  # in the order in which they end: a scope is what ends last in it
        scope = record.path.rpartition(".")[0]
        while scope and scope not in graph.layers and record.kind != "head":
            found[scope] = record.output
            scope = scope.rpartition(".")[0]
        found[record.path] = record.output
    found |= {output.name: output.value for output in graph.outputs}
    return found


def _problems(graph: Graph, values: Mapping[str, Value], hidden: set[int], names: Sequence[str]) -> list[str]:
    """What is wrong with each name, a line each."""
    if not names:
        return ["name one value at least"]
    inputs = {value.name for value in graph.inputs}
    possible = [name for name, value in values.items() if id(value) not in hidden]
    problems = [f"`{name}` is named {count} times" for name, count in Counter(names).items() if count > 1]
    for name in dict.fromkeys(names):
        if name in inputs:
            problems.append(f"`{name}` is an input: whoever feeds it has it")
        elif name not in values:
            near = get_close_matches(name, possible, 1)
            way_out = f"; did you mean `{near[0]}`?" if near else ""
            problems.append(f"there is no value `{name}`{way_out}")
        elif id(values[name]) in hidden:
            problems.append(f"`{name}` exists in training alone")
    return problems
