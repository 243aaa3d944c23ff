"""The same spec gives the same bytes on every machine and day, and they name neither."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest

import netc

SPEC = """
netc: 1
name: classifier
doc: Grüße aus dem Wald.
import: [blocks/both.yaml]
input: [3, H, 32]
dims: {H: {multiple_of: 8}}
layers:
  - {use: both.both, with: {width: 8}}
  - {pool: max, kernel: 2}
  - {use: both.both, with: {width: 6}}
  - {name: towards, global_pool: avg}
  - {linear: 5, init: {weight: trunc_normal(0.02)}}
"""
BLOCKS = """
netc: 1
blocks:
  both:
    params: {width: }
    layers:
      - branches:
          - [{conv: $width, kernel: 3, padding: same, norm: batch, act: relu}]
          - [{pool: avg, kernel: 3, stride: 1, padding: same}]
          - [{conv: $width, kernel: 5, padding: same, act: gelu}]
"""

WRITE = """
import sys, time
import netc, netc_onnx, netc.weights.file, safetensors

def no_clock(*_):
    raise AssertionError("what is written has no date: no clock is read")

time.time = time.time_ns = time.localtime = time.gmtime = time.strftime = time.ctime = no_clock
spec, weights, folder = sys.argv[1:]
network = netc.load(spec)
network.to_onnx(f"{folder}/first.onnx")
network.to_onnx(f"{folder}/trained.onnx", weights=weights, optimize=False)
network.to_safetensors(f"{folder}/first.safetensors")
"""
FILES = ("first.onnx", "first.safetensors", "trained.onnx")


class Place(NamedTuple):
    """How a process runs: its environment (`NAME=VALUE`, …), in the spec's folder or that of its results."""

    environment: str = ""
    beside: bool = True

    @property
    def variables(self) -> dict[str, str]:
        """The environment's variables."""
        return dict(word.split("=") for word in self.environment.split())


PLACES = {
    "another folder": Place(),
    "another working folder": Place(beside=False),
    "another hash seed": Place("PYTHONHASHSEED=7"),
    "no locale": Place("LC_ALL=C PYTHONUTF8=0 PYTHONCOERCECLOCALE=0"),
    "another language": Place("LANG=tr_TR.UTF-8 LC_ALL=tr_TR.UTF-8"),
    "elsewhere": Place("TZ=Asia/Kathmandu HOME=/nowhere USER=hannelore HOSTNAME=hannelores-desk"),
}


def written(root: Path, place: Place) -> dict[str, bytes]:
    """The files, written below ``root`` by a process at that place."""
    specs, results = root / "hannelores-specs", root / "hannelores-results"
    (specs / "blocks").mkdir(parents=True)
    results.mkdir()
    (specs / "net.yaml").write_text(SPEC, encoding="utf-8")
    (specs / "blocks" / "both.yaml").write_text(BLOCKS, encoding="utf-8")
    weights = specs / "hannelores-weights.safetensors"
    netc.load(specs / "net.yaml").to_safetensors(weights, seed=1)
    named = (Path("net.yaml"), Path(weights.name)) if place.beside else (specs / "net.yaml", weights)
    subprocess.run(
        [sys.executable, "-c", WRITE, *map(str, named), str(results)],
        cwd=specs if place.beside else results,
        env={**os.environ, "PYTHONHASHSEED": "0", **place.variables},
        capture_output=True,
        text=True,
        check=True,
    )
    return {name: (results / name).read_bytes() for name in FILES}


@cache
def here() -> dict[str, bytes]:
    with TemporaryDirectory() as folder:
        return written(Path(folder), Place())


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_the_bytes_are_the_same(place: Place, tmp_path: Path) -> None:
    found = written(tmp_path, place)
    assert [name for name in FILES if found[name] != here()[name]] == []


def test_weights_and_seeds_make_other_bytes() -> None:
    assert len({here()[name] for name in FILES}) == len(FILES)


@pytest.mark.parametrize("place", [Place(), Place(beside=False)], ids=["beside", "by its whole path"])
def test_no_path_and_no_person_is_named(place: Place, tmp_path: Path) -> None:
    for name, data in written(tmp_path, place).items():
        for word in ("hannelore", tmp_path.name, str(Path.home()), str(Path(netc.__file__).parent)):
            assert word.encode() not in data, f"{name} has {word}"
        assert b"towards" in data or name == "first.safetensors"  # a word of the spec's is found
