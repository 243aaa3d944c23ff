"""``netc schema``: the JSON Schema of specs."""

from __future__ import annotations

import json

import click

from netc.cli.terminal import color_option, write

EXAMPLES = """\b
Example:
  netc schema > netc.schema.json

\b
Then an editor with a YAML language server completes, explains and checks a spec that begins with
  # yaml-language-server: $schema=netc.schema.json
"""


@click.command(epilog=EXAMPLES)
@color_option
def command() -> None:
    """Print the JSON Schema of specs, for editors.

    It is of draft 2020-12, and has every kind and option with its description, type and default. What it
    cannot know, such as shapes, is for `netc check`.
    """
    from netc.report.schema import spec_schema  # noqa: PLC0415  # loads every kind of layer

    write(json.dumps(spec_schema(), indent=2, ensure_ascii=False))
