"""The options that say which numbers an ONNX model computes with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from netc.artifact import FLOAT_TYPES, Precision

if TYPE_CHECKING:
    from netc.artifact import FloatType

DTYPE = click.option(
    "--dtype",
    type=click.Choice(FLOAT_TYPES),
    default=FLOAT_TYPES[0],
    show_default=True,
    help="Of an ONNX model's weights and of what it computes; norms and softmax stay float32.",
)
IO_DTYPE = click.option(
    "--io-dtype",
    type=click.Choice(FLOAT_TYPES),
    default=FLOAT_TYPES[0],
    show_default=True,
    help="Of its inputs and outputs, where the spec's are float32.",
)
QUANTIZE = click.option(
    "--quantize",
    metavar="int8",
    help="Compute in whole numbers of 8 bits, and say what accuracy that costs; needs onnxruntime.",
)
CALIBRATE = click.option(
    "--calibrate",
    metavar="DIR_OR_NPZ",
    help="Inputs as the network will meet them, on which --quantize measures ranges and accuracy.",
)


def precision_of(
    dtype: FloatType, io_dtype: FloatType, quantize: str | None, calibrate: str | None
) -> Precision:
    """What the four options ask for. Raises ``click.UsageError`` where they do not go together."""
    precision = Precision(dtype, io_dtype, quantize, calibrate)
    problem = precision.problem()
    if problem is not None:
        raise click.UsageError(problem)
    return precision
