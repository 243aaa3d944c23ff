"""Tencent's ncnn, by way of pnnx."""

from __future__ import annotations

import re
import subprocess
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple, final

from netc_runtimes.conditions import (
    IMAGES,
    has_slopes_of_last_axis,
    is_image,
    is_volume,
    rounds_to_neighbour,
)
from netc_runtimes.copies import put_data_beside
from netc_runtimes.installed import distribution
from netc_runtimes.models import read
from netc_runtimes.rules import Rule, known

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netc.runtime import Arrays, Known
    from netc.types.parameter import Shape
    from netc_runtimes.models import Model, Node

PARAM, BIN, SCRIPT = "net.param", "net.bin", "net.py"
"""What pnnx is told to call its files."""

TYPES = {"float32": "f32", "uint8": "u8", "int64": "i64"}
"""How pnnx calls the element types of inputs."""


UNKNOWN = ("Gather", "RNN", "GRU", "LSTM", "Selu")
"""Ops that pnnx leaves as they are, or makes something else of than they mean."""

PLACING = ("Conv", "ConvTranspose", "MaxPool", "AveragePool", "BatchNormalization", "InstanceNormalization")
PLACING_TOO = ("GlobalMaxPool", "GlobalAveragePool")
"""Ops from which pnnx knows the batch axis."""


def _is_padded_twice(model: Model, node: Node) -> bool:
    """Whether a pool has unequal pads, and some before, or some after that fill no window to its end."""
    pads, extents = node.attributes["pads"], model.shape(node.inputs[0])[2:]
    before, after = pads[: len(extents)], pads[len(extents) :]
    sizes = zip(
        extents, before, after, node.attributes["kernel_shape"], node.attributes["strides"], strict=True
    )
    ends_within = any(
        isinstance(extent, str) or (extent + first + last - kernel) % stride
        for extent, first, last, kernel, stride in sizes
    )
    return before != after and (any(before) or ends_within)


def _has_unplaced_volume(model: Model) -> bool:
    """Whether an input is of volumes, and no op tells which of its axes is the batch's."""
    volumes = any(model.rank(name) > IMAGES for name in model.inputs)
    return volumes and not any(model.named(*PLACING, *PLACING_TOO))


RULES = (
    Rule(
        ("fails", "differs"),
        "pnnx 20261020 does not translate Gather (Tencent/ncnn#5504), recurrent layers and SELU for ncnn",
        lambda model: any(model.named(*UNKNOWN)),
    ),
    Rule(
        ("fails",),
        "pnnx 20261020 does not translate a cast from bytes for ncnn",
        lambda model: any(model.named("Cast")),
    ),
    Rule(
        ("differs",),
        "pnnx 20261020 makes a Pad of a MaxPool's unequal pads, then pads again by those before, and rounds "
        "the windows up",
        lambda model: any(_is_padded_twice(model, node) for node in model.named("MaxPool")),
    ),
    Rule(
        ("fails",),
        "ncnn 1.0.20261020 has no norm of instances or groups of anything but images by way of pnnx",
        lambda model: any(
            model.rank(node.inputs[0]) < IMAGES for node in model.named("InstanceNormalization")
        ),
    ),
    Rule(
        ("differs",),
        "ncnn 1.0.20261020 takes PRelu's slopes for those of the second axis, where they are of the last",
        lambda model: any(has_slopes_of_last_axis(model, node) for node in model.named("PRelu")),
    ),
    Rule(
        ("differs",),
        "ncnn 1.0.20261020 leaves volumes as they are where they are to be enlarged",
        lambda model: any(is_volume(model, node) for node in model.named("Resize")),
    ),
    Rule(
        ("differs",),
        "ncnn 1.0.20261020 takes a neighbour here and there when it enlarges by 41, 47, 55 and the like, as "
        "a product with the factor's rounded inverse does",
        lambda model: any(rounds_to_neighbour(model, node) for node in model.named("Resize")),
    ),
    Rule(
        ("differs",),
        "pnnx 20261020 reads SpaceToDepth as if the pixels of a channel came first",
        lambda model: any(is_image(model, node) for node in model.named("SpaceToDepth")),
    ),
    Rule(
        ("fails",),
        "ncnn 1.0.20261020 takes a batch of volumes only where pnnx knows which axis the batch's is",
        _has_unplaced_volume,
    ),
    Rule(
        ("fails",),
        "pnnx 20261020 crashes on a model that has nothing to do",
        lambda model: all(node.op == "Identity" for node in model.nodes),
    ),
)


class NcnnError(Exception):
    """pnnx could not convert a model, or ncnn not read or run it."""


class Port(NamedTuple):
    """An input or output, and which of its axes is the batch's to ncnn: none where it lacks that axis."""

    name: str
    batch_axis: int


class Loaded(NamedTuple):
    """A model that ncnn has loaded; satisfies ``netc.runtime.Session``."""

    net: Any
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]

    def run(self, inputs: Arrays) -> Arrays:
        import numpy as np

        ncnn: Any = import_module("ncnn")
        extractor = self.net.create_extractor()
        for place, port in enumerate(self.inputs):
            matrix = ncnn.Mat(inputs[port.name], batch_index=port.batch_axis)
            extractor.input(f"in{place}", matrix.clone())
        results: dict[str, Any] = {}
        for place, port in enumerate(self.outputs):
            status, made = extractor.extract(f"out{place}")
            if status:
                raise NcnnError(f"ncnn could not compute `{port.name}`: status {status}")
            results[port.name] = np.array(made.numpy(batch_index=port.batch_axis))
        return results


@final
class Ncnn:
    """Tencent's ncnn, on the processor, by way of pnnx, which converts ONNX for it.

    The program in the package pnnx is called with the sizes of the inputs (`inputshape=[1,3,224,224]f32`,
    `fp16=0`), and for other sizes again. `ncnn.Net` reads the two files that it writes, with all of fp16 and
    bf16 turned off, and inputs and outputs are `ncnn.Mat`s whose batch axis is the one that the script beside
    those files says. pnnx asks for torch, which it does not need for ONNX: `pip install --no-deps pnnx`
    leaves it out. ncnn is made for images: recurrent layers and embeddings it has not, by way of ONNX.
    """

    name: str = "ncnn"
    dynamic: bool = False
    seconds: float = 120.0
    install: str = "netc with its extra `ncnn`, then pnnx by `pip install --no-deps pnnx`"

    def version(self) -> str | None:
        ncnn, pnnx = distribution("ncnn", "ncnn"), distribution("pnnx", "pnnx")
        return f"{ncnn} by pnnx {pnnx}" if ncnn and pnnx else None

    def load(self, path: Path, shapes: Mapping[str, Shape]) -> Loaded:
        ncnn: Any = import_module("ncnn")  # compiled: no checker sees what is in it
        model = read(path)
        net = ncnn.Net()
        for option in ("fp16_packed", "fp16_storage", "fp16_arithmetic", "bf16_packed", "bf16_storage"):
            setattr(net.opt, f"use_{option}", False)
        with TemporaryDirectory() as folder:
            copy = Path(folder, path.name)
            copy.symlink_to(path.resolve())
            put_data_beside(path, copy)
            given = [(shapes[name], model.tensors[name].dtype) for name in model.inputs]
            _convert(copy, given)
            if net.load_param(str(copy.with_name(PARAM))):
                raise NcnnError("ncnn does not read what pnnx wrote")
            net.load_model(str(copy.with_name(BIN)))
            script = copy.with_name(SCRIPT).read_text()
        return Loaded(net, _ports("in", model.inputs, script), _ports("out", model.outputs, script))

    def known(self, path: Path) -> Sequence[Known]:
        return known(RULES, path)


def _convert(model: Path, given: Sequence[tuple[Shape, str]]) -> None:
    texts = (f"[{','.join(map(str, shape))}]{TYPES[dtype]}" for shape, dtype in given)
    words = [str(_binary()), model.name, f"inputshape={','.join(texts)}", "fp16=0"]
    words += [f"ncnnparam={PARAM}", f"ncnnbin={BIN}", f"ncnnpy={SCRIPT}"]
    done = subprocess.run(  # noqa: S603  # the program of an installed package, on a file of ours
        words, cwd=model.parent, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise NcnnError(f"pnnx ended with {done.returncode}: {done.stderr[-300:]}")


def _ports(prefix: str, names: Sequence[str], script: str) -> tuple[Port, ...]:
    """Each input or output, with the batch axis that the script has which pnnx writes beside its model."""
    axes = (
        re.search(rf"\b{prefix}{place}\.numpy\(.*?batch_index=(\d+)", script) for place in range(len(names))
    )
    return tuple(Port(name, int(found[1]) if found else 0) for name, found in zip(names, axes, strict=True))


def _binary() -> Path:
    spec = find_spec("pnnx")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).with_name("pnnx")


runtime = Ncnn()
