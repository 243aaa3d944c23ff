"""What is printed, where, and whether in colour."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, TypeVar

import click

from netc.diagnostics.paint import painter
from netc.diagnostics.printable import printable

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

Command = TypeVar("Command", bound="Callable[..., Any]")

CHOICES = {"auto": None, "always": True, "never": False}


def color_option(command: Command) -> Command:
    """Give a command, or the program, the option ``--color``; a command's own counts."""

    def choose(context: click.Context, _: click.Parameter, value: str | None) -> None:
        if value is not None:
            context.find_root().color = CHOICES[value]

    return click.option(
        "--color",
        type=click.Choice(list(CHOICES)),
        expose_value=False,
        callback=choose,
        help="Colour the output: on terminals (auto), always or never.",
    )(command)


def wants_color(stream: TextIO) -> bool:
    """Whether to write ANSI sequences: as ``--color`` says, else NO_COLOR, FORCE_COLOR, or a terminal."""
    context = click.get_current_context(silent=True)
    chosen = context.find_root().color if context is not None else None
    if chosen is not None:
        return chosen
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def write(text: str, stream: TextIO | None = None) -> None:
    """Print a text that ends in no newline; by default to standard output."""
    target = sys.stdout if stream is None else stream
    click.echo(text, target, color=wants_color(target))


def fail(message: str) -> None:
    """Print ``error: MESSAGE`` to standard error, with nothing in it that a terminal would obey."""
    paint = painter(wants_color(sys.stderr))
    text = "\n".join(map(printable, message.split("\n")))
    write(f"{paint('error', 'error')}: {text}", sys.stderr)


def note(message: str) -> None:
    """Print a remark in one line to standard error."""
    write(printable(message), sys.stderr)
