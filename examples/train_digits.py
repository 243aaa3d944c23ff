"""Train a spec with an ordinary PyTorch loop, compile it to ONNX, and compare the two.

    python examples/train_digits.py
    torchrun --nproc-per-node 2 examples/train_digits.py

A small LeNet learns scikit-learn's handwritten digits in a few seconds. The output folder then holds its weights
(safetensors), the same network with these weights as ONNX, and the test digits. The same seed gives the same
weights, whatever the number of cores; the number of processes changes them, for it regroups sums.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import numpy as np
import onnxruntime
import torch
import torch.distributed as dist
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import Progress
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import DataLoader, DistributedSampler, TensorDataset

import netc

SPEC = Path(__file__).parents[1] / "specs" / "lenet_digits.yaml"
BATCH = 48  # digits a step, over all processes
RANK, WORLD_SIZE = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))  # torchrun sets both


def main() -> None:
    options = parse_arguments()
    torch.manual_seed(options.seed + RANK)  # dropout; each process drops others
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(1)  # nothing to share in so small a net, and one order of sums on every machine

    pixels, digits = load_digits(return_X_y=True)
    # Split by a seed of its own: whatever the training's, the 360 test digits are the same.
    train_x, test_x, train_y, test_y = train_test_split(pixels, digits, test_size=0.2, stratify=digits, random_state=0)

    net = netc.load(SPEC)
    module = net.to_torch(seed=options.seed)
    train(module, as_images(train_x), train_y, options)
    if RANK == 0:
        options.out.mkdir(parents=True, exist_ok=True)
        save(net, module, options.out)
        np.savez_compressed(
            options.out / "test_digits.npz",
            pixels=test_x.reshape(-1, 8, 8).astype(np.uint8),
            labels=test_y.astype(np.uint8),
        )
        compare(module, options.out / "lenet_digits.onnx", as_images(test_x), test_y)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--epochs", type=int, default=30, help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=0, help="default: %(default)s")
    parser.add_argument("--out", type=Path, default=Path("build/digits"), help="default: %(default)s")
    return parser.parse_args()


def as_images(pixels: NDArray[np.float64]) -> NDArray[np.float32]:
    """Rows of 64 pixels from 0 to 16, as the spec's input: ``[N, 1, 8, 8]`` from 0 to 1."""
    return (pixels.reshape(-1, 1, 8, 8) / 16).astype(np.float32)


def train(module: nn.Module, images: NDArray[np.float32], digits: NDArray[np.int64], options: argparse.Namespace) -> None:
    """Train ``module`` in place; under torchrun each process takes its share of every batch."""
    if WORLD_SIZE > 1:
        dist.init_process_group("gloo")
        module = DistributedDataParallel(module)
    dataset = TensorDataset(torch.from_numpy(images), torch.from_numpy(digits))
    sampler = DistributedSampler(dataset, WORLD_SIZE, RANK, seed=options.seed)
    batches = DataLoader(dataset, BATCH // WORLD_SIZE, sampler=sampler)
    steps = options.epochs * len(batches)
    optimizer = torch.optim.AdamW(module.parameters(), weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=5e-3, total_steps=steps)

    quiet = RANK != 0 or not sys.stderr.isatty()
    with Progress(console=Console(stderr=True), disable=quiet) as progress:
        task = progress.add_task("training", total=steps)
        for epoch in range(options.epochs):
            sampler.set_epoch(epoch)
            for x, y in batches:
                loss = nn.functional.cross_entropy(module(x), y)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                schedule.step()
                progress.update(task, advance=1, description=f"training, loss {loss.item():.3f}")
    if WORLD_SIZE > 1:
        dist.destroy_process_group()


def save(net: netc.Network, module: nn.Module, folder: Path) -> None:
    """Write the weights, and the network with these weights as ONNX."""
    weights = folder / "lenet_digits.safetensors"
    net.to_safetensors(weights, weights=module.state_dict())
    net.to_onnx(folder / "lenet_digits.onnx", weights=weights)


def compare(module: nn.Module, model: Path, images: NDArray[np.float32], digits: NDArray[np.int64]) -> None:
    """Print how well PyTorch and ONNX Runtime do, and exit with an error where their answers differ."""
    with torch.inference_mode():
        ours = module.eval()(torch.from_numpy(images)).numpy()
    (theirs,) = onnxruntime.InferenceSession(model).run(None, {"input": images})
    agreeing = int((ours.argmax(1) == theirs.argmax(1)).sum())
    print(f"test accuracy       {(ours.argmax(1) == digits).mean():.4f}")
    print(f"same answer in ONNX {agreeing}/{len(digits)}")
    print(f"largest difference  {np.abs(ours - theirs).max():.1e}")
    print(f"written to          {model.parent}{os.sep}")
    if agreeing != len(digits):
        sys.exit("error: PyTorch and ONNX Runtime disagree")


if __name__ == "__main__":
    main()
