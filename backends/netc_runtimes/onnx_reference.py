"""onnx's own evaluator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, final

from netc_runtimes.conditions import is_image
from netc_runtimes.installed import distribution
from netc_runtimes.rules import Rule, known

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from netc.runtime import Arrays, Known
    from netc.types.parameter import Shape
    from netc_runtimes.models import Node


def _is_padded_line(node: Node) -> bool:
    """Whether a pool along one axis, a step at a time, has pads."""
    return node.attributes["strides"] == [1] and any(node.attributes["pads"])


RULES = (
    Rule(
        ("differs", "fails"),
        "LRN of onnx 1.23.2's evaluator runs over the batch instead of the channels (onnx/onnx#7805)",
        lambda model: any(model.named("LRN")),
    ),
    Rule(
        ("differs", "fails"),
        "MaxPool over one axis by steps of 1 misplaces its pads in onnx 1.23.2's evaluator",
        lambda model: any(_is_padded_line(node) for node in model.named("MaxPool")),
    ),
    Rule(
        ("differs", "fails"),
        "GlobalMaxPool of all but images has a wrong shape in onnx 1.23.2's evaluator (onnx/onnx#7682)",
        lambda model: not all(is_image(model, node) for node in model.named("GlobalMaxPool")),
    ),
    Rule(
        ("differs", "fails"),
        "ConvTranspose with groups is wrong, or an error, in onnx 1.23.2's evaluator",
        lambda model: any(node.attributes["group"] > 1 for node in model.named("ConvTranspose")),
    ),
    Rule(
        ("differs",),
        "BatchNormalization before opset 14 mixes the batch's own statistics in, in onnx 1.23.2's evaluator",
        lambda model: any(
            "training_mode" not in node.attributes for node in model.named("BatchNormalization")
        ),
    ),
)


class Loaded(NamedTuple):
    """A model that the evaluator has read; satisfies ``netc.runtime.Session``."""

    evaluator: Any

    def run(self, inputs: Arrays) -> Arrays:
        names = self.evaluator.output_names
        return dict(zip(names, self.evaluator.run(None, dict(inputs)), strict=True))


@final
class OnnxReference:
    """The evaluator that comes with `onnx`: the ops in NumPy, one after the other, and slow.

    `onnx.reference.ReferenceEvaluator(path).run(None, inputs)`. It is called a reference, and is wrong in
    places all the same: netc compares with torch.
    """

    name: str = "onnx-reference"
    dynamic: bool = True
    seconds: float = 300.0
    install: str = "netc with its extra `onnx`"

    def version(self) -> str | None:
        return distribution("onnx", "onnx")

    def load(self, path: Path, shapes: Mapping[str, Shape]) -> Loaded:
        from onnx.reference import ReferenceEvaluator

        return Loaded(ReferenceEvaluator(str(path)))

    def known(self, path: Path) -> Sequence[Known]:
        return known(RULES, path)


runtime = OnnxReference()
