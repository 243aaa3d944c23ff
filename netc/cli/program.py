"""The program: its commands by name, each loaded when it is called."""

from __future__ import annotations

from importlib import import_module
from typing import cast, final

import click

from netc.cli.terminal import color_option
from netc.version import VERSION

COMMANDS = {
    "check": "Find every error in specs, at its line.",
    "compile": "Write a spec as an ONNX model, in PyTorch, or its weights alone.",
    "verify": "Run a spec's ONNX file in every runtime, and compare with torch.",
    "summary": "Print the table of a spec's layers and what they cost.",
    "explain": "Say what a diagnostic's code means, with an example.",
    "kinds": "List the kinds of layers, or say what one does.",
    "schema": "Print the JSON Schema of specs, for editors.",
    "zoo": "List the specs that come with netc, or print one.",
}
"""Each command, in the order of the help, with its line in it. ``netc.cli.NAME`` has it as ``command``."""


@final
class Program(click.Group):
    """A group whose commands are imported when they are called, and not to be listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        return cast("click.Command", import_module(f"netc.cli.{cmd_name}").command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            ctx.fail(f"there is no command `{name}`: {_nearest(name)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _nearest(name: str) -> str:
    from difflib import get_close_matches  # noqa: PLC0415  # needed where a name is mistyped, and only there

    near = get_close_matches(name, COMMANDS, n=1)
    return f"did you mean `{near[0]}`?" if near else f"there are {', '.join(COMMANDS)}"


EXAMPLES = """\b
Examples:
  netc check specs/
  netc compile lenet.yaml -o lenet.onnx
"""


@click.group(cls=Program, epilog=EXAMPLES, context_settings={"help_option_names": ["-h", "--help"]})
@color_option
@click.version_option(VERSION, message="netc %(version)s")
def program() -> None:
    """Check, measure and compile neural networks written as YAML specs.

    Exit status: 0 fine, 1 a spec has errors, weights do not fit it or numbers differ, 2 usage or a file that
    cannot be read or written, 101 a bug in netc. NO_COLOR and FORCE_COLOR are obeyed; NETC_TRACEBACK=1 says
    where a bug happened.
    """
