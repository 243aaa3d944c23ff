"""LeNet and the digits that it was not trained on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import netc

if TYPE_CHECKING:
    from numpy.typing import NDArray

ROOT = Path(__file__).parents[2]
SPEC, WEIGHTS = ROOT / "specs/lenet_digits.yaml", ROOT / "examples/digits/lenet_digits.safetensors"
RIGHT = 354
"""How many of the 360 digits LeNet reads rightly in float32."""


def lenet() -> netc.Network:
    return netc.load(SPEC)


def digits() -> dict[str, NDArray[Any]]:
    """The images as LeNet takes them, by its input's name, and their labels."""
    with np.load(ROOT / "examples/digits/test_digits.npz") as stored:
        pixels = stored["pixels"].astype(np.float32)[:, np.newaxis] / np.float32(16)
        return {"input": pixels, "labels": stored["labels"]}
