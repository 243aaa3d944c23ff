"""ONNX Runtime, on the processor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast, final

from netc_runtimes.installed import distribution

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from netc.runtime import Arrays, Known
    from netc.types.parameter import Shape

ERRORS_ONLY = 3


class Loaded(NamedTuple):
    """A model that ONNX Runtime has loaded; satisfies ``netc.runtime.Session``."""

    session: Any

    def run(self, inputs: Arrays) -> Arrays:
        names = [output.name for output in self.session.get_outputs()]
        return dict(zip(names, self.session.run(names, dict(inputs)), strict=True))


@final
class OnnxRuntime:
    """ONNX Runtime, on the processor.

    `onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])`: as `onnxruntime` with all of
    its optimisations, as `onnxruntime-plain` with none (`graph_optimization_level` is `ORT_DISABLE_ALL`).
    Where the two differ, an optimisation is at fault. netc asks for 1.26 or later: 1.20 fuses a pad with an
    average pool and counts it wrongly.
    """

    dynamic: bool = True
    seconds: float = 60.0
    install: str = "netc with its extra `onnxruntime`"

    def __init__(self, name: str, *, optimized: bool) -> None:
        self.name = name
        self._optimized = optimized

    def version(self) -> str | None:
        return distribution("onnxruntime", "onnxruntime", "onnxruntime-gpu")

    def load(self, path: Path, shapes: Mapping[str, Shape]) -> Loaded:
        import onnxruntime

        options = cast("Any", onnxruntime.SessionOptions())
        options.log_severity_level = ERRORS_ONLY
        if not self._optimized:
            options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        return Loaded(onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"]))

    def known(self, path: Path) -> Sequence[Known]:
        return ()


optimized = OnnxRuntime("onnxruntime", optimized=True)
plain = OnnxRuntime("onnxruntime-plain", optimized=False)
