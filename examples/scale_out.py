"""Train a spec on one process or many: DistributedDataParallel, or FSDP2, which shards the weights, too.

    python examples/scale_out.py
    torchrun --standalone --nproc-per-node 2 examples/scale_out.py --strategy ddp
    torchrun --standalone --nproc-per-node 2 examples/scale_out.py --strategy fsdp

Each step takes the same digits, shared out among the processes, so that all three train alike; the network
has group norms and no dropout, for batch norms, and what is drawn, would differ. The weights are written
under the spec's names. It takes GPUs, one a process, where there are some.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
import torch.distributed as dist
from torch import nn
from torch.distributed.checkpoint.state_dict import StateDictOptions, get_model_state_dict
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.nn.parallel import DistributedDataParallel

import netc

if TYPE_CHECKING:
    from collections.abc import Iterator

SPEC = """\
netc: 1
name: digits
input: [1, 8, 8]
defaults:
  conv: {kernel: 3, padding: half, norm: {group: {groups: 4}}, act: silu}
blocks:
  stage:
    params: {width: }
    layers:
      - {conv: $width}
      - {residual: [{conv: $width}, {conv: $width, act: none}], act: silu}
layers:
  - {use: stage, with: {width: 16}, name: fine}
  - {pool: avg, kernel: 2}
  - {use: stage, with: {width: 32}, name: coarse}
  - flatten
  - {linear: 10, name: digit}
"""
DIGITS = Path(__file__).parent / "digits" / "test_digits.npz"
BATCH = 96  # digits a step, over all processes
RANK = int(os.environ.get("RANK", "0"))  # torchrun sets all three
WORLD_SIZE = int(os.environ.get("WORLD_SIZE", "1"))
LOCAL_RANK = int(os.environ.get("LOCAL_RANK", "0"))
DEVICE = torch.device("cuda", LOCAL_RANK) if torch.cuda.is_available() else torch.device("cpu")


def main() -> None:
    options = parse_arguments()
    if DEVICE.type == "cuda":
        torch.cuda.set_device(DEVICE)
    else:
        torch.set_num_threads(1)  # so small a net gains nothing by more
    if WORLD_SIZE > 1:
        dist.init_process_group("nccl" if DEVICE.type == "cuda" else "gloo")

    net = netc.loads(SPEC)
    module = net.to_torch(seed=0).to(DEVICE)  # the same weights in every process
    spread = spread_out(module, options.strategy)
    optimizer = torch.optim.SGD(spread.parameters(), lr=0.05)
    losses: list[float] = []
    for images, digits in batches(options.steps):
        loss = nn.functional.cross_entropy(spread(images), digits)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(mean(loss.detach()))

    # Whole tensors by the spec's names, whatever they were spread out over; every process takes part.
    weights = get_model_state_dict(module, options=StateDictOptions(full_state_dict=True, cpu_offload=True))
    if RANK == 0:
        options.out.mkdir(parents=True, exist_ok=True)
        file = options.out / "digits.safetensors"
        net.to_safetensors(file, weights=weights)
        print(f"processes  {WORLD_SIZE}")
        print(f"loss       {losses[0]:.2f}, then {losses[-1]:.2f}")
        print(f"written    {file.as_posix()}")
    if WORLD_SIZE > 1:
        leave()


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--strategy", choices=["ddp", "fsdp"], default="ddp", help="default: %(default)s")
    parser.add_argument("--steps", type=int, default=40, help="default: %(default)s")
    parser.add_argument("--out", type=Path, default=Path("build/scaled"), help="folder; default: %(default)s")
    return parser.parse_args()


def spread_out(module: nn.Module, strategy: str) -> nn.Module:
    """What trains ``module`` in all processes; under FSDP each child with weights is gathered by itself."""
    if WORLD_SIZE == 1:
        return module
    if strategy == "ddp":
        return DistributedDataParallel(module)
    mesh = init_device_mesh(DEVICE.type, (WORLD_SIZE,))
    for child in module.children():
        if any(True for _ in child.parameters()):
            fully_shard(child, mesh=mesh)
    fully_shard(module, mesh=mesh)
    return module


def batches(steps: int) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """A process's share of each batch: images ``[n, 1, 8, 8]`` from 0 to 1, and digits."""
    with np.load(DIGITS) as stored:  # 360 images of 8×8 pixels, whole numbers from 0 to 16
        images = torch.from_numpy(stored["pixels"]).float().unsqueeze(1) / 16
        digits = torch.from_numpy(stored["labels"]).long()
    order = torch.Generator().manual_seed(0)
    for _ in range(steps):
        mine = torch.randperm(len(digits), generator=order)[:BATCH][RANK::WORLD_SIZE]
        yield images[mine].to(DEVICE), digits[mine].to(DEVICE)


def mean(loss: torch.Tensor) -> float:
    """The mean over all processes, whose shares of a batch are equal."""
    if WORLD_SIZE > 1:
        dist.all_reduce(loss)
    return loss.item() / WORLD_SIZE


def leave() -> None:
    """End together: nobody goes while another process may still talk to it."""
    dist.barrier()
    # gloo's threads need Python's lock to drop their last work, and a replica's end waits for them holding it
    # (torch 2.13): a pause lets them finish first.
    time.sleep(0.5)
    dist.destroy_process_group()


if __name__ == "__main__":
    main()
