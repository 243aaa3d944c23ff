"""One runtime at work in a process of its own: ``python -m netc.verification.child JOB``.

``JOB`` is a JSON file: the runtime's name, the path of the model, and the runs, each with the file of its
inputs, their names, and the file that the outputs go into. One line of JSON a run goes to standard output:
the outputs' names and the seconds that running took, or the error that was raised, and ended the work. All
that the runtime prints goes to standard error.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

from netc.verification.job import Made, Raised
from netc.verification.runtimes import find_runtime
from netc.verification.timing import timed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netc.runtime import Arrays, Runtime, Session
    from netc.verification.job import Answer, Job, Turn

MOST_LETTERS = 2_000
"""Of what an error says."""


def main(arguments: Sequence[str]) -> int:
    """Do the job; gives the exit status."""
    job: Job = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    dump_no_core()
    with os.fdopen(os.dup(1), "w", encoding="ascii") as answers:
        os.dup2(2, 1)
        for answer in answers_to(job):
            answers.write(json.dumps(answer) + "\n")
            answers.flush()
    return 0


def answers_to(job: Job) -> Iterator[Answer]:
    """What is said of each run, to the first that raises."""
    try:
        worker = Worker(find_runtime(job["runtime"]), Path(job["model"]))
        for turn in job["turns"]:
            yield worker.take(turn)
    except Exception as error:  # whatever a runtime raises is what is to be told
        text = f"{type(error).__name__}: {error}"[:MOST_LETTERS]
        yield Raised(error=" ".join(text.split()))


@final
class Worker:
    """A runtime, and the model that it has loaded."""

    def __init__(self, runtime: Runtime, model: Path) -> None:
        self._runtime = runtime
        self._model = model
        self._session: Session | None = None
        self._often = True

    def take(self, turn: Turn) -> Made:
        """Load, where that is needed, run, and write the outputs."""
        import numpy as np  # loaded only where a network is run

        with np.load(turn["inputs"]) as file:
            inputs: dict[str, Any] = {name: file[f"arr_{place}"] for place, name in enumerate(turn["names"])}
        outputs, seconds = timed(self._loaded(inputs), inputs, often=self._often)
        self._often = False
        arrays = {name: np.asarray(one) for name, one in outputs.items()}
        odd = [f"`{name}` ({one.dtype})" for name, one in arrays.items() if one.dtype.kind not in "fiub"]
        if odd:
            raise TypeError(f"outputs that are no arrays of numbers: {', '.join(odd)}")
        np.savez(turn["outputs"], *arrays.values())
        return Made(names=list(arrays), seconds=seconds)

    def _loaded(self, inputs: Arrays) -> Session:
        """The session that runs inputs of these shapes."""
        session = self._session
        if session is None:
            session = self._runtime.load(self._model, {name: one.shape for name, one in inputs.items()})
            self._session = session if self._runtime.dynamic else None
        return session


def dump_no_core() -> None:
    """Let a crash leave no file behind."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415  # POSIX alone has it

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
