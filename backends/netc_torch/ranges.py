"""The sizes that a program of torch.export takes: the batch, and the symbols that the facts are about.

To torch sizes of 0 and 1 are special cases, and a program that is traced for others is for 2 and more. Its
ops are the same for 1, none the less. So a program is traced for sizes from where nothing in the network has
size 1, is told then what the facts allow, and is run with the smallest: it must give the module's numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import torch
from torch.export import Dim
from torch.export.graph_signature import InputKind
from torch.utils._sympy.value_ranges import ValueRanges  # what `range_constraints`, which is public, holds

from netc.types.dims import symbol_names
from netc.types.facts import Facts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from torch import Tensor
    from torch.export import ExportedProgram

    from netc.graph import Graph, Value

BATCH = "N"
"""The batch, as a symbol: no spec has one of this name."""

ORDINARY = 2
"""The smallest size that torch traces as any other."""

MOST_STEPS = 64
"""Steps above the smallest sizes that are tried until nothing in a network is of size 1."""


def facts_of(graph: Graph) -> dict[str, Facts]:
    """What is known of all symbols; of the batch nothing."""
    return {BATCH: Facts(), **graph.facts}


def smallest(facts: Facts) -> int:
    """The smallest size of a symbol."""
    return facts.ends[0] * facts.multiple_of


def sizes_above(graph: Graph, steps: int) -> dict[str, int]:
    """A size of every symbol, so many steps above its smallest ordinary one, or the largest."""
    found: dict[str, int] = {}
    for name, facts in facts_of(graph).items():
        least, most = facts.ends
        factor = max(least, ORDINARY) + steps
        found[name] = (factor if most is None else min(factor, most)) * facts.multiple_of
    return found


def first_steps(graph: Graph) -> int:
    """The steps above the smallest sizes from where on nothing in the network is of size 1."""
    dims = {dim for node in graph.nodes for dim in node.output.type.shape if not isinstance(dim, int)}
    for steps in range(MOST_STEPS):
        sizes = sizes_above(graph, steps)
        if all(dim.at(sizes) >= ORDINARY for dim in dims):
            return steps
    return 0  # one that is always 1, or grows slowly: torch will say what it makes of it


def dynamic_shapes(graph: Graph) -> tuple[dict[int, Any], ...]:
    """For each input, torch's ``Dim``, or a multiple of one, for each axis whose size is a symbol."""
    traced = sizes_above(graph, first_steps(graph))
    dims = {name: dim(name, facts, traced[name]) for name, facts in facts_of(graph).items()}
    return tuple({index: dims[name] for index, name in axes(value)} for value in graph.inputs)


def dim(name: str, facts: Facts, least: int) -> Any:
    """A symbol from ``least`` on, as torch has it: more than one size, as the facts have."""
    step, most = facts.multiple_of, facts.ends[1]
    own = name if step == 1 else f"_{name}"  # the factor's, which no symbol has
    first = least // step
    factor = Dim(own, min=first if most is None else min(first, most - 1), max=most)
    return factor if step == 1 else step * factor


def axes(value: Value) -> Iterator[tuple[int, str]]:
    """The axes of an input whose sizes are symbols, and these, the batch first."""
    yield 0, BATCH
    for index, size in enumerate(value.type.shape, start=1):
        if not isinstance(size, int):
            yield index, symbol_names(size)[0]


def traced_inputs(graph: Graph) -> tuple[Tensor, ...]:
    """Inputs to trace with, away from the smallest.

    Their sizes are unlike all others: torch takes equal ones, a batch of 3 and 3 features, for the same.
    """
    first, facts = sizes_above(graph, first_steps(graph)), facts_of(graph)
    values = (*graph.inputs, *(node.output for node in graph.nodes))
    taken = {size for value in values for size in value.type.shape}
    taken |= {size for parameter in graph.parameters.values() for size in parameter.type.shape}
    chosen: dict[str, int] = {}
    for name, size in first.items():
        step, most = facts[name].multiple_of, facts[name].max
        above = range(size + step, (size + MOST_STEPS * step if most is None else most) + 1, step)
        chosen[name] = next((one for one in above if one not in taken), above[0] if above else size)
        taken.add(chosen[name])
    return inputs(graph, chosen)


def small_inputs(graph: Graph) -> Iterator[tuple[Tensor, ...]]:
    """Inputs of the smallest sizes: of all symbols at once, then of one at a time."""
    usual = sizes_above(graph, first_steps(graph))
    least = {name: smallest(facts) for name, facts in facts_of(graph).items()}
    yield inputs(graph, least)
    if len(least) > 1:
        yield from (inputs(graph, {**usual, name: size}) for name, size in least.items())


def inputs(graph: Graph, sizes: Mapping[str, int]) -> tuple[Tensor, ...]:
    """Inputs of these sizes."""
    return tuple(numbers(value, sizes) for value in graph.inputs)


def numbers(value: Value, sizes: Mapping[str, int]) -> Tensor:
    """An input: numbers from -1 to 1, bytes, or the token 0, which every vocabulary has."""
    own = (size if isinstance(size, int) else size.at(sizes) for size in value.type.shape)
    shape = torch.Size((sizes[BATCH], *own))
    match value.type.dtype:
        case "uint8":
            return torch.arange(shape.numel()).to(torch.uint8).reshape(shape)
        case "int64":
            return torch.zeros(shape, dtype=torch.int64)
        case "float32":
            return torch.linspace(-1, 1, shape.numel()).reshape(shape)


def widen(program: ExportedProgram, graph: Graph) -> None:
    """Tell a program all sizes that the facts allow."""
    constraints = cast("dict[Any, Any]", program.range_constraints)
    wide: dict[Any, Any] = {}
    for size, facts in symbolic_sizes(program, graph):
        wide[size] = ValueRanges(smallest(facts), constraints[size].upper)
        for factor in size.free_symbols - {size}:
            wide[factor] = ValueRanges(facts.ends[0], constraints[factor].upper)
    constraints.clear()  # the counters of loops, too, of which a file says nothing
    constraints.update(wide)


def symbolic_sizes(program: ExportedProgram, graph: Graph) -> Iterator[tuple[Any, Facts]]:
    """Torch's expression for each size of an input that is a symbol, and what is known of that."""
    facts = facts_of(graph)
    made = {node.name: node.meta["val"] for node in program.graph.nodes if node.op == "placeholder"}
    specs = program.graph_signature.input_specs
    tensors = [made[spec.arg.name] for spec in specs if spec.kind is InputKind.USER_INPUT]
    for value, tensor in zip(graph.inputs, tensors, strict=True):
        for index, name in axes(value):
            yield tensor.shape[index].node.expr, facts[name]
