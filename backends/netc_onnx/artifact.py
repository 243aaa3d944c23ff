"""The backend itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from netc.artifact import Written
from netc.errors import BackendError
from netc_onnx import cutting
from netc_onnx.model import model_without_weights
from netc_onnx.narrowing import Narrowed
from netc_onnx.packing import with_packed
from netc_onnx.quantization.static import Quantized, quantized
from netc_onnx.weights import BUFFER, fits_one_file, put_beside, put_inside
from netc_onnx.wire import pieces

if TYPE_CHECKING:
    from pathlib import Path

    from onnx import ModelProto

    from netc.artifact import Request


def data_path(path: Path) -> Path:
    """Where the parameters of a model at ``path`` lie that is too large for one file.

    >>> from pathlib import Path
    >>> data_path(Path("nets/large.onnx")).name
    'large.onnx.data'
    """
    return path.with_name(f"{path.name}.data")


@final
class OnnxBackend:
    """Lowers a graph to ONNX; satisfies ``netc.artifact.Backend``.

    Only what runs in evaluation is written, whatever ``Request.optimize`` says; it lets parameters be stored
    as the nodes that read them need them. Both methods raise ``BackendError`` for an opset outside 13 to 23,
    or one that lacks an op in the precision asked for, and for an output with the name of an input that is
    another value; ``WeightsError`` for weights beyond the range of their type; and what
    ``netc_onnx.quantization.static.quantized`` raises.
    """

    suffixes: tuple[str, ...] = (".onnx",)
    has_precisions: bool = True
    optimizes: bool = True

    def compile(self, request: Request) -> ModelProto:
        """The model, all its parameters inside. Above 2 GiB protobuf cannot write it: ``write`` can."""
        model, weights = self._parts(request)
        if request.precision.quantize:
            return self._quantized(request, model, weights).model
        put_inside(model, weights)
        weights.verify()
        return model

    def write(self, request: Request, path: Path) -> Written:
        """Write the model to ``path``: one file up to 2 GiB; above, ``data_path(path)`` beside it, too.

        The model names that second file, so ``path`` must have the name that it will keep: who wants
        both to appear whole writes into a fresh folder and moves what is in it, the model last.
        Raises ``OSError`` where a file cannot be written.
        """
        model, weights = self._parts(request)
        opset = model.opset_import[0].version
        if request.precision.quantize:
            made = self._quantized(request, model, weights)
            size = path.write_bytes(made.model.SerializeToString(deterministic=True))
            return Written(opset, made.remarks(size))
        if fits_one_file(model):
            with path.open("wb", buffering=BUFFER) as file:
                file.writelines(pieces(model, weights))
        else:
            put_beside(model, weights, data_path(path))
            path.write_bytes(model.SerializeToString(deterministic=True))
        weights.verify()
        return Written(opset, weights.remarks())

    def _parts(self, request: Request) -> tuple[ModelProto, Narrowed]:
        """The model without its numbers, and those."""
        model, laid_out = model_without_weights(request)
        return model, Narrowed(with_packed(request, laid_out), model)

    def _quantized(self, request: Request, model: ModelProto, weights: Narrowed) -> Quantized:
        """In whole numbers of 8 bits. Raises ``BackendError`` for a model too large for one file."""
        if not fits_one_file(model):
            raise BackendError("`quantize` takes models of up to 2 GiB in float32, and this one is larger")
        put_inside(model, weights)
        return quantized(request, model)

    def values(self, path: Path) -> frozenset[str]:
        """See ``netc.artifact.Divisible``."""
        return cutting.values(path)

    def cut(self, path: Path, value: str, target: Path) -> list[str]:
        """See ``netc.artifact.Divisible``."""
        return cutting.cut(path, value, target)
