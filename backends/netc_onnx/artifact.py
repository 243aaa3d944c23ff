"""The backend itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from netc_onnx.model import model_without_weights
from netc_onnx.packing import with_packed
from netc_onnx.weights import fits_one_file, put_beside, put_inside
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

    Only what runs in evaluation is written, whatever ``Request.optimize`` says. Both methods raise
    ``BackendError`` for an opset outside 13 to 23, and for an output with the name of an input that is
    another value.
    """

    suffixes: tuple[str, ...] = (".onnx",)

    def compile(self, request: Request) -> ModelProto:
        """The model, all its parameters inside. Above 2 GiB protobuf cannot write it: ``write`` can."""
        model = model_without_weights(request)
        put_inside(model, with_packed(request))
        return model

    def write(self, request: Request, path: Path) -> None:
        """Write the model to ``path``: one file up to 2 GiB; above, ``data_path(path)`` beside it, too.

        The model names that second file, so ``path`` must have the name that it will keep: who wants
        both to appear whole writes into a fresh folder and moves what is in it, the model last.
        Raises ``OSError`` where a file cannot be written.
        """
        model, weights = model_without_weights(request), with_packed(request)
        if fits_one_file(model):
            with path.open("wb") as file:
                file.writelines(pieces(model, weights))
        else:
            put_beside(model, weights, data_path(path))
            path.write_bytes(model.SerializeToString(deterministic=True))
