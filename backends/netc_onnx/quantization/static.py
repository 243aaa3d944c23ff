"""A float32 model becomes one of whole numbers of 8 bits."""

from __future__ import annotations

import json
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import TYPE_CHECKING, NamedTuple

import onnx
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]  # it has no types
from onnx import GraphProto, ModelProto, ValueInfoProto

from netc.errors import BackendError, FileError
from netc_onnx.quantization import runtime
from netc_onnx.quantization.accuracy import Loss, losses
from netc_onnx.quantization.calibration import Calibration, calibration
from netc_onnx.tensors import described

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping

    from netc.artifact import Request
    from netc_onnx.quantization.sources import Arrays

PREPARED = ("onnx.quant.pre_process", "onnxruntime.quant")
"""What tells the quantizer that a model is ready for it, as all of netc's are: every value has a shape."""

REPLACED = "_QuantizeLinear_Input"
"""What the quantizer adds to an output's name for what the output was before it is rounded."""


class Quantized(NamedTuple):
    """A quantized model, its metadata complete, and what it lost; ``float32_bytes`` is its size before."""

    model: ModelProto
    losses: Mapping[str, Loss]
    samples: int
    float32_bytes: int

    def remarks(self, size: int) -> tuple[str, ...]:
        """What to say of it, a line each; ``size`` is that of its file, in bytes."""
        lines = [f"int8 beside float32, on {self.samples:,} calibration inputs:"]
        lines += [f"  {name}: {loss.sentence()}" for name, loss in self.losses.items()]
        share = 100 * size / self.float32_bytes
        return (*lines, f"  {size:,} bytes, {share:.0f} % of {self.float32_bytes:,}")


def quantized(request: Request, model: ModelProto) -> Quantized:
    """``model``, of ``request`` and in float32, in whole numbers of 8 bits.

    Raises ``FileError`` where calibration inputs do not fit or temporary files cannot be written,
    ``BackendError`` where ONNX Runtime is not installed or refuses, or nothing in the model can be quantized.
    """
    version = runtime.version()
    calibrate = request.precision.calibrate
    assert calibrate is not None, "a precision that quantizes says what to calibrate with"
    inputs = calibration(request.graph, calibrate)
    size = model.ByteSize()
    with _temporary() as folder:
        before, after = folder / "float32.onnx", folder / "int8.onnx"
        model.metadata_props.add(key=PREPARED[0], value=PREPARED[1])
        before.write_bytes(model.SerializeToString(deterministic=True))
        runtime.quantize_static(before, after, inputs.batches())
        made = _as_netc_writes(onnx.load(after), model)
        after.write_bytes(made.SerializeToString(deterministic=True))
        found = losses(_outputs(inputs, before, after))
    facts = {
        "activations": "uint8",
        "calibration_samples": inputs.samples,
        "float32_bytes": size,
        "onnxruntime": version,
        "outputs": {name: loss.record() for name, loss in found.items()},
        "ranges": "smallest and largest",
        "weights": "int8 in 7 bits, a scale for each channel",
    }
    _put_metadata(made, {"netc.quantization": json.dumps(facts, ensure_ascii=False)})
    return Quantized(made, found, inputs.samples, size)


@contextmanager
def _temporary() -> Generator[Path]:
    """A folder for models on the way, which is gone at the end.

    Raises ``FileError`` where it cannot be written. ONNX writes files of its own there without asking whether
    they could be, so where there is no space left they may be incomplete.
    """
    try:
        with TemporaryDirectory(prefix="netc-") as folder:
            yield Path(folder)
    except (OSError, DecodeError) as error:
        fact = "no space is left" if isinstance(error, DecodeError) else error.strerror or error
        raise FileError(
            f"cannot write temporary files in {gettempdir()}: {fact}; TMPDIR may name another folder"
        ) from error


def _outputs(inputs: Calibration, before: Path, after: Path) -> Iterator[tuple[Arrays, Arrays]]:
    """The outputs of both models for every batch."""
    was, now = runtime.Session(before), runtime.Session(after)
    return ((was.run(batch), now.run(batch)) for batch in inputs.batches())


def _as_netc_writes(made: ModelProto, model: ModelProto) -> ModelProto:
    """What the quantizer made, with the names, versions and metadata of ``model``, and every value described.

    Raises ``BackendError`` where nothing in it is quantized.
    """
    graph = made.graph
    if not any(node.op_type == "QuantizeLinear" for node in graph.node):
        raise BackendError("onnxruntime quantizes no op of this network: compile it without `quantize`")
    _describe(graph)
    _leave_out_dilations(graph)
    result = ModelProto(
        ir_version=model.ir_version,
        producer_name=model.producer_name,
        producer_version=model.producer_version,
        doc_string=model.doc_string,
        graph=graph,
    )
    result.opset_import.extend(model.opset_import)
    _put_metadata(result, {each.key: each.value for each in model.metadata_props if each.key != PREPARED[0]})
    return result


def _leave_out_dilations(graph: GraphProto) -> None:
    """Average pools say nothing of dilations, which are 1 without a word.

    ONNX Runtime 1.32 fuses a quantized pool into an op of its own, which has no such attribute, and then
    refuses the model; ONNX has it since opset 19.
    """
    for node in graph.node:
        if node.op_type == "AveragePool":
            kept = [attribute for attribute in node.attribute if attribute.name != "dilations"]
            del node.attribute[:]
            node.attribute.extend(kept)


def _put_metadata(model: ModelProto, facts: Mapping[str, str]) -> None:
    """Further metadata, all of it in order of its keys."""
    every = {each.key: each.value for each in model.metadata_props} | dict(facts)
    model.ClearField("metadata_props")
    for key in sorted(every):
        model.metadata_props.add(key=key, value=every[key])


def _describe(graph: GraphProto) -> None:
    """Give every value that is no input or output its type and shape; forget those that are gone.

    What the quantizer adds has the shape of what it reads, or of the output that it takes the place of.
    """
    known = {value.name: value for value in (*graph.input, *graph.value_info, *graph.output)}
    known |= {tensor.name: described(tensor) for tensor in graph.initializer}
    ends = {value.name for value in (*graph.input, *graph.output)}
    infos: list[ValueInfoProto] = []
    for node in graph.node:
        for name in node.output:
            if node.op_type == "QuantizeLinear":
                known[name] = _like(known[node.input[0]], name, known[node.input[2]])
            elif node.op_type == "DequantizeLinear":
                known[name] = _like(known[node.input[0]], name, known[node.input[1]])
            elif name not in known:
                end = known[name.removesuffix(REPLACED)]
                known[name] = _like(end, name, end)
            infos += [] if name in ends else [known[name]]
    del graph.value_info[:]
    graph.value_info.extend(infos)


def _like(shape: ValueInfoProto, name: str, element: ValueInfoProto) -> ValueInfoProto:
    """A value of one's shape and another's element type."""
    made = ValueInfoProto()
    made.CopyFrom(shape)
    made.name = name
    made.type.tensor_type.elem_type = element.type.tensor_type.elem_type
    return made
