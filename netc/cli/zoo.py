"""``netc zoo``: the specs that come with netc."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from netc.cli.shipped import zoo_libraries, zoo_renames, zoo_specs
from netc.cli.terminal import color_option, note, wants_color, write
from netc.diagnostics.printable import printable
from netc.report.zoo import FORMATS, ZooRow, render

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from netc.language import Document

EXAMPLES = """\b
Examples:
  netc zoo
  netc zoo resnet > net.yaml
  netc zoo resnet --variants
  netc summary "$(netc zoo resnet --path)" --variant 50
  netc zoo resnet --renames
  netc zoo torchvision/resnet --path
"""


@click.command(epilog=EXAMPLES)
@click.argument("name", required=False)
@click.option("--variants", is_flag=True, help="List every variant with what it costs.")
@click.option("--path", is_flag=True, help="Print where the file of NAME lies.")
@click.option(
    "--renames",
    is_flag=True,
    help="List the files of renames, of NAME or all: each has the weights of a library land in a spec.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    default="table",
    show_default=True,
    help="Of lists: table is for reading, markdown for documents, json for programs.",
)
@color_option
def command(*, name: str | None, variants: bool, path: bool, renames: bool, format_: str) -> None:
    """List the specs that come with netc, or print one.

    A list has parameters and multiply-adds for a batch of one, of each spec as it stands or, with --variants,
    of each of its variants. With a NAME alone, its text is printed; --renames lists the names of files that
    `--rename @FILE` takes, which have their text and --path, too.
    """
    specs = zoo_specs()
    if renames:
        list_renames(name, specs)
        return
    if name is None:
        if path:
            raise click.UsageError("--path is of one spec: name it, as in `netc zoo resnet --path`")
        chosen = specs
    else:
        chosen = {name: find(name, specs, listed=variants)}
    if variants or name is None:
        color = wants_color(sys.stdout)
        rows = [row for spec, file in chosen.items() for row in rows_of(spec, file, each_variant=variants)]
        write(render(rows, format_, each_variant=variants, color=color))
    elif path:
        write(str(chosen[name]))
    else:
        show(chosen[name])


def find(name: str, specs: dict[str, Path], *, listed: bool) -> Path:
    """The file of a network, or of a library or of renames where it is not to be ``listed``.

    Raises ``click.UsageError`` where there is none.
    """
    files = specs if listed else {**specs, **zoo_libraries(), **zoo_renames()}
    if name in files:
        return files[name]
    from netc.layers.words import nearest  # noqa: PLC0415  # needed where a name is mistyped, and only there

    way_out = nearest(name, tuple(files)) or "`netc zoo` lists them"
    raise click.UsageError(f"there is no spec `{printable(name)}` in the zoo: {way_out}")


def list_renames(name: str | None, specs: dict[str, Path]) -> None:
    """Print the names of the files of renames, of one network or of all, a line each.

    Raises ``click.UsageError`` where there is no such network.
    """
    if name is not None:
        find(name, specs, listed=True)
    listed = [one for one in zoo_renames() if name in (None, network_of(one))]
    for one in listed:
        write(one)
    if not listed:
        note("netc comes with no file of renames" + ("" if name is None else f" for {name}"))


def network_of(renames: str) -> str:
    """The network that a file of renames is for.

    >>> network_of("torchvision/resnet-18")
    'resnet'
    """
    return renames.rpartition("/")[2].partition("-")[0]


def show(file: Path) -> None:
    """Print a spec as it stands, and say on standard error which files it needs beside it."""
    write(file.read_text(encoding="utf-8").removesuffix("\n"))
    if file.suffix != ".yaml":
        return
    for item in document_of(file).imports:
        stem = item.path.removesuffix(".yaml")
        note(f"it imports {item.path}, which `netc zoo {stem}` prints")


def document_of(file: Path) -> Document:
    """A spec of the zoo, parsed. Raises ``ValueError`` where it is none."""
    from netc.language import parse  # noqa: PLC0415  # not needed to find a file
    from netc.reader import read  # noqa: PLC0415  # as above

    tree = read(file.read_bytes(), str(file), lambda _: None)
    document = parse(tree, lambda _: None) if tree is not None else None
    if document is None:
        raise ValueError(f"{file} is no spec")
    return document


def rows_of(name: str, file: Path, *, each_variant: bool) -> Iterator[ZooRow]:
    """The row of a network, or those of its variants."""
    from netc.api import load  # noqa: PLC0415  # not needed to print a file

    variants = tuple(document_of(file).variants)
    for variant in (variants or (None,)) if each_variant else (None,):
        network = load(file, variant=variant)
        totals = network.summary.totals
        yield ZooRow(name, variant, variants, totals.params, totals.macs, network.doc)
