"""Whole numbers as options take them."""

from __future__ import annotations

from typing import final

import click

from netc.diagnostics.printable import printable


@final
class WholeNumber(click.ParamType):
    """A whole number, 0 or more; digits may be grouped with ``_``."""

    name = "number"

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number. Raises ``click.UsageError`` for anything else."""
        try:
            number = int(value)
        except ValueError:
            number = -1
        if number < 0:
            option = param.opts[-1] if param is not None else "the option"
            message = f"{option} takes a whole number, 0 or more, and was given `{printable(str(value))}`"
            raise click.UsageError(message, ctx)
        return number


WHOLE_NUMBER = WholeNumber()
