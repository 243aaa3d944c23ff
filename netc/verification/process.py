"""The parent's side of ``netc.verification.child``: starts it, waits as long as is right, and ends it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from queue import Empty, SimpleQueue
from tempfile import TemporaryDirectory
from threading import Thread
from typing import TYPE_CHECKING, Any, NamedTuple, final

from netc.verification.job import Answer, Job, Made, Turn

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from types import TracebackType
    from typing import Self

    from netc.runtime import Arrays

MODULE = "netc.verification.child"

GRACE = 10.0
"""Seconds that a process has to end by itself once it has closed its output."""

NOT_WORTH_SHOWING = ("note: run with `RUST_BACKTRACE",)
"""How lines begin that runtimes print last, and that say nothing."""


class Feed(NamedTuple):
    """The inputs of a run, in a file that child processes read, and their names in its order."""

    path: Path
    names: tuple[str, ...]


class Ran(NamedTuple):
    """What a runtime made of one run, and the seconds that it took, the model loaded."""

    outputs: Arrays
    seconds: float


class Failed(NamedTuple):
    """How a runtime failed; ``in_time`` tells an error or a crash from a process that had to be ended."""

    reason: str
    in_time: bool = True


def run_apart(
    runtime: str, model: Path, feeds: Sequence[Feed], limits: Sequence[float]
) -> Generator[Ran | Failed]:
    """What a runtime makes of each feed, in order, in one process of its own; a failure is the last.

    ``limits`` are the seconds that each run may take, loading included. What the runtime writes for itself
    goes into a folder beside the model.
    """
    import numpy as np  # loaded only where a network is run

    with TemporaryDirectory(dir=model.parent, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        turns = [
            Turn(inputs=str(feed.path), names=list(feed.names), outputs=str(folder / f"outputs{place}.npz"))
            for place, feed in enumerate(feeds)
        ]
        job = Job(runtime=runtime, model=str(model), turns=turns)
        (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
        with Child(folder) as child:
            for turn, limit in zip(turns, limits, strict=True):
                answer = child.answer(limit)
                if isinstance(answer, Failed):
                    yield answer
                    return
                with np.load(turn["outputs"]) as file:
                    outputs: dict[str, Any] = {
                        output: file[f"arr_{place}"] for place, output in enumerate(answer["names"])
                    }
                Path(turn["outputs"]).unlink()
                yield Ran(outputs, answer["seconds"])


@final
class Child:
    """A child process that does the job in ``folder``; the end of the block ends it, and what it started."""

    def __init__(self, folder: Path) -> None:
        self._log = folder / "log.txt"
        # The child finds what this process finds, and nothing in the working folder that this one would not.
        paths = os.pathsep.join(path for path in sys.path if path)
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603  # this Python, on a module of netc's
                [sys.executable, "-P", "-m", MODULE, str(folder / "job.json")],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                env={**os.environ, "PYTHONPATH": paths, "TMPDIR": str(folder)},
                start_new_session=True,
            )
        self._lines: SimpleQueue[bytes] = SimpleQueue()
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put(b"")

    def answer(self, seconds: float) -> Made | Failed:
        """What the child says of the next run, or how it failed to."""
        try:
            line = self._lines.get(timeout=seconds)
        except Empty:
            return Failed(f"no answer in {seconds:.3g} s{self._last_words()}", in_time=False)
        if not line:
            return Failed(f"{self._end()}{self._last_words()}")
        answer: Answer = json.loads(line)
        return Failed(answer["error"]) if "error" in answer else answer

    def _end(self) -> str:
        """How the process ended."""
        try:
            status = self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            return "the process hangs at its end"
        if status >= 0:
            return f"the process ended with status {status}"
        try:
            return f"the process was ended by {signal.Signals(-status).name}"
        except ValueError:
            return f"the process was ended by signal {-status}"

    def _last_words(self) -> str:
        """The last line of what the process printed, behind a colon."""
        lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()
        lines = [line.strip() for line in lines if line.strip() and not line.startswith(NOT_WORTH_SHOWING)]
        return f": {lines[-1]}" if lines else ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        end(self._process)
        self._reader.join(GRACE)
        if self._process.stdout is not None and not self._reader.is_alive():
            self._process.stdout.close()


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process and, where there are process groups, all that it started."""
    if sys.platform != "win32":
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):  # it is gone, or so far gone that it has no group
            process.kill()
    else:
        process.kill()
    process.wait()
