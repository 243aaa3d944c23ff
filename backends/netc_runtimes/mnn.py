"""Alibaba's MNN."""

from __future__ import annotations

import os
from contextlib import chdir
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple, final

from netc_runtimes.conditions import (
    IMAGES,
    has_slopes_of_last_axis,
    is_linear,
    is_volume,
    rounds_to_neighbour,
)
from netc_runtimes.installed import distribution
from netc_runtimes.models import read
from netc_runtimes.rules import Rule, known

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netc.runtime import Arrays, Known
    from netc.types.parameter import Shape
    from netc_runtimes.models import Model, Node


POOLS = ("MaxPool", "AveragePool", "GlobalMaxPool", "GlobalAveragePool")


def _is_bare_line(model: Model, name: str) -> bool:
    maker = model.producer(name)
    return maker is not None and maker.op in {"Conv", "ConvTranspose"} and model.rank(name) < IMAGES


def _is_padded_and_multiplied(model: Model, node: Node) -> bool:
    maker, groups = model.producer(node.inputs[0]), node.attributes["group"]
    made, read_by_one, *_ = model.shape(node.inputs[1])
    depthwise = groups > 1 and read_by_one == 1 and made != groups
    bare = not set(node.outputs).isdisjoint(model.outputs)
    return maker is not None and maker.op == "Pad" and depthwise and bare


RULES = (
    Rule(
        ("fails", "differs"),
        "MNN 3.6.1 crashes in pools of volumes, or makes no result",
        lambda model: any(is_volume(model, node) for node in model.named(*POOLS)),
    ),
    Rule(
        ("differs",),
        "MNN 3.6.1 gives the result of a convolution along one axis one more, where it is an output",
        lambda model: any(_is_bare_line(model, name) for name in model.outputs),
    ),
    Rule(
        ("differs",),
        "MNN 3.6.1 interpolates a line rightly in one run and makes zeros of it in the next",
        lambda model: any(
            is_linear(node) and model.rank(node.inputs[0]) < IMAGES for node in model.named("Resize")
        ),
        always=False,
    ),
    Rule(
        ("fails", "differs"),
        "MNN 3.6.1 crashes on the linear interpolation of volumes",
        lambda model: any(is_linear(node) and is_volume(model, node) for node in model.named("Resize")),
    ),
    Rule(
        ("fails", "differs"),
        "MNN 3.6.1 is wrong in transposed convolutions of volumes, and cannot load a function behind one",
        lambda model: any(is_volume(model, node) for node in model.named("ConvTranspose")),
    ),
    Rule(
        ("fails",),
        "MNN 3.6.1 loses an output that a Pad and a depthwise convolution to several channels of each make",
        lambda model: any(_is_padded_and_multiplied(model, node) for node in model.named("Conv")),
    ),
    Rule(
        ("differs",),
        "MNN 3.6.1 takes the slopes of PRelu for those of the second axis, where they are of the last",
        lambda model: any(has_slopes_of_last_axis(model, node) for node in model.named("PRelu")),
    ),
    Rule(
        ("differs",),
        "MNN 3.6.1 takes a neighbour here and there when it enlarges by 41, 47, 55 and the like, as a "
        "product with the factor's rounded inverse does",
        lambda model: any(rounds_to_neighbour(model, node) for node in model.named("Resize")),
    ),
)


WINOGRAD_MEMORY_LEVEL = 3
"""MNN's number of this hint. At 0, Winograd's algorithm for convolutions works on small tiles.

The large ones of its default lose digits: a thousandth of the output by the end of a Darknet-19.
"""


class Loaded(NamedTuple):
    """What MNN has made of a model; satisfies ``netc.runtime.Session``.

    ``manager`` is kept as long as ``module``: without it, outputs are zeros now and then. So are arrays that
    outlive the value they are read from, which owns them: they are copied.
    """

    module: Any
    manager: Any
    model: Model

    def run(self, inputs: Arrays) -> Arrays:
        import numpy as np

        expr: Any = import_module("MNN.expr")
        given = [_value(inputs[name]) for name in self.model.inputs]
        results = self.module.forward(given)
        made = [expr.convert(result, expr.NCHW) for result in results]
        return {
            name: np.array(value.read()).astype(self.model.tensors[name].dtype)
            for name, value in zip(self.model.outputs, made, strict=True)
        }


def _value(array: Any) -> Any:
    """An array as MNN takes it."""
    expr: Any = import_module("MNN.expr")
    kinds = {"float32": expr.float, "int64": expr.int, "uint8": expr.uint8}
    kind = kinds[array.dtype.name]
    whole = array.astype("int32") if kind == expr.int else array
    return expr.const(whole, list(array.shape), expr.NCHW, kind)


@final
class Mnn:
    """Alibaba's MNN, on the processor.

    The model is converted in the same process (`_tools.mnnconvert`, which `mnnconvert` on the command line
    calls) with `--useOriginRNNImpl`, without which LSTMs crash. `MNN.nn.load_module_from_file` loads it, with
    `precision: high` and the hint WINOGRAD_MEMORY_LEVEL at 0, without which deep networks differ by a
    thousandth, and `module.forward([...])` calls it. MNN counts in 32 bits: whole numbers are handed
    to it as int32, and its results made int64 again. What it does not know, it often crashes on.
    """

    name: str = "mnn"
    dynamic: bool = True
    seconds: float = 120.0
    install: str = "netc with its extra `mnn`"

    def version(self) -> str | None:
        return distribution("MNN", "MNN")

    def load(self, path: Path, shapes: Mapping[str, Shape]) -> Loaded:
        tools: Any = import_module("_tools")  # compiled, like all of MNN: no checker sees what is in it
        nn: Any = import_module("MNN.nn")
        model = read(path)
        with TemporaryDirectory() as folder:
            converted = Path(folder, "model.mnn")
            words = ["mnnconvert", "-f", "ONNX", "--modelFile", str(path.absolute())]
            words += ["--MNNModel", str(converted), "--bizCode", "netc", "--useOriginRNNImpl"]
            with chdir(folder):  # it writes .__convert_external_data.bin where it is called
                tools.mnnconvert(words)
            manager = nn.create_runtime_manager(({"precision": "high", "numThread": os.cpu_count() or 1},))
            manager.set_hint(WINOGRAD_MEMORY_LEVEL, 0)
            module = nn.load_module_from_file(
                str(converted), list(model.inputs), list(model.outputs), runtime_manager=manager
            )
        return Loaded(module, manager, model)

    def known(self, path: Path) -> Sequence[Known]:
        return known(RULES, path)


runtime = Mnn()
