"""``torchrun`` as a page types it, with the repository's examples in the page's own folder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from tests.docs.blocks import ROOT

LIMIT = 240
"""Seconds after which the processes are killed."""


def torchrun(words: list[str]) -> str:
    """What ``torchrun WORDS`` prints, on both streams together. Raises ``AssertionError`` where it fails."""
    words = [str(ROOT / word) if word.startswith("examples/") else word for word in words]
    process = subprocess.Popen(
        [sys.executable, "-m", "torch.distributed.run", *words],
        env={**os.environ, "OMP_NUM_THREADS": "1"},  # torchrun says so at length where it is not set
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        printed, _ = process.communicate(timeout=LIMIT)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)  # torchrun's children, too
        raise
    assert process.returncode == 0, printed
    return printed
