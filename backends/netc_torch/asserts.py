"""What a program of torch.export asserts while it runs, of sizes that it computes.

Where torch cannot prove that something has not size 1 (sizes of `same` padding are such), it has the program
assert it. As of ``netc_torch.guards``, what holds at all sizes that were traced for is taken away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch.fx import Node

from netc_torch.guards import draws, placed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from torch.export import ExportedProgram

    from netc.graph import Graph
    from netc_torch.guards import Sized

ASSERT: Any = torch.ops.aten._assert_scalar.default  # torch's ops have leading underscores, and are public
SIZE: Any = torch.ops.aten.sym_size.int


def settle(program: ExportedProgram, graph: Graph) -> bool:
    """Take away the asserts that hold at all sizes that were traced for; whether others are left."""
    inner = program.graph_module.graph
    asserts = [node for node in inner.nodes if node.target is ASSERT]
    if not asserts:
        return False
    conditions = {condition(node) for node in asserts}
    asked = ancestors(inner.nodes, conditions)
    names = [name for name in program.graph_signature.user_inputs if isinstance(name, str)]
    for sizes in draws(graph):
        conditions -= broken(asked, conditions, placed(graph, names, sizes))
    for node in asserts:
        if condition(node) in conditions:
            inner.erase_node(node)
    inner.eliminate_dead_code()
    return any(node.target is ASSERT for node in inner.nodes)


def condition(node: Node) -> Any:
    """What an assert asserts."""
    return node.args[0]


def ancestors(nodes: Iterable[Node], wanted: Iterable[Node]) -> list[Node]:
    """The nodes that make the wanted ones, these included, in their order."""
    needed = set(wanted)
    for node in reversed(list(nodes)):
        if node in needed and node.target is not SIZE:
            needed.update(node.all_input_nodes)
    return [node for node in nodes if node in needed]


def broken(asked: Iterable[Node], conditions: Iterable[Node], inputs: Mapping[str, Sized]) -> set[Node]:
    """The conditions that do not hold for inputs of these sizes, or depend on more than sizes."""
    known: dict[Node, Any] = {}
    for node in asked:
        if node.target is SIZE:
            source: Any = node.args[0]
            if source.name in inputs:
                known[node] = inputs[source.name].size()[int(str(node.args[1]))]
        elif callable(node.target) and all(one in known for one in node.all_input_nodes):
            known[node] = node.target(*(plain(one, known) for one in node.args))
    return {node for node in conditions if not known.get(node, False)}


def plain(argument: object, known: Mapping[Node, Any]) -> Any:
    """An argument of a node, as a number."""
    return known[argument] if isinstance(argument, Node) else argument
