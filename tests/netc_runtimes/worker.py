"""A process that runs one runtime on many models: ``python worker.py RUNTIME BATCH…``.

Each line that it reads is the stem of a model: ``STEM.onnx`` and ``STEM.npz``, which has inputs and right outputs
by batch, as ``BATCH/in/NAME`` and ``BATCH/out/NAME``. Each line that it writes is JSON: what came of it.
"""

from __future__ import annotations

import json
import os
import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from netc.runtime import Runtime, Session


def main(name: str, *batches: str) -> None:
    """Answer to the end of the input. What the runtime prints goes to standard error."""
    (point,) = entry_points(group="netc.runtimes", name=name)
    with os.fdopen(os.dup(1), "w") as answers:
        os.dup2(2, 1)
        runtime: Runtime = point.load()
        for line in sys.stdin:
            answers.write(f"{json.dumps(outcome(runtime, line.strip(), batches))}\n")
            answers.flush()


def outcome(runtime: Runtime, stem: str, batches: tuple[str, ...]) -> str:
    """``ok``, or what is wrong: ``fails: …`` or ``differs: …``."""
    with np.load(f"{stem}.npz") as file:
        arrays: dict[str, Any] = dict(file)
    session: Session | None = None
    for batch in batches:
        inputs, right = (given(arrays, f"{batch}/{side}/") for side in ("in", "out"))
        try:
            if session is None or not runtime.dynamic:
                shapes = {name: array.shape for name, array in inputs.items()}
                session = runtime.load(Path(f"{stem}.onnx"), shapes)
            found = session.run(inputs)
        except Exception as error:
            return f"fails: {type(error).__name__}: {' '.join(str(error).split())[:300]}"
        for name, array in right.items():
            wrong = difference(found[name], array)
            if wrong:
                return f"differs: {name} at batch {batch}: {wrong}"
    return "ok"


def given(arrays: dict[str, Any], prefix: str) -> dict[str, Any]:
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}


def difference(found: Any, right: Any) -> str:
    """What is wrong with an output; nothing where it is within a thousandth of the largest element."""
    found = np.asarray(found)
    if (found.shape, found.dtype) != (right.shape, right.dtype):
        return f"{found.dtype} {found.shape} for {right.dtype} {right.shape}"
    worst = float(np.abs(found.astype(np.float64) - right).max() / np.abs(right).max())
    return "" if worst < 1e-3 else f"{worst:.1e} of the largest element"


if __name__ == "__main__":
    main(*sys.argv[1:])
