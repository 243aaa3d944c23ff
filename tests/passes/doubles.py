"""Graphs as written and optimised, side by side in float64: where rounding cannot hide a mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import torch

from netc.graph import Node
from netc.graph.verify import verify
from netc.passes import optimize
from netc.weights.formulas import doubles
from netc_torch.assembly import assemble
from tests.parity.runs import by_name

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netc.graph import Graph, Parameter

    Doubles: TypeAlias = dict[str, NDArray[np.float64]]


def moved(graph: Graph, chance: np.random.Generator) -> Doubles:
    """Numbers for every parameter, none of them at its start; variances are positive."""
    weights: Doubles = {}
    for path, parameter in graph.parameters.items():
        numbers = chance.standard_normal(parameter.type.shape) / np.sqrt(parameter.fan_in)
        if path.endswith("running_var"):
            numbers = 0.5 + np.abs(numbers)
        elif not path.endswith("running_mean") and parameter.initializer.scheme in ("ones", "constant"):
            numbers += 1
        weights[path] = np.asarray(numbers)
    return weights


def folded(graph: Graph, written: Doubles) -> Doubles:
    """The numbers of an optimised graph's parameters, before they are rounded."""
    return {
        path: written[path]
        if parameter.formula is None
        else np.concatenate(list(doubles(parameter.formula, parameter.type.shape, written))).reshape(  # type: ignore[arg-type]  # these have more digits than weights need
            parameter.type.shape
        )
        for path, parameter in graph.parameters.items()
    }


def owned(graph: Graph, weights: Doubles) -> tuple[Graph, Doubles]:
    """The same graph where every node has its parameters at its own path, as a module can own them.

    Those of a folded layer are at the path of a layer that is no more; so may be those of one that shared.
    """
    nodes: list[Node] = []
    parameters: dict[str, Parameter] = {}
    numbers: Doubles = {}
    for node in graph.nodes:
        own = {name: f"{node.path}.{name}" for name in node.parameters}
        nodes.append(node._replace(parameters=own))
        parameters |= {own[name]: graph.parameters[path] for name, path in node.parameters.items()}
        numbers |= {own[name]: weights[path] for name, path in node.parameters.items()}
    return graph._replace(nodes=tuple(nodes), parameters=parameters), numbers


def run(graph: Graph, weights: Doubles, inputs: dict[str, NDArray[Any]]) -> Doubles:
    """The outputs in evaluation."""
    module = assemble(*owned(graph, weights)).double().eval()  # type: ignore[arg-type]  # more digits than weights need
    names = [output.name for output in graph.outputs if not output.train_only]
    with torch.no_grad():
        made = by_name(module(*(torch.from_numpy(array) for array in inputs.values())), names)
    return {name: value.numpy() for name, value in made.items()}


def worst(graph: Graph, inputs: dict[str, NDArray[Any]], seed: int) -> float:
    """The largest difference that optimising makes to an output, relative to its largest element."""
    written = moved(graph, np.random.default_rng(seed))
    optimised = optimize(graph)
    verify(optimised)
    right = run(graph, written, inputs)
    found = run(optimised, folded(optimised, written), inputs)
    assert list(found) == list(right)
    assert all(found[name].shape == right[name].shape for name in right)
    return max(
        float(np.abs(found[name] - right[name]).max(initial=0) / np.abs(right[name]).max(initial=1e-30))
        for name in right
    )
