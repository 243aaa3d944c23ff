"""``netc summary``: the table of layers."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from netc.cli.network import load_network
from netc.cli.options import reads_specs
from netc.cli.terminal import color_option, wants_color, write
from netc.report.formats import MODULES, renderer

if TYPE_CHECKING:
    from collections.abc import Mapping


EXAMPLES = """\b
Examples:
  netc summary resnet.yaml --variant 50
  netc summary resnet.yaml --set classes=10 --format json
  netc summary googlenet.yaml --sharing
"""


@click.command(epilog=EXAMPLES)
@click.argument("spec")
@click.option(
    "--format",
    "format_",
    type=click.Choice(list(MODULES)),
    default="table",
    show_default=True,
    help="table is for reading, markdown for documents, csv and json for programs.",
)
@click.option(
    "--sharing",
    is_flag=True,
    help="Show what weight sharing saves: the parameters if none were applied at two places, and the factor.",
)
@reads_specs
@color_option
def command(
    *,
    spec: str,
    format_: str,
    sharing: bool,
    assignments: Mapping[str, object],
    variant: str | None,
    stdin_filename: str,
) -> None:
    """Print the table of a spec's layers and what they cost.

    SPEC is a file, or `-` for standard input. Sizes and costs are for a batch of one; multiply-adds (MACs)
    are those of convolutions, of linear layers, and of the products with weights in recurrent layers and
    attention. The receptive field is how many elements of the input one element of a layer's output depends
    on, along each axis, and the stride how far apart those of neighbours lie.
    """
    network = load_network(spec, assignments, variant, stdin_filename)
    render = renderer(format_)
    write(render(network.graph, network.summary, color=wants_color(sys.stdout), sharing=sharing))
