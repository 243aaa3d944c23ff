"""Writes resnet50.pth, which stands in for a checkpoint of torchvision or timm where there is no network.

    python examples/pretrained/stand_in.py

It has all their names and shapes (resnet50.txt), and numbers of a seed. Theirs, which know ImageNet, are

    torch.save(torchvision.models.resnet50(weights="DEFAULT").state_dict(), "resnet50.pth")
    torch.save(timm.create_model("resnet50", pretrained=True).state_dict(), "resnet50.pth")
"""

from __future__ import annotations

import math
from pathlib import Path

import torch

NAMES = Path(__file__).resolve().parent / "resnet50.txt"


def main() -> None:
    torch.manual_seed(0)
    state: dict[str, torch.Tensor] = {}
    for line in NAMES.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, *shape = line.split()
            state[name] = numbers(name, tuple(map(int, shape[0].split("x"))) if shape else ())
    torch.save(state, "resnet50.pth")
    print(f"wrote resnet50.pth: {len(state)} tensors")


def numbers(name: str, shape: tuple[int, ...]) -> torch.Tensor:
    """Numbers that keep a signal's size from layer to layer, more or less."""
    if name.endswith("num_batches_tracked"):
        return torch.tensor(0)
    if len(shape) > 1:
        return torch.randn(shape) * math.sqrt(2 / math.prod(shape[1:]))
    if name.endswith(("weight", "running_var")):
        return torch.rand(shape) + 0.5
    return torch.randn(shape) * 0.1


if __name__ == "__main__":
    main()
