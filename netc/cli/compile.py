"""``netc compile``: a spec becomes a file."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import TYPE_CHECKING

import click

from netc.artifact import Written
from netc.cli.compilation import GIVEN_WEIGHTS, NO_OPTIMIZE, OPSET, RENAME, SEED, rename_rules
from netc.cli.names import names
from netc.cli.network import load_network
from netc.cli.options import reads_specs
from netc.cli.precision import CALIBRATE, DTYPE, IO_DTYPE, QUANTIZE, precision_of
from netc.cli.terminal import color_option, note
from netc.compiler import Compilation, write_artifact, write_weights
from netc.discovery import backend_for
from netc.errors import BackendError
from netc.report.rows import size_text
from netc.report.summary import summarize
from netc.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netc.artifact import FloatType

WEIGHTS = "safetensors"
"""What ``--backend`` calls the weights alone, which no backend writes."""

BACKENDS = {".onnx": "onnx", ".pt2": "torch", ".py": "torch", ".safetensors": WEIGHTS}
"""Who writes the files of a suffix; other backends are asked for theirs."""

SOURCE = ".py"
"""Files of PyTorch source, which begin as torch's modules do."""


EXAMPLES = """\b
Examples:
  netc compile lenet.yaml -o lenet.onnx
  netc compile resnet.yaml --variant 50 --weights trained.safetensors \\
    --rename '^module[.]=' -o resnet50.onnx
  netc compile lenet.yaml -o lenet.py
  netc compile resnet.yaml --outputs bottleneck2,bottleneck4 -o features.pt2
  netc compile lenet.yaml -o lenet16.onnx --dtype float16
  netc compile lenet.yaml -o lenet8.onnx --quantize int8 --calibrate photos/
"""


@click.command(epilog=EXAMPLES)
@click.argument("spec")
@click.option("-o", "--output", metavar="FILE", required=True, help="The file to write.")
@click.option("--backend", metavar="NAME", help="Who writes it; by default the suffix of FILE says.")
@GIVEN_WEIGHTS
@RENAME
@SEED
@OPSET
@NO_OPTIMIZE
@DTYPE
@IO_DTYPE
@QUANTIZE
@CALIBRATE
@click.option(
    "--outputs",
    metavar="NAME[,NAME…]",
    multiple=True,
    callback=names,
    help="Values to give in place of the spec's outputs, by the paths of layers and scopes.",
)
@reads_specs
@color_option
def command(
    *,
    spec: str,
    output: str,
    backend: str | None,
    weights: str | None,
    renames: tuple[str, ...],
    seed: int,
    opset: int | None,
    no_optimize: bool,
    dtype: FloatType,
    io_dtype: FloatType,
    quantize: str | None,
    calibrate: str | None,
    outputs: tuple[str, ...],
    assignments: Mapping[str, object],
    variant: str | None,
    stdin_filename: str,
) -> None:
    """Write a spec as an ONNX model, in PyTorch, or its weights alone.

    SPEC is a file, or `-` for standard input. FILE ends in .onnx, .pt2 (a program of torch.export), .py
    (source that a person would have written) or .safetensors; it appears whole or not at all.
    """
    writer = backend or writer_of(output)
    require_weights(output, weights, seed)
    require_no_opset(writer, opset)
    rules = rename_rules(renames, weights)
    precision = precision_of(dtype, io_dtype, quantize, calibrate)
    network = load_network(spec, assignments, variant, stdin_filename)
    compilation = Compilation(
        network.graph,
        network.text,
        VERSION,
        seed,
        weights,
        rules,
        opset,
        False if no_optimize else None,
        network.imported,
        precision,
        outputs,
    )
    if writer == WEIGHTS:
        write_weights(compilation, output)
        announce(output, compilation, Written())
    else:
        announce(output, compilation, write_artifact(compilation, writer, output))


def require_weights(output: str, weights: str | None, seed: int) -> None:
    """Raise ``click.UsageError`` where weights are given to a file that holds none."""
    if output.lower().endswith(SOURCE) and (weights is not None or seed):
        given = "--seed" if weights is None else "--weights"
        message = f"a {SOURCE} file holds no weights: leave {given} out, or write them to a .safetensors file"
        raise click.UsageError(f"{message}, which the class loads by `load_state_dict`")


def require_no_opset(writer: str, opset: int | None) -> None:
    """Raise ``click.UsageError`` where an opset is asked for of what has none."""
    if opset is not None and writer in (WEIGHTS, BACKENDS[SOURCE]):
        raise click.UsageError("--opset is of ONNX models: leave it out, or write a .onnx file")


def writer_of(output: str) -> str:
    """The backend that writes files of this suffix. Raises ``BackendError`` where there is none."""
    suffix = Path(output).suffix.lower()
    writer = BACKENDS.get(suffix) or (backend_for(suffix) if suffix else None)
    if writer is None:
        fact = f"no backend writes {suffix} files" if suffix else "the name has no suffix"
        raise BackendError(f"{output}: {fact}; netc writes {', '.join(BACKENDS)} files, or name a --backend")
    return writer


def announce(output: str, compilation: Compilation, written: Written) -> None:
    """Say what was written, in a line and its remarks, unless it was no plain file."""
    status = Path(output).stat()
    if not stat.S_ISREG(status.st_mode):
        return
    parameters = f"{summarize(compilation.chosen()).totals.params:,} parameters"
    opset = [] if written.opset is None else [f"opset {written.opset}"]
    note(f"wrote {output} ({', '.join([*opset, parameters, size_text(status.st_size)])})")
    for remark in written.remarks:
        note(remark)
