"""The options of the commands that compile: where weights come from, and what is made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from netc.artifact import DEFAULT_OPSET
from netc.cli.whole_number import whole_number

if TYPE_CHECKING:
    from netc.weights.rename import Rule

GIVEN_WEIGHTS = click.option("--weights", metavar="FILE", help="Weights to begin from (safetensors).")
RENAME = click.option(
    "--rename",
    "renames",
    metavar="PATTERN=REPLACEMENT",
    multiple=True,
    help="Rename the tensors in --weights by a regular expression; may be repeated. @FILE has one a line.",
)
SEED = click.option(
    "--seed", metavar="N", callback=whole_number, default="0", show_default=True, help="For initial weights."
)
OPSET = click.option(
    "--opset",
    metavar="N",
    callback=whole_number,
    help=f"Of ONNX: 13 to 23; by default {DEFAULT_OPSET}, or later where bfloat16 needs it.",
)
NO_OPTIMIZE = click.option(
    "--no-optimize",
    is_flag=True,
    help="Write the graph as the spec has it, trainable: no layer becomes part of another.",
)


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
