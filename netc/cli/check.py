"""``netc check``: every error and warning, at its line."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click
from click.exceptions import Exit

from netc.cli.options import reads_specs
from netc.cli.source import STDIN, read_spec, specs_below
from netc.cli.terminal import color_option, fail, note, wants_color, write
from netc.cli.whole_number import whole_number
from netc.compiler import Checked, check_bytes
from netc.diagnostics import Diagnostic, Span, capped, in_order
from netc.diagnostics.formats import MODULES, counted, renderer, summary_line
from netc.elaborate import Overrides
from netc.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from netc.graph import Graph


class Findings(NamedTuple):
    """What a check of several specs gives: their texts by name, what was found, whether all could be read."""

    texts: dict[str, str]
    diagnostics: list[Diagnostic]
    all_read: bool


class Budget(NamedTuple):
    """The most that a network may have of something."""

    what: str
    option: str
    most: int


EXAMPLES = """\b
Examples:
  netc check resnet.yaml --variant 50 --max-params 26_000_000
  netc check specs/ --format concise
"""


@click.command(epilog=EXAMPLES)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option(
    "--format",
    "format_",
    type=click.Choice(list(MODULES)),
    default="full",
    show_default=True,
    help="full shows the lines of the spec, concise has one line a finding, json is for programs.",
)
@click.option("--warn-as-error", is_flag=True, help="Take warnings for errors; this version gives none yet.")
@click.option(
    "--max-params", metavar="N", callback=whole_number, help="The most parameters a network may have."
)
@click.option("--max-macs", metavar="N", callback=whole_number, help="The most multiply-adds it may take.")
@reads_specs
@color_option
def command(
    *,
    paths: tuple[str, ...],
    format_: str,
    warn_as_error: bool,
    max_params: int | None,
    max_macs: int | None,
    assignments: Mapping[str, object],
    variant: str | None,
    stdin_filename: str,
) -> None:
    """Find every error in specs, at its line.

    A PATH is a spec, `-` for standard input, or a folder: every .yaml and .yml file below it whose top level
    has the key `netc`, hidden folders left out.
    """
    budgets = [
        Budget(what, f"--max-{word}", most)
        for what, word, most in (("parameters", "params", max_params), ("multiply-adds", "macs", max_macs))
        if most is not None
    ]
    findings = check_all(paths, stdin_filename, Overrides(variant, assignments, "--set"), budgets)
    diagnostics = findings.diagnostics
    if warn_as_error:
        diagnostics = [one._replace(severity="error") for one in diagnostics]
    if findings.texts:
        show(diagnostics, findings.texts, format_)
    if not findings.all_read:
        raise Exit(2)
    if any(one.severity == "error" for one in diagnostics):
        raise Exit(1)


def check_all(
    paths: tuple[str, ...], stdin_filename: str, overrides: Overrides, budgets: list[Budget]
) -> Findings:
    """Check every spec that the paths name, each once. What cannot be read is reported at once."""
    texts: dict[str, str] = {}
    diagnostics: list[Diagnostic] = []
    all_read = True
    for path in dict.fromkeys(paths):
        try:
            for data, file in specs_at(path, stdin_filename):
                if file not in texts:
                    checked = check_bytes(data, file, overrides, every_variant=True)
                    texts[file] = checked.text
                    diagnostics += in_order([*checked.diagnostics, *over_budget(checked, file, budgets)])
        except FileError as error:
            fail(str(error))
            all_read = False
    return Findings(texts, diagnostics, all_read)


def specs_at(path: str, stdin_filename: str) -> Iterator[tuple[bytes, str]]:
    """The bytes and the name of each spec that a path means. Raises ``FileError`` where there is none."""
    if path == STDIN or not Path(path).is_dir():
        yield read_spec(path, stdin_filename)
        return
    found = False
    for file in specs_below(path):
        found = True
        yield read_spec(file, stdin_filename)
    if not found:
        raise FileError(
            f"there is no spec below {path}: one is a .yaml or .yml file whose top level has the key `netc`"
        )


def over_budget(checked: Checked, file: str, budgets: list[Budget]) -> list[Diagnostic]:
    """An error for each budget that a network exceeds; none for a library, or a spec with errors."""
    if checked.graph is None or not budgets:
        return []
    amounts = measure(checked.graph)
    return [
        Diagnostic(
            "E501",
            "error",
            f"the network has more {budget.what} than `{budget.option}` allows",
            Span(file, 1, 1, 1, 2),
            f"{amounts[budget.what]:,} of at most {budget.most:,}",
            "`netc summary` shows which layers have them",
        )
        for budget in budgets
        if amounts[budget.what] > budget.most
    ]


def measure(graph: Graph) -> dict[str, int]:
    """What budgets limit."""
    from netc.report.summary import summarize  # noqa: PLC0415  # needed for budgets alone

    totals = summarize(graph).totals
    return {"parameters": totals.params, "multiply-adds": totals.macs}


def show(diagnostics: list[Diagnostic], texts: Mapping[str, str], format_: str) -> None:
    """Print the first hundred diagnostics, and how many there are beyond them."""
    shown = capped(diagnostics)
    text = renderer(format_)(shown, texts, color=wants_color(sys.stdout))
    if text:
        write(text)
    rest = len(diagnostics) - len(shown)
    if format_ != "full":
        if rest:
            note(f"and {rest:,} more, not shown")
        return
    more = f"; the first {len(shown)} are shown" if rest else ""
    gap = "\n" if text else ""
    write(f"{gap}checked {counted(len(texts), 'spec')}: {summary_line(diagnostics)}{more}")
