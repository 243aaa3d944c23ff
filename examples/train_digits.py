"""Train a spec with an ordinary PyTorch loop, compile it to ONNX, and compare the two.

    python examples/train_digits.py
    torchrun --nproc-per-node 2 examples/train_digits.py

A small LeNet learns scikit-learn's handwritten digits in a few seconds. The output folder then holds its
weights as safetensors, the network with these weights as ONNX, and the test digits. A seed gives the same
weights on any number of cores; another number of processes gives others, for each draws its own dropout.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

import numpy as np
import onnxruntime
import torch
import torch.distributed as dist
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
RANK = int(os.environ.get("RANK", "0"))  # torchrun sets both
WORLD_SIZE = int(os.environ.get("WORLD_SIZE", "1"))


def main() -> None:
    options = parse_arguments()
    torch.manual_seed(options.seed + RANK)  # for dropout; the module's first weights have netc's seed
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(1)  # so small a net gains nothing by more

    net = netc.load(SPEC)
    module = net.to_torch(seed=options.seed)
    training, test = load_images()
    if WORLD_SIZE > 1:
        dist.init_process_group("gloo")
    replica = DistributedDataParallel(module) if WORLD_SIZE > 1 else module
    train(replica, training, options)

    if RANK == 0:
        folder: Path = options.out
        folder.mkdir(parents=True, exist_ok=True)
        net.to_safetensors(folder / "lenet_digits.safetensors", weights=module.state_dict())
        net.to_onnx(folder / "lenet_digits.onnx", weights=folder / "lenet_digits.safetensors")
        images, labels = test.tensors
        pixels = (images * 16).byte().squeeze(1)
        np.savez_compressed(folder / "test_digits.npz", pixels=pixels, labels=labels.byte())
        print(f"written to           {folder}{os.sep}")
        compare(module, folder / "lenet_digits.onnx", test)
    if WORLD_SIZE > 1:
        dist.barrier()  # nobody leaves while another process may still talk to it
        # gloo's threads need Python's lock to drop their last work, and the replica's end waits for them
        # holding it (torch 2.13): a pause lets them finish first.
        time.sleep(0.5)
        dist.destroy_process_group()


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--epochs", type=int, default=30, help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=0, help="default: %(default)s")
    parser.add_argument("--out", type=Path, default=Path("build/digits"), help="folder; default: %(default)s")
    return parser.parse_args()


def load_images() -> tuple[TensorDataset, TensorDataset]:
    """1437 digits to train on and 360 to test with, always the same: images ``[N, 1, 8, 8]`` from 0 to 1."""
    pixels, labels = load_digits(return_X_y=True)  # rows of 64 pixels, whole numbers from 0 to 16
    images = torch.from_numpy(pixels).float().view(-1, 1, 8, 8) / 16
    of_training, of_test = train_test_split(
        range(len(labels)), test_size=0.2, stratify=labels, random_state=0
    )
    digits = torch.from_numpy(labels)
    return (
        TensorDataset(images[of_training], digits[of_training]),
        TensorDataset(images[of_test], digits[of_test]),
    )


def train(module: nn.Module, training: TensorDataset, options: argparse.Namespace) -> None:
    """Train ``module`` in place; under torchrun each process takes its share of every batch."""
    sampler: DistributedSampler[torch.Tensor] = DistributedSampler(
        training, WORLD_SIZE, RANK, seed=options.seed
    )
    batches = DataLoader(training, BATCH // WORLD_SIZE, sampler=sampler)
    steps = options.epochs * len(batches)
    optimizer = torch.optim.AdamW(module.parameters(), weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=5e-3, total_steps=steps)

    quiet = RANK != 0 or not sys.stderr.isatty()
    with Progress(console=Console(stderr=True), disable=quiet) as progress:
        task = progress.add_task("training", total=steps)
        for epoch in range(options.epochs):
            sampler.set_epoch(epoch)
            for images, labels in batches:
                loss = nn.functional.cross_entropy(module(images), labels)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                schedule.step()
                progress.update(task, advance=1, description=f"training, loss {loss.item():.3f}")


def compare(module: nn.Module, model: Path, test: TensorDataset) -> None:
    """Print how well PyTorch and ONNX Runtime do; exit with an error where an answer differs."""
    images, labels = test.tensors
    with torch.inference_mode():
        in_torch = module.eval()(images).numpy()
    (in_onnx,) = onnxruntime.InferenceSession(model).run(None, {"input": images.numpy()})
    answers = in_torch.argmax(1)
    agreeing = int((answers == in_onnx.argmax(1)).sum())
    print(f"test accuracy        {(answers == labels.numpy()).mean():.4f}")
    print(f"same answer in ONNX  {agreeing}/{len(answers)}")
    print(f"largest difference   {np.abs(in_torch - in_onnx).max():.1e}")
    if agreeing != len(answers):
        sys.exit("error: PyTorch and ONNX Runtime disagree")


if __name__ == "__main__":
    main()
