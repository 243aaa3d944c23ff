"""The files of one network, of netc and of torch's two ways: `python -m benchmarks.exported NETWORK REPEATS`.

It prints, as JSON, a list of measures: what is measured, in which unit, and each side's name and samples.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np
import onnx
import onnxruntime
import openvino
from numpy.typing import NDArray

from benchmarks.exporters import NAMES, by_torch
from benchmarks.measure import Side, Timing, Unit, take_turns
from benchmarks.pairs import Pair, equals, image, logits, pair_of

RUNS = 20
"""How often a turn runs a file; the turn's time is the median's."""


class File(NamedTuple):
    """A file, and whose it is."""

    name: str
    path: Path

    @property
    def nodes(self) -> int:
        """Its nodes."""
        model = onnx.load(str(self.path), load_external_data=False)
        assert not model.functions  # whose nodes would count as often as they are called
        return len(model.graph.node)


Running = Callable[[], NDArray[Any]]
"""Runs a loaded file once, and returns its output."""


def measures(pair: Pair, folder: Path, repeats: int) -> Iterator[tuple[str, Unit, list[Timing]]]:
    """What each file has of nodes and bytes, and how long an image takes."""
    written, expected = exported(pair, folder)
    yield f"{pair.name} as ONNX, nodes", "nodes", [Timing(file.name, (file.nodes,)) for file in written]
    sizes = [Timing(file.name, (file.path.stat().st_size,)) for file in written]
    yield f"{pair.name} as ONNX, file", "bytes", sizes
    x = image(1, pair.shape).numpy()
    for runtime, load in RUNTIMES.items():
        running = [(file.name, load(file.path, x)) for file in written]
        for name, run in running:
            near = 1e-3 * np.abs(expected).max()
            np.testing.assert_allclose(run(), expected, rtol=1e-3, atol=near, err_msg=f"{name} in {runtime}")
        sides = [Side(name, timed(run)) for name, run in running]
        yield f"{pair.name} in {runtime}, batch 1, wall time", "seconds", take_turns(sides, repeats)


def exported(pair: Pair, folder: Path) -> tuple[list[File], NDArray[Any]]:
    """The files of all sides, with the same weights, and what they are to compute of the image."""
    compiled, by_hand = equals(pair)
    expected = logits(by_hand, image(1, pair.shape)).detach().numpy()
    ours = File("netc compile", folder / "netc.onnx")
    pair.load().to_onnx(ours.path, weights=compiled.state_dict())
    theirs = [File(words, folder / f"{who}.onnx") for who, words in NAMES.items()]
    for who, file in zip(NAMES, theirs, strict=True):
        by_torch(by_hand, pair.shape, str(file.path), dynamo=who == "dynamo")
    return [ours, *theirs], expected


def in_onnxruntime(path: Path, x: NDArray[Any]) -> Running:
    """A file in ONNX Runtime, on the CPU."""
    session: Any = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    feed = {session.get_inputs()[0].name: x}
    return lambda: session.run(None, feed)[0]


def in_openvino(path: Path, x: NDArray[Any]) -> Running:
    """A file in OpenVINO, on the CPU, computing in float32."""
    hints = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"}
    request: Any = openvino.Core().compile_model(str(path), "CPU", hints).create_infer_request()
    return lambda: request.infer([x])[0]


RUNTIMES: dict[str, Callable[[Path, NDArray[Any]], Running]] = {
    "ONNX Runtime": in_onnxruntime,
    "OpenVINO": in_openvino,
}
"""How each loads a file."""


def timed(run: Running) -> Callable[[], float]:
    """Turns of a side: the median of a few runs, in seconds."""

    def turn() -> float:
        taken: list[float] = []
        for _ in range(RUNS):
            started = time.perf_counter()
            run()
            taken.append(time.perf_counter() - started)
        return median(taken)

    return turn


if __name__ == "__main__":
    with TemporaryDirectory() as temporary:
        print("\n" + json.dumps(list(measures(pair_of(sys.argv[1]), Path(temporary), int(sys.argv[2])))))
