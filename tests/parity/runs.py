"""Runs: numbers for a network, and its module or session as a function of arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_map

from tests.parity.draft import Sizes, shape_at

if TYPE_CHECKING:
    from netc.network import Network

Arrays: TypeAlias = dict[str, NDArray[Any]]
Run: TypeAlias = Callable[[Arrays], Arrays]

SHAKE = 1e-6
"""What every operation of torch is shaken by, relatively, where outputs differ by more: a few roundings.

It tells an error from float32's own limits: the norm of equal elements, say, is what rounding left of their
differences, some hundred times as large.
"""


def moved(net: Network, chance: np.random.Generator) -> dict[str, torch.Tensor]:
    """The seed's numbers, none of them at its start, the running statistics far from it; variances stay positive."""
    state: dict[str, torch.Tensor] = {}
    for path, value in net.to_torch(seed=1).state_dict().items():
        noise = torch.from_numpy(chance.standard_normal(tuple(value.shape), np.float32))
        if path.endswith("running_var"):
            state[path] = value * noise.exp()
        else:
            state[path] = value + (0.5 if path.endswith("running_mean") else 0.1) * noise
    return state


def feeds(net: Network, sizes: Sizes, batch: int, chance: np.random.Generator) -> Arrays:
    """Numbers for every input; indices are below every vocabulary."""
    made: Arrays = {}
    for name, type_ in net.inputs.items():
        shape = (batch, *shape_at(type_, sizes))
        if type_.dtype == "float32":
            made[name] = np.asarray(chance.standard_normal(shape, np.float32))
        else:
            made[name] = chance.integers(0, 256 if type_.dtype == "uint8" else 11, shape).astype(type_.dtype)
    return made


def by_name(result: torch.Tensor | dict[str, torch.Tensor], names: Sequence[str]) -> dict[str, torch.Tensor]:
    """What a module gives: a tensor where there is one output."""
    return result if isinstance(result, dict) else {names[0]: result}


def in_torch(module: torch.nn.Module, names: Sequence[str]) -> Run:
    """The module as a function of arrays."""

    def run(inputs: Arrays) -> Arrays:
        with torch.no_grad():
            outputs = by_name(module(*(torch.from_numpy(value) for value in inputs.values())), names)
        return {name: value.numpy() for name, value in outputs.items()}

    return run


def difference(found: NDArray[Any], right: NDArray[Any]) -> float:
    """The largest, relative to the largest element; infinite where types or shapes differ."""
    if found.shape != right.shape or found.dtype != right.dtype:
        return np.inf
    if not right.size:
        return 0.0
    first, second = found.astype(np.float64), right.astype(np.float64)
    return float(np.abs(first - second).max() / max(np.abs(second).max(), 1e-30))


class Shaking(TorchDispatchMode):
    """Every floating-point result of an operation, and all that it reads, their elements multiplied by 1 and a little.

    What it reads, too: a sum of large numbers that is small is as far off as those are, and not as it is.
    """

    amount = SHAKE

    def __init__(self, chance: np.random.Generator) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # torch leaves it bare
        self.chance = chance

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        if any(one.alias_info for one in func._schema.returns):
            return func(*args, **(kwargs or {}))
        args, kwargs = tree_map(self.shaken, (args, kwargs or {}))
        return self.shaken(func(*args, **(kwargs or {})))

    def shaken(self, value: Any) -> Any:
        """A tensor of floating-point numbers shaken, anything else as it is."""
        if not isinstance(value, torch.Tensor) or not value.is_floating_point():
            return value
        noise = 1 + self.amount * self.chance.standard_normal(tuple(value.shape))
        return value * torch.from_numpy(np.asarray(noise)).to(value.dtype)


def exposed(model: onnx.ModelProto) -> onnx.ModelProto:
    """The model with every value that it declares among its outputs."""
    made = onnx.ModelProto()
    made.CopyFrom(model)
    known = {output.name for output in made.graph.output}
    made.graph.output.extend(value for value in made.graph.value_info if value.name not in known)
    del made.graph.value_info[:]
    return made
