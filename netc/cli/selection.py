"""The options that turn warnings on and off."""

from __future__ import annotations

import click

from netc.diagnostics.printable import printable
from netc.layers.words import nearest
from netc.lint.selection import CODES


def codes(_context: click.Context, option: click.Parameter, written: tuple[str, ...]) -> tuple[str, ...]:
    """The codes, or beginnings of codes, that an option names.

    Raises ``click.UsageError`` for one that no warning begins with.
    """
    return tuple(_code(text, option.opts[0]) for text in written)


def _code(text: str, option: str) -> str:
    code = text.strip().upper()
    if code and any(known.startswith(code) for known in CODES):
        return code
    shown = f"`{option} {printable(text)}`"
    if code.startswith("E"):
        way_out = "errors cannot be ignored" if option == "--ignore" else "errors are always looked for"
        raise click.UsageError(f"{shown}: {way_out}, only warnings are chosen")
    way_out = nearest(code, CODES) or f"there are {', '.join(CODES)}"
    raise click.UsageError(f"{shown}: no warning has that code: {way_out}")


SELECT = click.option(
    "--select",
    metavar="CODE",
    multiple=True,
    callback=codes,
    help="Look for a warning that is off by itself, too: W201, or W2 for all that begin so; may be repeated.",
)
IGNORE = click.option(
    "--ignore",
    metavar="CODE",
    multiple=True,
    callback=codes,
    help="Do not look for a warning: W103, or W for all; may be repeated. The longer of two codes decides.",
)
