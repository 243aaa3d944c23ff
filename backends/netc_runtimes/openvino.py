"""OpenVINO, on the processor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, final

from netc_runtimes.installed import distribution
from netc_runtimes.models import read
from netc_runtimes.rules import Rule, known

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from netc.runtime import Arrays, Known
    from netc.types.parameter import Shape
    from netc_runtimes.models import Model, Node

PASSED = {"Relu", "LeakyRelu", "Elu", "Clip", "Sigmoid", "Tanh"}
"""Ops of one input that OpenVINO moves an order of the channels through."""


def _is_folded_backwards(model: Model, gather: Node) -> bool:
    """Whether an order of the channels, not its own inverse, comes before a dense convolution."""
    order = model.constants.get(gather.inputs[1], ())
    if gather.attributes["axis"] != 1 or sorted(order) != list(range(len(order))):
        return False
    twice = [order[int(place)] for place in order]
    return twice != sorted(order) and _meets_convolution(model, gather)


def _meets_convolution(model: Model, gather: Node) -> bool:
    """Whether a dense convolution reads the result, or what functions and depthwise ones make of it."""
    waiting = [gather]
    while waiting:
        for reader in model.readers(waiting.pop()):
            depthwise = reader.op == "Conv" and reader.attributes["group"] > 1
            if reader.op == "Conv" and not depthwise:
                return True
            if depthwise or reader.op in PASSED:
                waiting.append(reader)
    return False


RULES = (
    Rule(
        ("differs",),
        "OpenVINO 2026.4.1 folds a Gather of the channels into a convolution behind it by its inverse",
        lambda model: any(_is_folded_backwards(model, node) for node in model.named("Gather")),
    ),
)


class Loaded(NamedTuple):
    """A model that OpenVINO has compiled, and its outputs' names; satisfies ``netc.runtime.Session``."""

    model: Any
    outputs: tuple[str, ...]

    def run(self, inputs: Arrays) -> Arrays:
        results = self.model(dict(inputs))
        return {name: results[place] for place, name in enumerate(self.outputs)}


@final
class OpenVino:
    """Intel's OpenVINO, on the processor.

    `openvino.Core().compile_model(path, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})`, and the model is called
    with a `dict` of arrays. Without the hint it computes in bfloat16 where the processor can.
    """

    name: str = "openvino"
    dynamic: bool = True
    seconds: float = 120.0
    install: str = "netc with its extra `openvino`"

    def version(self) -> str | None:
        return distribution("openvino", "openvino")

    def load(self, path: Path, shapes: Mapping[str, Shape]) -> Loaded:
        import openvino

        model = openvino.Core().compile_model(path, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
        return Loaded(model, read(path).outputs)

    def known(self, path: Path) -> Sequence[Known]:
        return known(RULES, path)


runtime = OpenVino()
