"""From a spec's path to its network, for the commands that need one."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from click.exceptions import Exit

from netc.api import network_of
from netc.cli.source import read_spec
from netc.cli.terminal import note, wants_color, write
from netc.compiler import check_bytes
from netc.diagnostics import Diagnostic, capped
from netc.elaborate import Overrides
from netc.errors import SpecError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netc.network import Network


def load_network(
    path: str, assignments: Mapping[str, object], variant: str | None, stdin_filename: str
) -> Network:
    """The network of a spec; what is found in it goes to standard error.

    Ends the command with status 1 where the spec has errors. Raises ``FileError`` where it cannot be read.
    """
    data, file = read_spec(path, stdin_filename)
    checked = check_bytes(data, file, Overrides(variant, assignments, "--set"))
    try:
        network = network_of(checked, file)
    except SpecError as error:
        complain(error.diagnostics, checked.sources)
        raise Exit(1) from error
    complain(checked.diagnostics, checked.sources)
    return network


def complain(diagnostics: list[Diagnostic], texts: Mapping[str, str]) -> None:
    """Print the first hundred diagnostics to standard error."""
    if not diagnostics:
        return
    from netc.diagnostics.full import render  # noqa: PLC0415  # drawn only where there is something to draw

    shown = capped(diagnostics)
    write(render(shown, texts, color=wants_color(sys.stderr)), sys.stderr)
    if len(shown) < len(diagnostics):
        note(f"and {len(diagnostics) - len(shown):,} more, not shown")
