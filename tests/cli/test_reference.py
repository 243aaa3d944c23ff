"""``netc explain``, ``netc kinds`` and the helps."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from netc.cli.program import COMMANDS, program
from netc.diagnostics.catalogue import CATALOGUE
from netc.layers.registry import KINDS
from netc.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Netc

GOLDEN = Path(__file__).parent / "golden"


def test_a_page_of_the_catalogue(netc: Netc, golden: Callable[[Path, str], None]) -> None:
    ended = netc("explain", "e501")
    assert (ended.status, ended.err) == (0, "")
    golden(GOLDEN / "explain.txt", ended.out)


def test_every_code_has_a_page(netc: Netc) -> None:
    for code in CATALOGUE:
        assert netc("explain", code).out.startswith(f"{code}: ")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["explain", "E1001"], "there is no code `E1001`: did you mean `E101`?"),
        (["kinds", "Covn"], "there is no layer kind `Covn`: did you mean `conv`?"),
        (["kinds", "\x1b[1m"], "there is no layer kind `␛[1m`: `netc kinds` lists them"),
        (["chekc"], "there is no command `chekc`: did you mean `check`?"),
        (
            ["qq"],
            "there is no command `qq`: there are check, compile, verify, summary, explain, kinds, schema, zoo",
        ),
    ],
)
def test_what_is_not_there(netc: Netc, arguments: list[str], message: str) -> None:
    ended = netc(*arguments)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.endswith(f"\nError: {message}\n")


def test_the_table_of_kinds(netc: Netc) -> None:
    ended = netc("kinds")
    assert ended.status == 0
    rows = [line for line in ended.out.splitlines() if not line.startswith(" ")]
    assert [row.split()[0] for row in rows] == list(KINDS)
    assert max(map(len, ended.out.splitlines())) <= 100


@pytest.mark.parametrize("kind", ["flatten", "conv"])
def test_the_page_of_a_kind(netc: Netc, golden: Callable[[Path, str], None], kind: str) -> None:
    golden(GOLDEN / f"kinds_{kind}.txt", netc("kinds", kind).out)


def test_every_option_of_every_kind_is_described(netc: Netc) -> None:
    for kind in KINDS:
        lines = netc("kinds", kind).out.splitlines()
        options = [index for index, line in enumerate(lines) if line.startswith("  ") and line[2] != " "]
        assert options, kind
        for index in options:
            entry = lines[index]
            assert "any value" not in entry, (kind, entry)
            assert lines[index + 1].startswith("      "), (kind, entry)


def test_the_help(netc: Netc, golden: Callable[[Path, str], None]) -> None:
    ended = netc("--help")
    assert (ended.status, ended.err) == (0, "")
    golden(GOLDEN / "help.txt", ended.out)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_a_help_with_an_example(netc: Netc, name: str) -> None:
    text = netc(name, "--help").out
    assert COMMANDS[name] in text
    assert f"  netc {name}" in text.split("Example")[1]
    assert import_module(f"netc.cli.{name}").command.short_help is None


def test_the_commands_are_the_modules_of_the_room() -> None:
    import netc.cli

    modules = {path.stem for path in Path(str(netc.cli.__file__)).parent.glob("*.py")}
    assert set(COMMANDS) <= modules
    assert program.list_commands(click.Context(program)) == list(COMMANDS)


def test_the_version(netc: Netc) -> None:
    assert netc("--version") == (0, f"netc {VERSION}\n", "")
