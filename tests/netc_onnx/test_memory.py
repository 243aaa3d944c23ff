"""Memory: the largest tensor and 300 MiB are enough, whatever a file begins from and becomes.

A child process writes, and says at its end how much it ever held (Linux' ``VmHWM``). Weights files are holes
but for their headers, so that they cost neither time nor disk.
"""

from __future__ import annotations

import json
import subprocess
import sys
from math import prod
from pathlib import Path
from typing import NamedTuple

import pytest

import netc

MIB = 2**20
SPARE = 300 * MIB

PEAK = """
import atexit, re, runpy, sys
from pathlib import Path

def report():
    kibibytes = re.search(r"VmHWM:\\s*(\\d+) kB", Path("/proc/self/status").read_text())[1]
    print(int(kibibytes) * 1024)

atexit.register(report)
import netc_onnx.weights
netc_onnx.weights.LARGEST_FILE = int(sys.argv.pop(1))
runpy.run_module("netc", run_name="__main__", alter_sys=True)
"""
"""`netc`, with the size of the largest file as the first argument, and its peak of memory in bytes printed."""

LINEAR = """
netc: 1
input: [8192]
layers:
  - {linear: 8192}
"""
TWO = LINEAR.replace("8192}", "8192, bias: false, repeat: 2}")
"""A second parameter follows the first at once."""

FOLDED = LINEAR.replace("8192}", "8192, norm: batch}")
TURNED = FOLDED.replace("input: [8192]", "input: {shape: [5, 8192], layout: sequence}")
"""A sequence's weight is stored as its transpose."""

LSTM = """
netc: 1
input: {shape: [5, 64], layout: sequence}
layers:
  - {lstm: 4096}
"""
BYTES = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2}


class Case(NamedTuple):
    """A spec, the type of the weights file it begins from (or its seed), what is written and how.

    Above ``largest`` bytes a model has a second file.
    """

    spec: str
    begin: str | None
    target: str = "net.onnx"
    options: tuple[str, ...] = ()
    largest: int = 2**31 - 1


CASES = {
    "a seed's": Case(TWO, None),
    "a seed's, weights alone": Case(TWO, None, "net.safetensors"),
    "float64": Case(LINEAR, "F64"),
    "float32": Case(LINEAR, "F32"),
    "bfloat16": Case(LINEAR, "BF16"),
    "beside": Case(LINEAR, "F32", largest=MIB),
    "folded": Case(FOLDED, "F32"),
    "folded and turned": Case(TURNED, "F32"),
    "packed": Case(LSTM, "F16"),
    "narrowed": Case(LINEAR, "F32", options=("--dtype", "float16")),
}


def weights_file(path: Path, code: str, parameters: dict[str, tuple[int, ...]]) -> None:
    """A safetensors file of zeros that takes no room on the disk."""
    header: dict[str, object] = {}
    end = 0
    for name, shape in parameters.items():
        begin, end = end, end + BYTES[code] * prod(shape)
        header[name] = {"dtype": code, "shape": shape, "data_offsets": [begin, end]}
    text = json.dumps(header).encode()
    with path.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        file.truncate(file.tell() + end)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_largest_tensor_and_300_mib_are_enough(case: Case, tmp_path: Path) -> None:
    spec = tmp_path / "net.yaml"
    spec.write_text(case.spec)
    shapes = {name: type_.shape for name, type_ in netc.load(spec).parameters.items()}
    options = case.options
    if case.begin is not None:
        weights_file(tmp_path / "weights", case.begin, shapes)
        options = (*options, "--weights", str(tmp_path / "weights"))
    out = tmp_path / case.target
    command = (sys.executable, "-c", PEAK, str(case.largest), "compile", str(spec), "-o", str(out), *options)
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    written = sum(file.stat().st_size for file in tmp_path.glob(f"{case.target}*"))
    for file in tmp_path.iterdir():
        file.unlink()  # pytest would keep it for days
    largest = max(map(prod, shapes.values()))
    assert written >= largest * (2 if case.options else 4)
    assert int(done.stdout) <= 4 * largest + SPARE
