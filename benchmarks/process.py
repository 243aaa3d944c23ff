"""Processes of their own, and what they take."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
"""The repository: every process starts there."""

NETC = str(Path(sys.executable).with_name("netc"))
"""The command as users have it: the console script beside this Python."""


class Usage(NamedTuple):
    """What one process took, in seconds: of the clock, and of processor time, user's and system's together."""

    wall: float
    cpu: float


def run(*command: str) -> Usage:
    """Run a command to its end. Raises ``RuntimeError`` with what it wrote where its exit status is not 0.

    The processor time is that of this child and of the children that it waited for, alone.
    """
    started = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as child:
        assert child.stderr is not None
        complaint = child.stderr.read()
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"{command} ended with {child.returncode}:\n{complaint.decode(errors='replace')}")
    return Usage(wall, used.ru_utime + used.ru_stime)


def reported(*command: str) -> float:
    """The number that a command prints last: seconds that it has measured itself. Raises as ``run`` does."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command} ended with {done.returncode}:\n{done.stderr}")
    return float(done.stdout.split()[-1])
