"""The options of every command that reads a spec."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

import click

from netc.diagnostics.printable import printable
from netc.reader import Mapping, Refused, Scalar, Sequence, read

if TYPE_CHECKING:
    from collections.abc import Callable

    from netc.diagnostics import Diagnostic
    from netc.reader import Plain, Tree

# Python 3.11 maps its stack in pieces of 16 KiB, and calls that lie across the end of one map and unmap the
# next each time. Loaded at the bottom of a chain of imports pydantic can meet that (50 ms); here it does not.
import_module("pydantic")

Command = TypeVar("Command", bound="Callable[..., Any]")


def reads_specs(command: Command) -> Command:
    """Give a command ``--set``, ``--variant`` and ``--stdin-filename``.

    They arrive as ``assignments`` (values of params by name), ``variant`` and ``stdin_filename``.
    """
    for option in (STDIN_FILENAME, VARIANT, SET):
        command = option(command)
    return command


def assignments(
    _context: click.Context, _option: click.Parameter, written: tuple[str, ...]
) -> dict[str, object]:
    """The values of params that ``--set`` gives; the last one of a name counts."""
    return dict(map(assignment, written))


def assignment(text: str) -> tuple[str, object]:
    """The name and the value of ``NAME=VALUE``, the value read as YAML 1.2.

    Raises ``click.UsageError``, which says what is wrong.
    """
    name, equals, value = text.partition("=")
    name = name.strip()
    if not equals or not name:
        raise refusal(text, "it is no NAME=VALUE")
    found: list[Diagnostic] = []
    tree = read(value.encode("utf-8", "surrogateescape"), "--set", found.append)
    if found:
        raise refusal(text, found[0].text)
    if tree is None or (isinstance(tree, Scalar) and tree.value is None):
        raise refusal(text, "the value is empty; an empty string is \"''\"")
    return name, plain(tree, text)


def plain(tree: Tree, text: str) -> Plain | list[object]:
    """The scalar or list that a tree is. Raises ``click.UsageError`` for a mapping."""
    match tree:
        case Scalar():
            return tree.value
        case Sequence():
            return [plain(item, text) for item in tree.items]
        case Mapping() | Refused():
            raise refusal(text, "a param is a number, a string, a boolean or a list, and never a mapping")


def refusal(text: str, fact: str) -> click.UsageError:
    """The refusal of one ``--set``."""
    return click.UsageError(f"`--set {printable(text)}`: {fact}")


SET = click.option(
    "--set",
    "assignments",
    metavar="NAME=VALUE",
    multiple=True,
    callback=assignments,
    help="Another value for one of the spec's params; may be repeated. VALUE is YAML: 10, relu, [64, 128].",
)
VARIANT = click.option("--variant", metavar="NAME", help="One of the spec's variants.")
STDIN_FILENAME = click.option(
    "--stdin-filename",
    metavar="NAME",
    default="<stdin>",
    help="What messages call the spec where `-` is standard input; it imports from that folder.",
)
