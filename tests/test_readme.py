"""What README.md says is true: its spec, its error message, its commands, its table."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import netc

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")

WRONG = """\
netc: 1
input: [3, 224, 224]
params: {classes: 10}
defaults:
  conv: {norm: batch, act: relu, padding: half}
blocks:
  basic:
    params: {width: , stride: 1}
    layers:
      - residual:
          - {conv: $width, kernel: 3, stride: $stride}
          - {conv: $width, kernel: 3, act: none}
        act: relu
layers:
  - {conv: 64, kernel: 7, stride: 2}
  - {use: basic, with: {width: 64}, repeat: 2}
  - {use: basic, with: {width: 128}, first: {stride: 2}, repeat: 2}
  - {global_pool: avg}
  - {linear: $classes}
"""


def blocks(language: str) -> list[str]:
    """The fenced blocks of README in a language (``""``: those that name none)."""
    found: list[tuple[str, str]] = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return [text for name, text in found if name == language]


def test_the_spec_is_the_lenet_of_the_zoo() -> None:
    (text,) = blocks("yaml")
    shown, stored = netc.loads(text), netc.load(ROOT / "specs/lenet.yaml")
    assert shown.summary.totals[:5] == stored.summary.totals[:5]  # all but the bytes of `flatten`
    assert shown.outputs == stored.outputs


def test_the_error_is_what_netc_prints() -> None:
    (drawn,) = (text for text in blocks("") if text.startswith("error["))
    with pytest.raises(netc.SpecError) as raised:
        netc.loads(WRONG, filename="net.yaml")
    assert str(raised.value).rstrip() == drawn.rstrip()


def test_the_table_has_the_zoos_totals() -> None:
    rows = re.findall(r"^\| `(specs/\w+\.yaml)`[^|]*\| ([^|]+?) \| ([^|]+?) \|$", README, re.MULTILINE)
    assert len(rows) > 10
    for spec, params, macs in rows:
        totals = netc.load(ROOT / spec).summary.totals
        shown = (params.split(" ")[0], macs.partition(" (")[0].replace(",", ""))
        assert shown == (f"{totals.params:,}", str(totals.macs)), spec


def test_it_counts_the_specs() -> None:
    assert "Fifty-three networks" in README
    assert len(list((ROOT / "specs").glob("*.yaml"))) == 53


def commands() -> list[str]:
    """Every ``netc`` command in README, without its comment."""
    text = "\n".join(blocks("console"))
    return [line.split("#")[0].strip() for line in re.findall(r"^\$ (netc .*)$", text, re.MULTILINE)]


def test_every_command_runs(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "specs", tmp_path / "specs")
    assert len(commands()) > 4  # a change of README's form must not leave this test without work
    for command in commands():
        run = [sys.executable, "-m", *command.split()]
        done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"


def test_the_python_example_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "specs", tmp_path / "specs")
    monkeypatch.chdir(tmp_path)
    (text,) = blocks("python")
    exec(compile(text, "README.md", "exec"), {})
    assert (tmp_path / "resnet.onnx").stat().st_size > 0
