"""GoogLeNet to an ONNX file: netc from its spec, torch from the same network written by hand.

torch's module is benchmarks/handwritten.py's, not netc's, so that torch does no work of netc's. Both sides
give the network first weights, write one file with them, and leave the batch size open; opsets are each
side's default. First as whole processes, then the calls alone, after all imports and the export of a small
network: torch's from the finished module on, netc's from the spec's text on, so that reading, checking and
making the weights count for netc alone.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.exporters import GOOGLENET, NAMES
from benchmarks.measure import Bound, Comparison, Side, take_turns
from benchmarks.process import NETC, answer, run

WHOLE = Bound("faster", 10)
CALL = Bound("faster", 50)


def measure(repeats: int) -> Iterator[Comparison]:
    """Two rows for whole processes, two for the calls."""
    with TemporaryDirectory() as folder:
        out = str(Path(folder, "googlenet.onnx"))
        ours = Side("netc compile", partial(compile_, out))
        sides = [ours, *(Side(NAMES[who], partial(process, who, out)) for who in NAMES)]
        yield from rows("GoogLeNet to ONNX, whole process", sides, repeats, WHOLE)
        timed = {"netc": "netc.load and to_onnx", **NAMES}
        sides = [Side(name, partial(call, who, out)) for who, name in timed.items()]
        yield from rows("GoogLeNet to ONNX, without imports", sides, repeats, CALL)


def compile_(out: str) -> float:
    """One compilation, in seconds: a whole process."""
    return run(NETC, "compile", GOOGLENET, "-o", out).wall


def process(who: str, out: str) -> float:
    """One export, in seconds: a whole process."""
    return run(*exporter(who, out)).wall


def call(who: str, out: str) -> float:
    """One export, in seconds: what its process measured of the call."""
    return float(answer(*exporter(who, out), "--timed"))


def exporter(who: str, out: str) -> tuple[str, ...]:
    """The command of one export."""
    return sys.executable, "-m", "benchmarks.exporters", who, "GoogLeNet", out


def rows(what: str, sides: list[Side], repeats: int, bound: Bound) -> Iterator[Comparison]:
    """One row for each way of torch's: the bound is on the newer one, its default."""
    ours, dynamo, trace = take_turns(sides, repeats)
    yield Comparison(f"{what}, wall time", ours, dynamo, (bound,))
    yield Comparison(f"{what}, wall time", ours, trace)
