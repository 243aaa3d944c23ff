"""What a person does who types a page from top to bottom."""

from __future__ import annotations

import doctest
import io
import re
import runpy
import shlex
import sys
import tomllib
from collections.abc import Callable, Generator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, final

import pytest

import netc
from netc.cli.run import run
from tests.docs.blocks import ROOT, Block, commands, matches
from tests.docs.launching import torchrun

SETTING_UP = ("make", "pip", "git", ".", ".venv/bin/python")
"""Commands that are looked at, not run."""


@final
class Typist:
    """Runs the blocks of one page in the working folder, in order; ``names`` are what its Python has defined.

    ``rewritten`` are the blocks whose output was another, with the text they should have; they fail unless
    ``update``.
    """

    def __init__(self, *, update: bool) -> None:
        self.names: dict[str, Any] = {"__name__": "__main__"}
        self.status = 0
        self.update = update
        self.rewritten: list[tuple[Block, str]] = []

    def type(self, block: Block) -> None:
        """Do what a block shows. Raises ``AssertionError`` where what happens is not what it shows."""
        ways: dict[str, Callable[[Block], None]] = {
            "yaml": self._spec,
            "console": self._console,
            "python": self._python,
            "pycon": self._session,
            "text": self._text,
        }
        assert block.language in ways, f"no test runs a block in {block.language or 'no language'}"
        if block.caption:
            path = Path(block.caption)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
        else:
            ways[block.language](block)

    def _spec(self, block: Block) -> None:
        Path("page.yaml").write_text(block.text, encoding="utf-8")
        assert netc.check("page.yaml") == []

    def _text(self, block: Block) -> None:
        shown = re.search(r"^(\$ |netc: 1|>>> |(error|warning)\[)", block.text, re.MULTILINE)
        assert shown is None, f"{shown} can be run: give the block its language"

    def _python(self, block: Block) -> None:
        with captured() as printed:
            exec(compile(block.text, f"line {block.line}", "exec"), self.names)
        assert printed() == "", "a block that prints is a session: `pycon`"

    def _session(self, block: Block) -> None:
        test = doctest.DocTestParser().get_doctest(block.text, self.names, "page", "page", block.line)
        assert test.examples
        report = io.StringIO()
        runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS, verbose=False)
        runner.run(test, out=report.write, clear_globs=False)
        self.names.update(test.globs)
        assert runner.failures == 0, report.getvalue()

    def _console(self, block: Block) -> None:
        lines: list[str] = []
        different: list[str] = []
        for command in commands(block.text):
            expected = stripped(command.expected)
            printed = stripped(self.enter(command.typed).splitlines())
            lines.append(f"$ {command.typed}")
            if not matches(expected, printed):
                different += [f"$ {command.typed}", "printed:", *printed, "and the page says:", *expected]
                expected = printed
            lines += expected
        if different and self.update:
            self.rewritten.append((block, "".join(f"{line}\n" for line in lines)))
            return
        assert not different, "\n".join(different)

    def enter(self, typed: str) -> str:
        """What a command prints, on both streams together."""
        words = shlex.split(typed, comments=True)
        if typed == "echo $?":
            return str(self.status)
        if words[0] in SETTING_UP:
            check_setting_up(words)
            return ""
        if words[-2:-1] == [">"]:
            Path(words[-1]).write_text(self.enter(shlex.join(words[:-2])), encoding="utf-8")
            return ""
        stdin = ""
        if words[-2:-1] == ["<"]:
            stdin = Path(words[-1]).read_text(encoding="utf-8")
            del words[-2:]
        if words[0] == "torchrun":
            return torchrun(words[1:])
        assert words[0] in {"netc", "python", "cat"}, f"no test can run `{words[0]}`"
        if words[0] == "cat":
            return Path(words[1]).read_text(encoding="utf-8")
        with captured(stdin) as printed:
            if words[0] == "netc":
                self.status = run(words[1:])
            else:
                runpy.run_path(words[1], run_name="__main__")
        return printed()


def check_setting_up(words: list[str]) -> None:
    """Fail unless the targets, extras and scripts that a command names are there."""
    if words[0] == ".venv/bin/python":
        assert (ROOT / words[1]).is_file()
    if words[0] == "make":
        targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
        assert set(words[1:]) <= set(targets)
    if words[0] == "pip":
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        extras = re.findall(r"\[([\w,]+)\]", " ".join(words))
        assert {one for extra in extras for one in extra.split(",")} <= set(project["optional-dependencies"])


def stripped(lines: list[str]) -> list[str]:
    """The lines without white space at their ends, nor empty ones at either end."""
    return "\n".join(line.rstrip() for line in lines).strip("\n").splitlines()


@contextmanager
def captured(stdin: str = "") -> Generator[Callable[[], str]]:
    """What is printed meanwhile, on both streams together, with ``stdin`` on standard input."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="utf-8", write_through=True)

    def printed() -> str:
        stream.flush()
        return raw.getvalue().decode("utf-8")

    with pytest.MonkeyPatch.context() as patch, redirect_stdout(stream), redirect_stderr(stream):
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        yield printed
