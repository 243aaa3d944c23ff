"""Whole numbers as options take them."""

from __future__ import annotations

import click

from netc.diagnostics.printable import printable


def whole_number(_context: click.Context, option: click.Parameter, text: str | None) -> int | None:
    """The value of an option that takes a whole number, 0 or more, whose digits may be grouped with ``_``.

    Raises ``click.UsageError`` for anything else.
    """
    if text is None:
        return None
    try:
        number = int(text)
    except ValueError:
        number = -1
    if number < 0:
        raise click.UsageError(
            f"{option.opts[-1]} takes a whole number, 0 or more, and was given `{printable(text)}`"
        )
    return number
