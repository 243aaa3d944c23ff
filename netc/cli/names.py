"""Names as options take them."""

from __future__ import annotations

import click

from netc.diagnostics.printable import printable


def names(_context: click.Context, option: click.Parameter, written: tuple[str, ...]) -> tuple[str, ...]:
    """The names that an option gives, each time one or several with commas between.

    Raises ``click.UsageError`` where it is given and holds none.
    """
    found = tuple(name.strip() for text in written for name in text.split(",") if name.strip())
    if written and not found:
        raise click.UsageError(f"{option.opts[-1]} takes names, and was given `{printable(written[-1])}`")
    return found
