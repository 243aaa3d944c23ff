"""The command, run in this process where that shows the same, else in one of its own."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeAlias

import pytest

from netc.cli.run import run

SMALL = """\
netc: 1
name: small
input: [1, 28, 28]
params: {classes: 10, act: relu, widths: [4, 8]}
variants:
  wide: {widths: [16, 32]}
layers:
  - for: width
    in: $widths
    layers:
      - {conv: $width, kernel: 3, padding: same, act: $act}
      - {pool: max, kernel: 2}
  - flatten
  - {linear: $classes, name: logits}
"""

WRONG = """\
netc: 1
input: [1, 28, 28]
layers:
  - {conv: 6, kernel: 5, strid: 2}
  - {pool: maxx, kernel: 2}
"""


class Ended(NamedTuple):
    """How a command ended, and what it printed."""

    status: int
    out: str
    err: str


Netc: TypeAlias = Callable[..., Ended]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder: ``small.yaml``, which is right, and ``wrong.yaml``, with two mistakes."""
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "NETC_TRACEBACK"):
        monkeypatch.delenv(name, raising=False)
    Path("small.yaml").write_text(SMALL, encoding="utf-8")
    Path("wrong.yaml").write_text(WRONG, encoding="utf-8")
    return tmp_path


@pytest.fixture
def netc(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Netc:
    """``netc("check", "small.yaml")``: run in this process, ``stdin`` being what standard input holds."""

    def call(*arguments: str, stdin: str = "") -> Ended:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        capsys.readouterr()
        status = run(arguments)
        printed = capsys.readouterr()
        return Ended(status, printed.out, printed.err)

    return call


@pytest.fixture
def process() -> Netc:
    """``process("check", "small.yaml")``: the same in a process of its own."""

    def call(*arguments: str, stdin: str = "") -> Ended:
        command = [sys.executable, "-m", "netc", *arguments]
        done = subprocess.run(
            command, input=stdin, capture_output=True, text=True, check=False, encoding="utf-8"
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    return call
