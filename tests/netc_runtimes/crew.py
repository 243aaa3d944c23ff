"""Workers, one a runtime, which are started again when a model ends them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Container, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import IO

ROOT = Path(__file__).parents[2]
NODE_PATH = ROOT / "examples" / "browser" / "node_modules"
"""Where `make` installs onnxruntime-web."""

LIMIT = 120.0
"""Seconds that a small model may take, on a machine that does much else, too."""


class Worker:
    """A process of ``worker.py`` for a runtime."""

    def __init__(self, name: str, batches: Sequence[int], log: Path) -> None:
        self._log = log
        with log.open("wb") as errors:
            self._process = subprocess.Popen(
                [sys.executable, str(Path(__file__).with_name("worker.py")), name, *map(str, batches)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                start_new_session=True,
                env={**os.environ, "NODE_PATH": str(NODE_PATH)},
            )
        self._lines: SimpleQueue[str] = SimpleQueue()
        assert self._process.stdout is not None
        self._reader = Thread(target=_read, args=(self._process.stdout, self._lines), daemon=True)
        self._reader.start()

    def outcome(self, stem: Path) -> str:
        """What the runtime makes of a model; a process that dies fails."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{stem}\n")
        self._process.stdin.flush()
        try:
            line = self._lines.get(timeout=LIMIT)
        except Empty:
            return f"fails: no answer in {LIMIT:.0f} s"
        if line:
            return str(json.loads(line))
        last = self._log.read_text(errors="replace").strip().splitlines()[-1:]
        return f"fails: the process ended with {self._process.wait()}: {''.join(last)}"

    @property
    def lives(self) -> bool:
        """Whether it can be asked again."""
        return self._process.poll() is None

    def end(self) -> None:
        """Kill it."""
        self._process.kill()
        self._process.communicate()
        self._reader.join()


def _read(stream: IO[str], lines: SimpleQueue[str]) -> None:
    for line in stream:
        lines.put(line)
    lines.put("")


def outcomes(
    runtime: str, stems: Sequence[Path], suspects: Container[Path], batches: Sequence[int], folder: Path
) -> dict[str, str]:
    """What a runtime makes of each model, by its name; a suspect has a process of its own, which it may spoil."""
    found: dict[str, str] = {}
    worker = None
    for stem in stems:
        if worker is None or stem in suspects:
            end(worker)
            worker = Worker(runtime, batches, folder / f"{runtime}.txt")
        found[stem.name] = worker.outcome(stem)
        if stem in suspects or not worker.lives or "no answer" in found[stem.name]:
            end(worker)
            worker = None
    end(worker)
    return found


def end(worker: Worker | None) -> None:
    """Kill a worker, if there is one."""
    if worker is not None:
        worker.end()
