"""The command, on what is quick."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import netc
from benchmarks import growth, run
from benchmarks.process import ROOT

HELP = """\
usage: run.py [-h] [--repeats N] [--json FILE] [NAME ...]

How long netc takes, beside what one would use without it.

positional arguments:
  NAME         which; default: all of those below

options:
  -h, --help   show this help message and exit
  --repeats N  turns of each side that count (default: 7; one more warms up)
  --json FILE  write every sample to a file, too

startup       a check of a small spec, against importing what it needs
growth        a check of ten times as many layers
construction  making a module, against a constructor by hand
forward       a forward pass, against a module by hand
training      a training step, against a module by hand
export        GoogLeNet to ONNX, against torch.onnx.export (takes minutes)
latency       ONNX Runtime on netc's file, against torch's
exports       six networks to ONNX, against torch.onnx.export both ways (half an hour)
weights       VGG-16 and 3 GiB of weights to ONNX, against torch.onnx.export and cp
"""


def test_it_says_what_it_can_measure(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    with pytest.raises(SystemExit) as ended:
        run.main(["--help"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == HELP


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["start"], "argument NAME: no benchmark is called 'start'; there are startup, growth, "),
        (["--repeats", "0"], "argument --repeats: '0' is not a whole number from 1 on"),
    ],
)
def test_it_refuses_what_it_does_not_know(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        run.main(arguments)
    assert complaint in capsys.readouterr().err


@pytest.mark.parametrize("name", run.BENCHMARKS)
def test_every_benchmark_has_a_module(name: str) -> None:
    assert (ROOT / "benchmarks" / f"{name}.py").is_file()


def test_a_run_prints_the_machine_and_a_row_a_comparison(tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    command = (sys.executable, "benchmarks/run.py", "startup", "--repeats", "1", "--json", str(figures))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("processor ")
    assert "\nstart-up, processor time\n  netc check specs/lenet.yaml " in done.stdout
    assert "\n  ≤ 1.35×: " in done.stdout
    (row,) = json.loads(figures.read_text())["rows"]
    assert [len(side["samples"]) for side in row["sides"]] == [1, 1]


def test_chains_are_specs_without_fault(tmp_path: Path) -> None:
    spec = tmp_path / "chain.yaml"
    spec.write_text(growth.chain(20))
    assert netc.check(spec) == []
    assert len(netc.load(spec).layers) == 20
