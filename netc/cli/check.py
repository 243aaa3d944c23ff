"""``netc check``: every error and warning, at its line."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click
from click.exceptions import Exit

from netc.cli.options import reads_specs
from netc.cli.selection import IGNORE, SELECT
from netc.cli.source import STDIN, read_spec, specs_below
from netc.cli.terminal import color_option, fail, note, wants_color, write
from netc.cli.whole_number import whole_number
from netc.compiler import Checked, check_bytes
from netc.diagnostics import Diagnostic, Span, capped, in_order
from netc.diagnostics.formats import MODULES, counted, renderer, summary_line
from netc.elaborate import Overrides
from netc.errors import FileError
from netc.lint import Selection
from netc.types.dims import largest, symbol_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from netc.graph import Graph
    from netc.types import Dim
    from netc.types.facts import Facts


class Findings(NamedTuple):
    """What a check of several specs gives: what was found, and whether all could be read.

    ``specs`` counts the specs; ``texts`` are theirs and those of the files they import, by name.
    """

    specs: int
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
  netc check lenet.yaml --select W2 --ignore W103 --warn-as-error
"""


@click.command(epilog=EXAMPLES)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option(
    "--format",
    "format_",
    type=click.Choice(list(MODULES)),
    default="full",
    show_default=True,
    help="full shows the lines of the spec, concise has one line a finding; json is for programs, github for "
    "the log of its Actions, sarif for code scanning.",
)
@click.option(
    "--warn-as-error",
    is_flag=True,
    help="Take warnings for errors: they are shown as such, and the exit status is 1.",
)
@SELECT
@IGNORE
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
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    max_params: int | None,
    max_macs: int | None,
    assignments: Mapping[str, object],
    variant: str | None,
    stdin_filename: str,
) -> None:
    """Find every error in specs, at its line.

    Warnings say what is hardly meant: `netc explain W103` tells more, and a comment `# netc: ignore[W103]`
    silences one on its line.

    A PATH is a spec, `-` for standard input, or a folder: every .yaml and .yml file below it whose top level
    has the key `netc`, hidden folders left out.
    """
    budgets = [
        Budget(what, f"--max-{word}", most)
        for what, word, most in (("parameters", "params", max_params), ("multiply-adds", "macs", max_macs))
        if most is not None
    ]
    overrides, warnings = Overrides(variant, assignments, "--set"), Selection(select, ignore)
    findings = check_all(paths, stdin_filename, overrides, budgets, warnings)
    diagnostics = findings.diagnostics
    if warn_as_error:
        diagnostics = [one._replace(severity="error") for one in diagnostics]
    if findings.texts:
        show(diagnostics, findings, format_)
    if not findings.all_read:
        raise Exit(2)
    if any(one.severity == "error" for one in diagnostics):
        raise Exit(1)


def check_all(
    paths: tuple[str, ...],
    stdin_filename: str,
    overrides: Overrides,
    budgets: list[Budget],
    warnings: Selection,
) -> Findings:
    """Check every spec that the paths name, each once. What cannot be read is reported at once.

    A mistake in a file that several of them import is reported with the first.
    """
    texts: dict[str, str] = {}
    diagnostics: dict[object, Diagnostic] = {}
    specs: set[str] = set()
    all_read = True
    for path in dict.fromkeys(paths):
        try:
            for data, file in specs_at(path, stdin_filename):
                if file not in specs:
                    checked = check_bytes(data, file, overrides, every_variant=True, warnings=warnings)
                    specs.add(file)
                    texts.update(checked.sources)
                    for one in in_order([*checked.diagnostics, *over_budget(checked, file, budgets)]):
                        diagnostics.setdefault(identity(one, checked), one)
        except FileError as error:
            fail(str(error))
            all_read = False
    return Findings(len(specs), texts, list(diagnostics.values()), all_read)


def identity(found: Diagnostic, checked: Checked) -> object:
    """What is the same of one mistake in whatever spec it is met; of what stands in no file nothing is."""
    span = found.span
    if span.file not in checked.sources:
        return object()
    about = found.message if found.code[:2] in {"E1", "E2", "E5"} else ""
    return found.code, span._replace(file=str(Path(span.file))), about


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
    graph = checked.graph
    amounts = measure(graph)
    found = [(budget, over(amounts[budget.what], budget, graph)) for budget in budgets]
    return [
        Diagnostic(
            "E501",
            "error",
            f"the network has more {budget.what} than `{budget.option}` allows",
            Span(file, 1, 1, 1, 2),
            *excess,
        )
        for budget, excess in found
        if excess is not None
    ]


def over(amount: Dim, budget: Budget, graph: Graph) -> tuple[str, str] | None:
    """By how much a budget is exceeded, and the way out; nothing where it is not.

    What depends on symbols is measured where each has its ``max``; without one no budget can be kept.
    """
    most = largest(amount)
    if most is not None and most <= budget.most:
        return None
    help_ = "`netc summary` shows which layers have them"
    if most is None:
        names = symbol_names(amount)
        unbounded = [name for name in names if graph.facts[name].max is None]
        listed = ", ".join(f"{name}: {{max: …}}" for name in unbounded)
        return f"{amount:,} of at most {budget.most:,}", f"`dims: {{{listed}}}` bounds them"
    where = ", ".join(f"{name} = {largest_of(graph.facts[name])}" for name in symbol_names(amount))
    at = f" where {where}" if where else ""
    return f"{most:,} of at most {budget.most:,}{at}", help_


def largest_of(facts: Facts) -> int:
    """The largest size that facts with a ``max`` allow."""
    return (facts.max or 0) // facts.multiple_of * facts.multiple_of


def measure(graph: Graph) -> dict[str, Dim]:
    """What budgets limit."""
    from netc.report.summary import summarize  # noqa: PLC0415  # needed for budgets alone

    totals = summarize(graph).totals
    return {"parameters": totals.params, "multiply-adds": totals.macs}


def show(diagnostics: list[Diagnostic], findings: Findings, format_: str) -> None:
    """Print the first hundred diagnostics, and how many there are beyond them."""
    shown = capped(diagnostics)
    text = renderer(format_)(shown, findings.texts, color=wants_color(sys.stdout))
    if text:
        write(text)
    rest = len(diagnostics) - len(shown)
    if format_ != "full":
        if rest:
            note(f"and {rest:,} more, not shown")
        return
    more = f"; the first {len(shown)} are shown" if rest else ""
    gap = "\n" if text else ""
    write(f"{gap}checked {counted(findings.specs, 'spec')}: {summary_line(diagnostics)}{more}")
