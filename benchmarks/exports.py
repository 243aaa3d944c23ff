"""Six networks to ONNX files: netc from their specs, torch.onnx.export both ways from modules by hand.

Whole processes first: how long they take and how much memory they hold at most. Each gives its network first
weights. Then, in one more process and with the same weights on every side, the files: their nodes, their
size, and an image's way through them in ONNX Runtime and OpenVINO, with as many threads as each runtime
chooses. Every file was seen to compute what the module by hand does. netc's file is the optimised one, as
`netc compile` writes it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.exporters import NAMES
from benchmarks.measure import Comparison, Timing, Unit, turns
from benchmarks.process import NETC, Footprint, answer, footprint

SPECS = {
    "LeNet": "specs/lenet.yaml",
    "GoogLeNet": "specs/googlenet_torchvision.yaml",
    "ResNet-50": "specs/resnet.yaml",
    "MobileNetV2": "specs/mobilenet_v2.yaml",
    "DenseNet-121": "specs/densenet.yaml",
    "VGG-16": "specs/vgg.yaml",
}
"""The networks of ``benchmarks.pairs.EXPORTED``, which is not imported here: it would load torch."""

FEW = 3
"""Turns that count at most: torch needs minutes for one of each network."""


def measure(repeats: int) -> Iterator[Comparison]:
    """For each network two rows a measure, one for each way of torch's."""
    for name, spec in SPECS.items():
        with TemporaryDirectory() as folder:
            yield from processes(name, spec, str(Path(folder, "net.onnx")), min(repeats, FEW))
        yield from files(name, repeats)


def processes(name: str, spec: str, out: str, repeats: int) -> Iterator[Comparison]:
    """The rows of whole processes."""
    exporter = (sys.executable, "-m", "benchmarks.exporters")
    commands = {
        "netc compile": (NETC, "compile", spec, "-o", out),
        **{words: (*exporter, who, name, out) for who, words in NAMES.items()},
    }
    taken = turns([partial(footprint, *command) for command in commands.values()], repeats)
    by_name = dict(zip(commands, taken, strict=True))
    yield from footprint_rows(f"{name} to ONNX", by_name)


def footprint_rows(what: str, taken: dict[str, list[Footprint]]) -> Iterator[Comparison]:
    """The first side's time and peak of memory against those of each other."""
    times = [Timing(name, tuple(one.wall for one in own)) for name, own in taken.items()]
    peaks = [Timing(name, tuple(one.peak for one in own)) for name, own in taken.items()]
    yield from against_each(f"{what}, whole process, wall time", times, "seconds")
    yield from against_each(f"{what}, whole process, peak memory", peaks, "bytes")


def against_each(what: str, sides: list[Timing], unit: Unit) -> Iterator[Comparison]:
    """The first side against each other."""
    first, *others = sides
    return (Comparison(what, first, other, unit=unit) for other in others)


def files(name: str, repeats: int) -> Iterator[Comparison]:
    """The rows of a network's files, measured in a process of its own."""
    rows: list[Any] = answer(sys.executable, "-m", "benchmarks.exported", name, str(repeats))
    for what, unit, sides in rows:
        timings = [Timing(side, tuple(samples)) for side, samples in sides]
        yield from against_each(what, timings, unit)
