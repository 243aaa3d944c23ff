"""One export in a process of its own: `python -m benchmarks.exporters WHO NETWORK FILE.onnx [--timed]`.

WHO is `dynamo` or `trace`, torch.onnx.export's two ways; NETWORK is a name in benchmarks/pairs.py. Of
GoogLeNet, WHO may be `netc`, too, through its Python interface. With `--timed` a small network of the same
layers is exported first, so that everything is imported, and then the seconds of the call alone are printed:
torch's from the finished module on, netc's from the spec's text on.
"""

from __future__ import annotations

import json
import logging
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from torch import nn

NAMES = {"dynamo": "torch.onnx.export", "trace": "torch.onnx.export(dynamo=False)"}
"""torch's two ways, as rows call them."""

GOOGLENET = "specs/googlenet_torchvision.yaml"
SMALL = """
netc: 1
input: [3, 9, 9]
defaults: {conv: {norm: batch, act: relu}}
blocks:
  block:
    params: {width: }
    layers:
      - branches:
          - - conv1x1: $width
          - - {conv: "$(width + 4)", kernel: 3, padding: half}
layers:
  - {use: block, with: {width: 4}}
  - {pool: max, kernel: 3, stride: 2, round: ceil}
  - {head: side, layers: [{adaptive_pool: avg, to: 2}, flatten, {linear: 2}], train_only: true}
  - {global_pool: avg}
  - {dropout: 0.2}
  - {linear: 5}
"""
"""A network with a layer of each kind that GoogLeNet has."""

Export: TypeAlias = Callable[[str], None]
"""Writes a network to a path."""


def netc_exports(folder: Path) -> tuple[Export, Export]:
    """The export of a small network, and of GoogLeNet."""
    import netc

    small = folder / "small.yaml"
    small.write_text(SMALL)
    return lambda out: netc.load(small).to_onnx(out), lambda out: netc.load(GOOGLENET).to_onnx(out)


def torch_exports(name: str, *, dynamo: bool) -> tuple[Export, Export]:
    """The export of a small network, and of the named one as it is written by hand."""
    from torch import nn

    from benchmarks.handwritten import Inception
    from benchmarks.pairs import pair_of

    ends = (nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten(), nn.Dropout(), nn.Linear(16, 5))
    small = nn.Sequential(
        Inception(3, 4, (4, 4), (4, 4), 4), nn.MaxPool2d(3, 2, ceil_mode=True), *ends
    ).eval()
    pair = pair_of(name)
    whole = pair.by_hand().eval()
    return (
        lambda out: by_torch(small, (3, 9, 9), out, dynamo=dynamo),
        lambda out: by_torch(whole, pair.shape, out, dynamo=dynamo),
    )


def by_torch(
    module: nn.Module, shape: tuple[int, ...], path: str, *, dynamo: bool, beside: bool = False
) -> None:
    """What netc writes, too: one file, with a batch of any size, or two (``beside``: the weights apart).

    What torch warns of is not shown.
    """
    import torch

    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    x = torch.zeros(2, *shape)
    if dynamo:
        batch = ({0: torch.export.Dim("N")},)
        torch.onnx.export(
            module, (x,), path, dynamo=True, dynamic_shapes=batch, external_data=beside, verbose=False
        )
    else:
        axes = {"input": {0: "N"}}
        torch.onnx.export(module, (x,), path, dynamo=False, input_names=["input"], dynamic_axes=axes)


def main(who: str, name: str, path: str, timed: bool) -> None:
    """Export, and print how long the call took where it is ``timed``."""
    with TemporaryDirectory() as folder:
        exports = netc_exports(Path(folder)) if who == "netc" else torch_exports(name, dynamo=who == "dynamo")
        small, whole = exports
        if timed:
            small(str(Path(folder, "small.onnx")))
        started = time.perf_counter()
        whole(path)
        if timed:
            print()
            print(json.dumps(time.perf_counter() - started))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], "--timed" in sys.argv[4:])
