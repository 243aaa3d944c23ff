"""``netc explain``: what a code means."""

from __future__ import annotations

import click

from netc.cli.terminal import color_option, write
from netc.diagnostics.catalogue import CATALOGUE, nearest
from netc.diagnostics.explain import explain
from netc.diagnostics.printable import printable

EXAMPLES = """\b
Example:
  netc explain E301
"""


@click.command(epilog=EXAMPLES)
@click.argument("code")
@color_option
def command(code: str) -> None:
    """Say what a diagnostic's code means, with an example."""
    if code.upper() not in CATALOGUE:
        near = nearest(code)
        way_out = f"did you mean `{near}`?" if near else f"there are {', '.join(CATALOGUE)}"
        raise click.UsageError(f"there is no code `{printable(code)}`: {way_out}")
    write(explain(code))
