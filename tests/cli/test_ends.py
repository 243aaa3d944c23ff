"""The ways in which a command can end, and what it leaves on the terminal."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from netc.cli import explain

if TYPE_CHECKING:
    from tests.cli.conftest import Netc

NETC = [sys.executable, "-m", "netc"]
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


def test_a_bug_is_said_to_be_one_in_one_line(netc: Netc, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(code: str) -> str:
        raise TypeError(f"one\ntwo \x1b {code}")

    monkeypatch.setattr(explain, "explain", fails)
    ended = netc("explain", "E101")
    assert ended == (
        101,
        "",
        "error: this is a bug in netc, please report it with the spec: TypeError: one two ␛ E101 "
        "(NETC_TRACEBACK=1 prints where it happened)\n",
    )
    monkeypatch.setenv("NETC_TRACEBACK", "1")
    ended = netc("explain", "E101")
    assert ended.status == 101
    assert ended.err.startswith("Traceback (most recent call last):\n")


def test_nothing_given_is_answered_with_the_help(netc: Netc) -> None:
    ended = netc()
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith("Usage: netc [OPTIONS] COMMAND [ARGS]...\n")


@posix
def test_a_closed_pipe_ends_quietly() -> None:
    many = "".join(f"  - {{conv: 1, kernel: 1, unknown{number}: 1}}\n" for number in range(3000))
    Path("many.yaml").write_text(f"netc: 1\ninput: [1, 8, 8]\nlayers:\n{many}")
    with subprocess.Popen(
        [*NETC, "check", "many.yaml"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == -signal.SIGPIPE


@posix
def test_ctrl_c_ends_quietly() -> None:
    os.mkfifo("pipe.yaml")
    command = [*NETC, "check", "pipe.yaml"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        with Path("pipe.yaml").open("wb"):  # which waits until it is opened for reading, too
            process.send_signal(signal.SIGINT)
            assert process.communicate(timeout=30) == (b"", b"")
        assert process.returncode == -signal.SIGINT


def test_ctrl_c_leaves_no_folder_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever it comes: also before the first line of a folder's own ``__exit__``."""
    running = sys.modules["netc.cli.run"]
    left: list[Path] = []

    def invoke(_context: object) -> int:
        folder = TemporaryDirectory(dir=".")
        left.append(Path(folder.name))
        raise KeyboardInterrupt

    monkeypatch.setattr(running, "invoke", invoke)
    monkeypatch.setattr(running, "interrupted", lambda: 1000 + left[0].exists())
    with pytest.warns(ResourceWarning, match="Implicitly cleaning up"):
        assert running.run(["kinds"]) == 1000


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_said_to_be_one() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*NETC, "kinds"], stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2
    assert done.stderr == b"error: cannot write the output: No space left on device\n"


def test_a_file_that_may_not_be_read(netc: Netc, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_path: Path) -> bytes:  # as the system does to all but root, who may read everything
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert netc("check", "small.yaml") == (2, "", "error: small.yaml cannot be read: Permission denied\n")


def test_a_folder_where_a_file_should_be(netc: Netc) -> None:
    Path("nets").mkdir()
    assert netc("summary", "nets") == (2, "", "error: nets cannot be read: Is a directory\n")


ESCAPES = """\
netc: 1
name: "a\\e[2Jb"
input: [1, 8, 8]
layers:
  - {conv: "\\e]0;title\\a", kernel: 1}
  - {"fo\\u202eo": 1}
  - {conv: 1, kernel: 1, name: "\\u2066x\\x9b"}  # \u202e
"""


@pytest.mark.parametrize("format_", ["full", "concise", "json"])
def test_a_spec_never_reaches_the_terminal_raw(netc: Netc, format_: str) -> None:
    Path("evil.yaml").write_text(ESCAPES, encoding="utf-8")
    checked = netc("check", "evil.yaml", "--format", format_)
    assert checked.out.count("E20") >= 4
    summed = netc("summary", "evil.yaml")
    for text in (checked.out, summed.err):
        assert [letter for letter in text if not letter.isprintable() and letter != "\n"] == []


def test_a_files_name_never_reaches_the_terminal_raw(netc: Netc) -> None:
    Path("nets").mkdir()
    Path("nets/\x1b[2J.yaml").write_text("netc: 2\n")
    assert "\x1b" not in netc("check", "nets").out
    assert netc("check", "no\x1b.yaml").err == "error: no␛.yaml cannot be read: No such file or directory\n"


@pytest.mark.parametrize(
    ("variables", "before", "after", "colored"),
    [
        ({}, [], [], False),
        ({"FORCE_COLOR": "1"}, [], [], True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, [], [], False),
        ({"FORCE_COLOR": "1", "NO_COLOR": ""}, [], [], True),
        ({"NO_COLOR": "1"}, [], ["--color", "always"], True),
        ({"NO_COLOR": "1"}, ["--color", "always"], [], True),
        ({}, ["--color", "always"], ["--color", "never"], False),
        ({"FORCE_COLOR": "1"}, [], ["--color", "never"], False),
    ],
)
def test_colour(
    netc: Netc,
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    before: list[str],
    after: list[str],
    colored: bool,
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    for arguments in (("check", "wrong.yaml"), ("summary", "small.yaml"), ("summary", "wrong.yaml")):
        ended = netc(*before, *arguments, *after)
        assert ("\x1b[" in ended.out + ended.err) is colored
