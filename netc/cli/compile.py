"""``netc compile``: a spec becomes a file."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import TYPE_CHECKING

import click

from netc.artifact import DEFAULT_OPSET
from netc.cli.network import load_network
from netc.cli.options import reads_specs
from netc.cli.terminal import color_option, note
from netc.cli.whole_number import whole_number
from netc.compiler import Compilation, write_artifact, write_weights
from netc.discovery import backend_for
from netc.errors import BackendError
from netc.report.rows import size_text
from netc.report.summary import summarize
from netc.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netc.weights.rename import Rule

WEIGHTS = "safetensors"
"""What ``--backend`` calls the weights alone, which no backend writes."""

BACKENDS = {".onnx": "onnx", ".safetensors": WEIGHTS}
"""Who writes the files of a suffix; other backends are asked for theirs."""

PLANNED = {".pt2": "torch.export programs", ".py": "PyTorch source"}


EXAMPLES = """\b
Examples:
  netc compile lenet.yaml -o lenet.onnx
  netc compile resnet.yaml --variant 50 --weights trained.safetensors \\
    --rename '^module[.]=' -o resnet50.onnx
"""


@click.command(epilog=EXAMPLES)
@click.argument("spec")
@click.option("-o", "--output", metavar="FILE", required=True, help="The file to write.")
@click.option("--backend", metavar="NAME", help="Who writes it; by default the suffix of FILE says.")
@click.option("--weights", metavar="FILE", help="Weights to begin from (safetensors).")
@click.option(
    "--rename",
    "renames",
    metavar="PATTERN=REPLACEMENT",
    multiple=True,
    help="Rename the tensors in --weights by a regular expression; may be repeated. @FILE has one a line.",
)
@click.option(
    "--seed", metavar="N", callback=whole_number, default="0", show_default=True, help="For initial weights."
)
@click.option(
    "--opset",
    metavar="N",
    callback=whole_number,
    default=str(DEFAULT_OPSET),
    show_default=True,
    help="Of ONNX: 13 to 23.",
)
@click.option(
    "--no-optimize", is_flag=True, help="Write the graph as it stands; this version rewrites nothing anyway."
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
    opset: int,
    no_optimize: bool,
    assignments: Mapping[str, object],
    variant: str | None,
    stdin_filename: str,
) -> None:
    """Write a spec as an ONNX model, or its first weights.

    SPEC is a file, or `-` for standard input. FILE ends in .onnx or .safetensors; it appears whole or not at
    all.
    """
    writer = backend or writer_of(output)
    rules = rename_rules(renames, weights)
    network = load_network(spec, assignments, variant, stdin_filename)
    compilation = Compilation(
        network.graph, network.text, VERSION, seed, weights, rules, opset, not no_optimize, network.imported
    )
    if writer == WEIGHTS:
        write_weights(compilation, output)
    else:
        write_artifact(compilation, writer, output)
    announce(output, compilation, with_opset=writer == "onnx")


def writer_of(output: str) -> str:
    """The backend that writes files of this suffix. Raises ``BackendError`` where there is none."""
    suffix = Path(output).suffix.lower()
    if suffix in PLANNED:
        raise BackendError(
            f"{output}: {PLANNED[suffix]} ({suffix}) come with a later version of netc; "
            f"this one writes {' and '.join(BACKENDS)}"
        )
    writer = BACKENDS.get(suffix) or (backend_for(suffix) if suffix else None)
    if writer is None:
        fact = f"no backend writes {suffix} files" if suffix else "the name has no suffix"
        raise BackendError(f"{output}: {fact}; netc writes {' and '.join(BACKENDS)}, or name a --backend")
    return writer


def rename_rules(renames: tuple[str, ...], weights: str | None) -> tuple[Rule, ...]:
    """The rules of every ``--rename``. Raises ``click.UsageError`` for a bad one."""
    if not renames:
        return ()
    if weights is None:
        raise click.UsageError("--rename renames the tensors of a weights file: name it with --weights FILE")
    from netc.weights.rename import parse_rules  # noqa: PLC0415  # needed where weights are renamed

    try:
        return tuple(parse_rules(renames))
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def announce(output: str, compilation: Compilation, *, with_opset: bool) -> None:
    """Say in a line what was written, unless it was no plain file."""
    status = Path(output).stat()
    if not stat.S_ISREG(status.st_mode):
        return
    parameters = f"{summarize(compilation.graph).totals.params:,} parameters"
    opset = [f"opset {compilation.opset}"] if with_opset else []
    note(f"wrote {output} ({', '.join([*opset, parameters, size_text(status.st_size)])})")
