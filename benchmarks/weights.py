"""Weights into an ONNX file: netc from a spec and a safetensors file, against torch.onnx.export and `cp`.

VGG-16 (553 MB), which is one file, and a chain of linear layers (3 GiB), whose weights lie in a second file
beside the model. Whole processes: how long they take, and how much memory they hold at most. torch's side
makes the module by hand, loads its state from a safetensors file of the same numbers and exports; `cp`
copies the file that netc reads. netc's files are on the disk when it ends, so every other side is followed
by a `sync` of its files. What is read lies in the system's cache, whoever reads it.

`python -m benchmarks.weights WHO NETWORK WEIGHTS OUT` is torch's side, WHO being `dynamo` or `trace`; where
WHO is `files`, it writes two safetensors files of the same first weights: WEIGHTS as torch names them, OUT
as netc does.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.exporters import NAMES, by_torch
from benchmarks.exports import FEW, footprint_rows
from benchmarks.measure import Comparison, turns
from benchmarks.process import NETC, ROOT, Footprint, footprint, run

if TYPE_CHECKING:
    from torch import nn

VGG = "specs/vgg.yaml"
CHAIN = "a chain of 3 GiB"
WIDTH, LAYERS = 8192, 12
SPEC = f"""
netc: 1
name: chain
input: [{WIDTH}]
layers:
  - {{linear: {WIDTH}, repeat: {LAYERS}}}
"""
"""Twelve weights of 256 MiB."""

SYNCED = 'folder=$1; shift; "$@" && sync "$folder"/*'
"""A command that writes into a folder, and then a wait until the disk has what is in it."""


class Job(NamedTuple):
    """A network, its spec, its files of weights as netc and as torch names them, and a folder for results."""

    name: str
    spec: str
    ours: str
    theirs: str
    folder: Path

    def sides(self) -> dict[str, Callable[[], Footprint]]:
        """Each side by its name: one turn."""
        out = str(self.folder / "net.onnx")
        copy = ("cp", self.ours, str(self.folder / "copy.safetensors"))
        torch = (sys.executable, "-m", "benchmarks.weights")
        return {
            "netc compile": partial(self.turn, NETC, "compile", self.spec, "--weights", self.ours, "-o", out),
            "cp": partial(self.synced, *copy),
            **{
                words: partial(self.synced, *torch, who, self.name, self.theirs, out)
                for who, words in NAMES.items()
            },
        }

    def synced(self, *command: str) -> Footprint:
        """A command that does not wait for the disk, and then a wait."""
        return self.turn("sh", "-c", SYNCED, "sh", str(self.folder), *command)

    def turn(self, *command: str) -> Footprint:
        """A command that writes into the folder, which is empty before and afterwards."""
        self.folder.mkdir()
        try:
            return footprint(*command)
        finally:
            rmtree(self.folder)


def measure(repeats: int) -> Iterator[Comparison]:
    """For each network two rows against each other side."""
    for name, spec in (("VGG-16", VGG), (CHAIN, None)):
        with TemporaryDirectory() as folder:
            yield from rows(name, spec or chain(Path(folder)), Path(folder), min(repeats, FEW))


def rows(name: str, spec: str, folder: Path, repeats: int) -> Iterator[Comparison]:
    """The rows of one network."""
    job = Job(name, spec, str(folder / "ours"), str(folder / "theirs"), folder / "results")
    run(sys.executable, "-m", "benchmarks.weights", "files", name, job.theirs, job.ours)
    sides = job.sides()
    taken = dict(zip(sides, turns(list(sides.values()), repeats), strict=True))
    yield from footprint_rows(f"weights of {name} to ONNX", taken)


def chain(folder: Path) -> str:
    """The spec of the chain, written into a folder."""
    spec = folder / "chain.yaml"
    spec.write_text(SPEC)
    return str(spec)


def module(name: str) -> tuple[nn.Module, tuple[int, ...]]:
    """A network by hand, and its input's shape."""
    from torch import nn

    from benchmarks.pairs import pair_of

    if name == CHAIN:
        return nn.Sequential(*(nn.Linear(WIDTH, WIDTH) for _ in range(LAYERS))), (WIDTH,)
    pair = pair_of(name)
    return pair.by_hand(), pair.shape


def write_files(name: str, theirs: str, ours: str) -> None:
    """The first weights of a module by hand, under its own names and under netc's."""
    from safetensors.torch import save_file

    import netc
    from benchmarks.pairs import state

    network = netc.loads(SPEC) if name == CHAIN else netc.load(ROOT / VGG)
    made, _ = module(name)
    save_file(made.state_dict(), theirs)
    save_file(dict(zip(network.parameters, state(made), strict=True)), ours)


def export(who: str, name: str, weights: str, out: str) -> None:
    """One export by torch of weights from a file, which are in memory once."""
    import torch
    from safetensors.torch import load_file

    with torch.device("meta"):  # no first weights are made
        made, shape = module(name)
    made.load_state_dict(load_file(weights), assign=True)
    by_torch(made.eval(), shape, out, dynamo=who == "dynamo", beside=name == CHAIN)


if __name__ == "__main__":
    if sys.argv[1] == "files":
        write_files(*sys.argv[2:])
    else:
        export(*sys.argv[1:])
