"""Runtimes that go wrong in every way there is, behind entry points that ``conftest`` makes.

Each is onnxruntime, but for the node of the spec's layer that it trips over: ``layer`` is its name.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, final

import numpy as np
import onnx
from onnx import helper

from netc.runtime import Known
from tests.netc_onnx.networks import Numbers, Session

if TYPE_CHECKING:
    from netc.runtime import Arrays
    from netc.types.parameter import Shape


class Loaded(NamedTuple):
    """A session, and what is done to its outputs."""

    session: Session
    change: Callable[[Numbers], Numbers] = dict

    def run(self, inputs: Arrays) -> Arrays:
        return self.change(self.session.run(inputs))


@final
class Stranger:
    """Loads as ``loading`` does; says ``known`` of every model."""

    install = "nothing"

    def __init__(
        self,
        loading: Callable[[onnx.ModelProto], Loaded],
        known: Sequence[Known] = (),
        *,
        dynamic: bool = True,
        seconds: float = 60.0,
        version: str | None = "1.0",
    ) -> None:
        self.name = "stranger"
        self.dynamic = dynamic
        self.seconds = seconds
        self._loading = loading
        self._known = known
        self._version = version

    def version(self) -> str | None:
        if self._version == "":
            raise RuntimeError("no licence")
        return self._version

    def load(self, path: Path, shapes: Mapping[str, Shape]) -> Loaded:
        print(f"loading for {dict(shapes)}")  # noqa: T201  # as native code does
        return self._loading(onnx.load(path))

    def known(self, path: Path) -> Sequence[Known]:
        assert onnx.load(path).graph.node
        return self._known


def loaded(model: onnx.ModelProto) -> Loaded:
    return Loaded(Session.of(model))


def meets(model: onnx.ModelProto, layer: str) -> bool:
    return layer in [node.name for node in model.graph.node]


def off_by(factor: float, layer: str) -> Callable[[onnx.ModelProto], Loaded]:
    """Multiplies the result of a layer."""

    def load(model: onnx.ModelProto) -> Loaded:
        for place, node in enumerate(model.graph.node):
            if node.name == layer:
                right, node.output[0] = node.output[0], "right"
                model.graph.initializer.append(
                    onnx.numpy_helper.from_array(np.array(factor, np.float32), "factor")
                )
                wrong = helper.make_node("Mul", ["right", "factor"], [right])
                model.graph.node.insert(place + 1, wrong)
                break
        return loaded(model)

    return load


def meeting(layer: str, does: Callable[[], object]) -> Callable[[onnx.ModelProto], Loaded]:
    """Does something where a model has a layer."""

    def load(model: onnx.ModelProto) -> Loaded:
        if meets(model, layer):
            does()
        return loaded(model)

    return load


def raises() -> None:
    raise NotImplementedError("no kernel for\n  MaxPool(11)")


def crashes() -> None:
    print("Assertion `rank == 4` failed", file=sys.stderr, flush=True)  # noqa: T201  # as native code does
    os.abort()


def exits() -> None:
    os._exit(7)


def hangs() -> None:
    print("compiling kernel 3 of 8", flush=True)  # noqa: T201  # as native code does
    time.sleep(60)


def changing(change: Callable[[Numbers], Numbers]) -> Callable[[onnx.ModelProto], Loaded]:
    """Runs as it should, and then changes the outputs."""
    return lambda model: Loaded(Session.of(model), change)


def with_nan(outputs: Numbers) -> Numbers:
    return {name: np.full_like(value, np.nan) for name, value in outputs.items()}


def of_one_batch(outputs: Numbers) -> Numbers:
    """What a model whose batch is fixed gives."""
    return {name: value[:1] for name, value in outputs.items()}


def one_batch_only(model: onnx.ModelProto) -> Loaded:
    """One load, one run of one shape: what is not dynamic."""
    shapes: set[tuple[tuple[int, ...], ...]] = set()
    session = Session.of(model)

    class Fixed(NamedTuple):
        def run(self, inputs: Arrays) -> Any:
            shapes.add(tuple(value.shape for value in inputs.values()))
            assert len(shapes) == 1, shapes
            return session.run(inputs)

    return Fixed()  # type: ignore[return-value]  # it has what a session needs


POOL = "pool1"

right = Stranger(loaded)
wrong = Stranger(off_by(1.5, POOL))
slightly = Stranger(off_by(1.0 + 1e-4, POOL))
raising = Stranger(meeting(POOL, raises))
crashing = Stranger(meeting(POOL, crashes))
exiting = Stranger(meeting(POOL, exits))
hanging = Stranger(meeting(POOL, hangs), seconds=0.0)
nan = Stranger(changing(with_nan))
fixed = Stranger(changing(of_one_batch))
reloading = Stranger(one_batch_only, dynamic=False)
silent = Stranger(changing(lambda _: {}))
texts = Stranger(changing(lambda outputs: {name: np.array(["text"]) for name in outputs}))
known = Stranger(off_by(1.5, POOL), [Known("differs", "max pools are off by half in 1.0 (issue 12)")])
known_to_crash = Stranger(meeting(POOL, crashes), [Known("fails", "max pools crash in 1.0 (issue 13)")])
known_otherwise = Stranger(meeting(POOL, crashes), [Known("differs", "max pools are off by half in 1.0")])
mended = Stranger(loaded, [Known("differs", "max pools are off by half in 1.0"), Known("fails", "or crash")])
absent = Stranger(loaded, version=None)
unlicensed = Stranger(loaded, version="")
