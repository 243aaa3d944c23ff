"""Sonos' tract."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple, final

from netc_runtimes.copies import write_fixed
from netc_runtimes.installed import distribution
from netc_runtimes.models import read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netc.runtime import Arrays, Known
    from netc.types.parameter import Shape


class Loaded(NamedTuple):
    """A model that tract has made ready to run; satisfies ``netc.runtime.Session``."""

    runnable: Any
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]

    def run(self, inputs: Arrays) -> Arrays:
        results = self.runnable.run([inputs[name] for name in self.inputs])
        return {name: result.to_numpy() for name, result in zip(self.outputs, results, strict=True)}


@final
class Tract:
    """Sonos' tract, by its Python package.

    `tract.onnx().load(path).into_model().into_runnable()`, then `run([...])`. Its named sizes serve several
    batches, but for recurrent layers, which end the process: so each symbolic size is made a number in a copy
    of the model first, as `onnxruntime.tools.make_dynamic_shape_fixed` does, and the model loaded anew for
    other sizes.
    """

    name: str = "tract"
    dynamic: bool = False
    seconds: float = 120.0
    install: str = "netc with its extra `tract`"

    def version(self) -> str | None:
        return distribution("tract", "tract")

    def load(self, path: Path, shapes: Mapping[str, Shape]) -> Loaded:
        import tract

        model = read(path)
        with TemporaryDirectory() as folder:
            copy = Path(folder, "model.onnx")
            write_fixed(path, shapes, copy)
            runnable = tract.onnx().load(copy).into_model().into_runnable()
        return Loaded(runnable, model.inputs, model.outputs)

    def known(self, path: Path) -> Sequence[Known]:
        return ()


runtime = Tract()
