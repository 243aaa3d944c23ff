"""Processes of their own, and what they take."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
"""The repository: every process starts there."""

NETC = str(Path(sys.executable).with_name("netc"))
"""The command as users have it: the console script beside this Python."""


LAUNCHER = str(ROOT / "benchmarks" / "launcher.py")

NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"


class Usage(NamedTuple):
    """What one process took, in seconds: by the clock, and of processors (user and system time)."""

    wall: float
    cpu: float


class Footprint(NamedTuple):
    """What one process took: seconds by the clock and of processors, and the most memory, in bytes."""

    wall: float
    cpu: float
    peak: int


def run(*command: str) -> Usage:
    """Run a command to its end. Raises ``RuntimeError`` with what it wrote where its exit status is not 0.

    The processor time is that of this child, and of the children that it waited for, alone.
    """
    started = time.perf_counter()
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as child:
        assert child.stderr is not None
        complaint = child.stderr.read()
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)
    require_success(command, child.returncode, complaint.decode(errors="replace"))
    return Usage(wall, used.ru_utime + used.ru_stime)


def footprint(*command: str) -> Footprint:
    """Run a command to its end, and say what it took; raises as ``run`` does.

    The peak is of physical memory, shared libraries included, and never below the 10 MiB of what starts the
    command; the largest of its processes counts.
    """
    wall, cpu, peak = answer(sys.executable, "-I", "-S", LAUNCHER, *command)
    return Footprint(wall, cpu, peak * (1 if sys.platform == "darwin" else 1024))


def answer(*command: str, **more: str) -> Any:
    """What a command prints in its last line, as JSON; ``more`` are environment variables.

    Raises as ``run`` does.
    """
    done = subprocess.run(
        command, cwd=ROOT, env=environment(**more), capture_output=True, text=True, check=False
    )
    require_success(command, done.returncode, done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def environment(**more: str) -> dict[str, str]:
    """The environment variables here and ``more``, but for the one that keeps Python from saving bytecode.

    What pip installs has its bytecode beside it; netc, run from its source tree, has it after the warm-up.
    """
    return {name: value for name, value in os.environ.items() if name != NO_BYTECODE} | more


def require_success(command: tuple[str, ...], status: int, complaint: str) -> None:
    """Raise ``RuntimeError`` unless a command's exit status is 0."""
    if status:
        raise RuntimeError(f"`{' '.join(command)}` ended with {status}:\n{complaint}")
