"""Emitted source at work: the class that it ends with, and whether it is the module that netc makes."""

from __future__ import annotations

import ast
import sys
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING, Any

import torch

from tests.parity.runs import by_name

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    import netc
    from netc.types.facts import Facts


def last_class(source: str) -> str:
    """The name of the last class of a file."""
    return [node.name for node in ast.parse(source).body if isinstance(node, ast.ClassDef)][-1]


@contextmanager
def loaded(source: str) -> Generator[ModuleType]:
    """A module of that source, as an import would make it."""
    module = ModuleType("emitted")
    sys.modules["emitted"] = module
    try:
        exec(compile(source, "<emitted>", "exec"), module.__dict__)
        yield module
    finally:
        del sys.modules["emitted"]


def network(source: str) -> torch.nn.Module:
    """The network of a file, with numbers of torch's own."""
    with loaded(source) as module:
        made: torch.nn.Module = getattr(module, last_class(source))()
        return made


def differences(net: netc.Network, inputs: Sequence[torch.Tensor]) -> Iterator[str]:
    """In what the class of the emitted source differs from netc's module, with the same weights."""
    emitted, own = network(net.to_source()), net.to_torch(seed=1)
    if list(emitted.state_dict()) != list(own.state_dict()):
        yield f"keys: {set(emitted.state_dict()) ^ set(own.state_dict()) or 'their order'}"
        return
    trained = [
        [name for name, one in each.named_parameters() if one.requires_grad] for each in (emitted, own)
    ]
    if trained[0] != trained[1]:
        yield f"what trains: {set(trained[0]) ^ set(trained[1])}"
    emitted.load_state_dict(own.state_dict())
    for training in (False, True):
        results = [outputs(each.train(training), inputs) for each in (emitted, own)]
        if list(results[0]) != list(results[1]):
            yield f"outputs: {list(results[0])}, not {list(results[1])}"
        for name, value in results[1].items():
            if not torch.equal(torch.nan_to_num(results[0][name]), torch.nan_to_num(value)):
                yield f"`{name}` {'in training' if training else 'in evaluation'}"


def outputs(module: torch.nn.Module, inputs: Sequence[torch.Tensor]) -> dict[str, torch.Tensor]:
    """What a module makes, always from the same chance."""
    torch.manual_seed(0)
    with torch.no_grad():
        made: Any = module(*inputs)
    names: list[str] = ["output"] if isinstance(made, torch.Tensor) else [*made]
    return by_name(made, names)


def images(net: netc.Network, batch: int = 2) -> list[torch.Tensor]:
    """Inputs of a network; a symbol is its smallest size from 16 on."""
    chance = torch.Generator().manual_seed(0)
    made: list[torch.Tensor] = []
    for value in net.graph.inputs:
        sizes = [dim if isinstance(dim, int) else size(net.graph.facts[str(dim)]) for dim in value.type.shape]
        if value.type.dtype == "float32":
            made.append(torch.randn(batch, *sizes, generator=chance))
        else:
            whole = torch.randint(0, 8, (batch, *sizes), generator=chance)
            made.append(whole.to(getattr(torch, value.type.dtype)))
    return made


def size(facts: Facts) -> int:
    """The smallest size from 16 on, or the largest where that is less."""
    step = facts.multiple_of
    wanted = -(-max(facts.min, 16) // step) * step
    return wanted if facts.max is None else min(wanted, facts.max // step * step)
