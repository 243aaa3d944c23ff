"""``netc kinds``: what layers there are."""

from __future__ import annotations

import click

from netc.cli.terminal import color_option, write
from netc.diagnostics.printable import printable
from netc.language.kinds import kind_meant
from netc.layers.registry import KINDS
from netc.report.kinds import kind_page, kinds_table

EXAMPLES = """\b
Examples:
  netc kinds
  netc kinds conv
"""


@click.command(epilog=EXAMPLES)
@click.argument("kind", required=False)
@color_option
def command(kind: str | None) -> None:
    """List the kinds of layers, or say what one does."""
    if kind is None:
        write(kinds_table())
    elif kind in KINDS:
        write(kind_page(kind))
    else:
        way_out = kind_meant(kind) or "`netc kinds` lists them"
        raise click.UsageError(f"there is no layer kind `{printable(kind)}`: {way_out}")
