"""A network in other numbers: optimised in float64, where rounding hides nothing, and as models of 16 bits."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from netc.errors import BackendError
from netc.graph.verify import verify
from netc.ops.colour import Normalize
from netc.passes import optimize
from netc_torch.assembly import assemble
from tests.parity.runs import Arrays, Run, Shaking, by_name, difference
from tests.passes.doubles import folded, owned

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from netc.graph import Graph

EXACT = 1e-9
"""How far an optimised graph's outputs are off in float64, at most; float32 anywhere would leave 1e-8."""

SHAKEN = 1e-6
"""How much of what shaking by 1e-6 does is float64's own, amply counted."""

LARGEST = 2.0**13
"""Of any number on the way: a sum of a few of them is a number of float16."""

HALF = 2.0**-11
"""What rounding to float16 changes a number by, at most, relatively."""

ROUNDINGS = 12.0
"""How many times further a model in float16 may be off than torch is where each result is rounded."""


def off_in_doubles(graph: Graph, state: Mapping[str, torch.Tensor], inputs: Arrays) -> str | None:
    """What is wrong with the optimised graph's outputs, or ``None`` where they are the written one's."""
    written = {path: value.numpy().astype(np.float64) for path, value in state.items()}
    graph = _as_torch_has_it(graph)
    optimised = optimize(graph)
    verify(optimised)
    try:
        after = _run(optimised, folded(optimised, written))
    except BackendError:
        return None  # pads that only ONNX can compute of symbols, which folding pads into others may make
    doubles = {name: _double(array) for name, array in inputs.items()}
    plain = _run(graph, written)
    right, found = plain(doubles), after(doubles)
    if list(found) != list(right):
        return f"optimised, the outputs are {list(found)}, not {list(right)}"
    for name, value in right.items():
        if not np.isfinite(value).all():
            continue
        error = difference(found[name], value)
        if error >= EXACT:
            with Shaking(np.random.default_rng(0)):
                shaken = max(difference(plain(doubles)[name], value) for _ in range(4))
            if error >= shaken * SHAKEN:
                return f"optimised, `{name}` differs by {error:.2g} in float64; shaking changes it by {shaken:.2g}"
    return None


def _as_torch_has_it(graph: Graph) -> Graph:
    """The graph whose normalisations have the numbers that float32 has of them, as torch's modules do."""
    nodes = tuple(
        node._replace(op=_rounded(node.op)) if isinstance(node.op, Normalize) else node
        for node in graph.evaluated
    )
    outputs = tuple(output for output in graph.outputs if not output.train_only)
    parameters = {
        path: graph.parameters[path]
        for path in graph.parameters
        if any(path in node.parameters.values() for node in nodes)
    }
    return graph._replace(nodes=nodes, outputs=outputs, parameters=parameters)


def _rounded(op: Normalize) -> Normalize:
    factors, addends = (tuple(float(np.float32(number)) for number in numbers) for numbers in op.line)
    return Normalize(tuple(-addend for addend in addends), (1.0,), factors)


def _double(array: Any) -> Any:
    return array.astype(np.float64) if array.dtype == np.float32 else array


def _run(graph: Graph, weights: dict[str, Any]) -> Run:
    module = assemble(*owned(graph, weights)).double().eval()  # type: ignore[arg-type]  # as in ``doubles.run``
    names = [output.name for output in graph.outputs]

    def run(inputs: Arrays) -> Arrays:
        with torch.no_grad(), wide():
            made = by_name(module(*(torch.from_numpy(array) for array in inputs.values())), names)
        return {name: value.numpy() for name, value in made.items()}

    return run


@contextmanager
def wide() -> Generator[None]:
    """Makes float64 what torch takes a number beside bytes for, as in the weights of gray."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        yield
    finally:
        torch.set_default_dtype(before)


class Halving(Shaking):
    """Everything as float16 has it, and shaken by as much once more.

    ``largest`` is the largest number met, without its sign.
    """

    amount = HALF
    largest = 0.0

    def shaken(self, value: Any) -> Any:
        """See ``Shaking``."""
        made = super().shaken(value)
        if made is value or not made.numel():
            return made
        self.largest = max(self.largest, float(made.abs().max()))
        return made.half().to(made.dtype)


FEW, MANY = 3, 60
"""How often torch is run so: more often where a few runs do not explain a difference."""


def beyond_half(run: Run, found: Arrays, inputs: Arrays, chance: np.random.Generator) -> list[str] | None:
    """What outputs of a model in float16 are further off than it explains.

    ``None`` where numbers on the way are too large for float16 to say anything.
    """
    right = run(inputs)
    errors = {name: difference(found[name], value) for name, value in right.items()}
    allowed = dict.fromkeys(right, 4 * HALF)
    with Halving(chance) as halving:
        for times in range(MANY):
            if times >= FEW and all(errors[name] < allowed[name] for name in right):
                break
            for name, value in run(inputs).items():
                allowed[name] = max(allowed[name], ROUNDINGS * difference(value, right[name]))
    if halving.largest > LARGEST or not np.isfinite(list(allowed.values())).all():
        return None
    return [
        f"`{name}` differs by {error:.2g}, and {allowed[name]:.2g} is ample"
        for name, error in errors.items()
        if error >= allowed[name]
    ]
