"""Latency in ONNX Runtime: the file that netc writes of GoogLeNet against the one that torch exports.

The same weights, the same image, one process, the CPU provider; both files were seen to compute the same.
Once with one thread, once with as many as ONNX Runtime chooses.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import onnxruntime

from benchmarks.exporters import by_torch
from benchmarks.measure import Bound, Comparison, Side, compare
from benchmarks.pairs import GOOGLENET, equals, image

BOUND = Bound("ratio", 1.03)
THREADS = {"1 thread": 1, "default threads": 0}
RUNS = 20
"""How often a turn runs a file; the turn's time is the median's."""


def measure(repeats: int) -> Iterator[Comparison]:
    """One row a number of threads."""
    with TemporaryDirectory() as folder:
        ours, torchs = str(Path(folder, "netc.onnx")), str(Path(folder, "torch.onnx"))
        compiled, by_hand = equals(GOOGLENET)
        GOOGLENET.load().to_onnx(ours, weights=compiled.state_dict())
        by_torch(by_hand, GOOGLENET.shape, torchs, dynamo=True)
        for words, threads in THREADS.items():
            yield compare(
                f"ONNX Runtime on GoogLeNet, batch 1, {words}, wall time",
                *agreeing(Running("netc's file", ours, threads), Running("torch's file", torchs, threads)),
                repeats,
                BOUND,
            )


class Running:
    """A file in a session of its own; ``threads`` work on one op, 0 meaning ONNX Runtime's choice."""

    def __init__(self, name: str, path: str, threads: int) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.name = name
        self.session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self.feed = {self.session.get_inputs()[0].name: image(1).numpy()}

    def result(self) -> Any:
        """The file's one output."""
        return self.session.run(None, self.feed)[0]

    def turn(self) -> float:
        """The median of a few runs, in seconds."""
        taken: list[float] = []
        for _ in range(RUNS):
            started = time.perf_counter()
            self.session.run(None, self.feed)
            taken.append(time.perf_counter() - started)
        return median(taken)


def agreeing(first: Running, second: Running) -> tuple[Side, Side]:
    """Both as sides. Raises ``AssertionError`` where they do not compute the same."""
    np.testing.assert_allclose(first.result(), second.result(), rtol=1e-3, atol=1e-4)
    return Side(first.name, first.turn), Side(second.name, second.turn)
