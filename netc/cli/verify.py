"""``netc verify``: the same numbers in every runtime."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING

import click
from click.exceptions import Exit

from netc.cli.compilation import GIVEN_WEIGHTS, NO_OPTIMIZE, OPSET, RENAME, SEED, rename_rules
from netc.cli.names import names
from netc.cli.network import load_network
from netc.cli.options import reads_specs
from netc.cli.terminal import color_option, wants_color, write
from netc.diagnostics.printable import printable
from netc.verification import verify
from netc.verification.formats import MODULES, renderer
from netc.verification.verify import RTOL

if TYPE_CHECKING:
    from collections.abc import Mapping

CLEAR_LINE = "\r\x1b[K"

EXAMPLES = """\b
Examples:
  netc verify lenet.yaml
  netc verify resnet.yaml --variant 50 --weights trained.safetensors \\
    --against onnxruntime,openvino --format json
"""


def positive(_context: click.Context, option: click.Parameter, text: str | None) -> float | None:
    """A number above 0. Raises ``click.UsageError`` for anything else."""
    if text is None:
        return None
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise click.UsageError(f"{option.opts[-1]} takes a number above 0, and was given `{printable(text)}`")
    return number


def batches(
    _context: click.Context, option: click.Parameter, written: tuple[str, ...]
) -> tuple[int, ...] | None:
    """The batches, in the order they are given; none where none is. Raises as ``positive`` does."""
    found: dict[int, None] = {}
    for text in (part.strip() for one in written for part in one.split(",")):
        if not text.isdecimal() or int(text) < 1:
            raise click.UsageError(
                f"{option.opts[-1]} takes whole numbers, 1 or more, and was given `{printable(text)}`"
            )
        found[int(text)] = None
    return tuple(found) or None


@click.command(epilog=EXAMPLES)
@click.argument("spec")
@click.option(
    "--against",
    metavar="NAME",
    multiple=True,
    callback=names,
    help="A runtime, or several with commas between; may be repeated. By default all that are installed.",
)
@click.option(
    "--rtol",
    metavar="X",
    callback=positive,
    default=f"{RTOL:g}",
    show_default=True,
    help="How far an output may be from torch's, relative to its largest element.",
)
@click.option(
    "--batch",
    metavar="N",
    multiple=True,
    callback=batches,
    help="A batch to run, or several with commas between; may be repeated. By default 1 and 3.",
)
@click.option(
    "--timeout",
    metavar="SECONDS",
    callback=positive,
    help="What a runtime may take to load and run; by default each has its own.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(list(MODULES)),
    default="table",
    show_default=True,
    help="table is for reading, json for programs.",
)
@GIVEN_WEIGHTS
@RENAME
@SEED
@OPSET
@NO_OPTIMIZE
@reads_specs
@color_option
def command(
    *,
    spec: str,
    against: tuple[str, ...],
    rtol: float,
    batch: tuple[int, ...] | None,
    timeout: float | None,
    format_: str,
    weights: str | None,
    renames: tuple[str, ...],
    seed: int,
    opset: int | None,
    no_optimize: bool,
    assignments: Mapping[str, object],
    variant: str | None,
    stdin_filename: str,
) -> None:
    """Run a spec's ONNX file in every runtime, and compare with torch.

    SPEC is a file, or `-` for standard input. It is compiled as `netc compile` would, and the file is run by
    every ONNX runtime that is installed, each in a process of its own, at several batches and, where the spec
    has symbols, sizes. Where outputs differ, the first layer that does is looked for.

    Exit status: 0 all agree, or fail as they are known to; 1 one does not; 2 a runtime that there is not.
    """
    if spec.lower().endswith(".onnx"):
        raise click.UsageError("SPEC is the YAML that a model is compiled from: verifying compiles it itself")
    rules = rename_rules(renames, weights)
    network = load_network(spec, assignments, variant, stdin_filename)
    try:
        report = verify(
            network,
            against=against,
            rtol=rtol,
            batches=batch,
            timeout=timeout,
            progress=tell if sys.stderr.isatty() else None,
            seed=seed,
            weights=weights,
            rules=rules,
            opset=opset,
            optimize=not no_optimize,
        )
    finally:
        tell("")
    write(renderer(format_)(report, color=wants_color(sys.stdout)))
    if not report.agrees:
        raise Exit(1)


def tell(what: str) -> None:
    """Say on a terminal what is being done, in the place of what was said before."""
    if sys.stderr.isatty():
        sys.stderr.write(f"{CLEAR_LINE}{printable(what)}")
        sys.stderr.flush()
