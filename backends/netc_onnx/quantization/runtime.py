"""ONNX Runtime as quantization uses it: its quantizer, and sessions that give outputs by name."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast, final

from netc.errors import BackendError, unimportable

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from netc_onnx.quantization.sources import Arrays


def version() -> str:
    """ONNX Runtime's version. Raises ``BackendError`` where it is not installed."""
    try:
        import onnxruntime  # noqa: PLC0415  # an extra that quantization alone needs
    except ImportError as error:
        raise unimportable("`quantize`", error, ": install netc with its extra `onnxruntime`") from error
    return str(onnxruntime.__version__)


def quantize_static(source: Path, target: Path, batches: Iterator[Arrays]) -> None:
    """Write the model at ``source`` to ``target`` in whole numbers of 8 bits, ranges measured on ``batches``.

    As ONNX Runtime recommends for processors of any age: a scale for each channel of a weight, whose signed
    numbers use 7 of the 8 bits, and unsigned activations. Products of those are exact where sums of two are
    kept in 16 bits, as on x86 without VNNI, so every processor computes the same.
    Source: the docstring of ``onnxruntime.quantization.quantize_static``, version 1.32.
    """
    from onnxruntime import quantization  # noqa: PLC0415  # as above

    with refusals(), silence():
        quantization.quantize_static(
            str(source),
            str(target),
            cast("Any", Batches(batches)),
            quant_format=quantization.QuantFormat.QDQ,
            per_channel=True,
            reduce_range=True,
            activation_type=quantization.QuantType.QUInt8,
            weight_type=quantization.QuantType.QInt8,
            calibrate_method=quantization.CalibrationMethod.MinMax,
        )


@final
class Batches:
    """Batches as ONNX Runtime's quantizer asks for them; see its ``CalibrationDataReader``."""

    def __init__(self, batches: Iterator[Arrays]) -> None:
        self._batches = batches

    def get_next(self) -> Arrays | None:
        """The next one, or nothing where there is none."""
        return next(self._batches, None)


@final
class Session:
    """A model that ONNX Runtime has loaded, on the processor."""

    def __init__(self, path: Path) -> None:
        import onnxruntime  # noqa: PLC0415  # as above

        options = cast("Any", onnxruntime.SessionOptions())
        options.log_severity_level = 3
        with refusals():
            self._session: Any = onnxruntime.InferenceSession(
                str(path), options, providers=["CPUExecutionProvider"]
            )
        self._names = [output.name for output in self._session.get_outputs()]

    def run(self, inputs: Arrays) -> Arrays:
        """The outputs by name. Raises ``BackendError`` for inputs that the model cannot compute with."""
        with refusals():
            return dict(zip(self._names, self._session.run(self._names, inputs), strict=True))


@contextmanager
def silence() -> Generator[None]:
    """What the quantizer logs is dropped: it warns of each vector for having no second axis."""
    handler, level = logging.NullHandler(), logging.root.manager.disable
    logging.root.addHandler(handler)  # without any, logging would install one
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(level)
        logging.root.removeHandler(handler)


@contextmanager
def refusals() -> Generator[None]:
    """What ONNX Runtime raises, as ``BackendError``."""
    try:
        yield
    except Exception as error:
        if not type(error).__module__.startswith("onnxruntime"):
            raise
        raise BackendError(f"onnxruntime refuses the network or the calibration inputs: {error}") from error
