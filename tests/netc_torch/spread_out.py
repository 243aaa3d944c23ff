"""One of two processes that train networks together; rank 0 trains them alone, too, and writes what came of it.

    python -m tests.netc_torch.spread_out RANK STORE REPORT

The processes find each other by the file STORE; REPORT is JSON, one object a case.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.distributed.checkpoint.state_dict import (
    StateDictOptions,
    get_model_state_dict,
    set_model_state_dict,
)
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.nn.parallel import DistributedDataParallel

from tests.netc_torch.varied import inputs, named, network

STEPS = 3
WHOLE = StateDictOptions(full_state_dict=True, cpu_offload=True)


class Case(NamedTuple):
    """A network and how it is spread: ``ddp``, ``root`` (FSDP, all in one unit) or ``units`` (one a child)."""

    name: str
    strategy: str
    training: bool = True

    def __str__(self) -> str:
        return f"{self.name} {self.strategy}"


CASES = [
    *(Case(name, "ddp") for name in ("plain", "shared", "recurrent", "attention", "heads", "frozen")),
    Case("residual", "ddp", training=False),
    *(Case(name, "root") for name in ("shared", "heads")),
    *(
        Case(name, "units")
        for name in ("plain", "shared", "recurrent", "attention", "photo", "uncommon", "frozen")
    ),
    Case("residual", "units", training=False),
]
APART = Case("shared", "apart")


def main(rank: int, store: str, report: str) -> None:
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{store}", rank=rank, world_size=2)
    results = {str(case): trained(case, rank) for case in CASES}
    results[str(APART)] = {"error": refused(rank)}
    if rank == 0:
        Path(report).write_text(json.dumps(results), encoding="utf-8")
    dist.barrier()
    time.sleep(0.5)  # as examples/scale_out.py says
    dist.destroy_process_group()


def trained(case: Case, rank: int) -> dict[str, Any]:
    """The losses of both ways to train, the names of the weights, and how far these are apart."""
    net = network(case.name)
    alone, module = net.to_torch().train(case.training), net.to_torch().train(case.training)
    spread = spread_out(module, case.strategy)
    x = inputs(net, 4)
    mine = tuple(value[2 * rank : 2 * rank + 2] for value in x)
    single, together = steps(alone, x), steps(spread, mine)
    weights = get_model_state_dict(module, options=WHOLE)
    dist.all_reduce(together)
    if rank > 0:
        weights = {}  # only the first process has them whole
    fresh = spread_out(net.to_torch(seed=7).train(case.training), case.strategy)
    inner = fresh.get_submodule("module") if isinstance(fresh, DistributedDataParallel) else fresh
    broadcast = StateDictOptions(full_state_dict=True, broadcast_from_rank0=True)
    set_model_state_dict(inner, dict(weights), options=broadcast)  # torch writes into what it is given
    loaded = named(inner.eval()(*mine))["output"]
    expected = named(spread.eval()(*mine))["output"]
    if rank > 0:
        return {}
    apart = [(weights[path] - value).abs().max().item() for path, value in alone.state_dict().items()]
    return {
        "alone": single.tolist(),
        "together": (together / 2).tolist(),
        "paths": list(weights),
        "apart": max(apart),
        "loaded apart": (loaded - expected).abs().max().item(),
    }


def spread_out(module: nn.Module, strategy: str) -> nn.Module:
    if strategy == "ddp":
        return DistributedDataParallel(module)
    mesh = init_device_mesh("cpu", (2,))
    parts: dict[str, nn.Module] = {}
    if strategy != "root":
        parts = {name: part for name, part in module.named_children() if list(part.parameters())}
    if strategy == "units" and {"l", "r"} <= {*dict(module.named_children())}:
        for name in ("l", "r"):
            parts.pop(name, None)
        fully_shard([module.get_submodule("l"), module.get_submodule("r")], mesh=mesh)  # they share: one unit
    for part in parts.values():
        fully_shard(part, mesh=mesh)
    fully_shard(module, mesh=mesh)
    return module


def steps(module: nn.Module, x: tuple[Tensor, ...]) -> Tensor:
    """The loss at each step, a mean over samples, as ``DistributedDataParallel`` and FSDP take it."""
    optimizer = torch.optim.SGD([one for one in module.parameters() if one.requires_grad], lr=0.1)
    losses: list[Tensor] = []
    for _ in range(STEPS):
        loss = torch.stack([value.square().mean() for value in named(module(*x)).values()]).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return torch.stack(losses)


def refused(rank: int) -> str:
    """What torch says where a unit shares what another owns."""
    net = network(APART.name)
    module = spread_out(net.to_torch(), APART.strategy)
    try:
        module(*(value[2 * rank : 2 * rank + 2] for value in inputs(net, 4)))
    except RuntimeError as error:
        return str(error)
    return ""


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3])
