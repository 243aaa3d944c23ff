"""What every test may use: golden files, and hypothesis settings for a shared machine."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from difflib import unified_diff
from pathlib import Path
from typing import TypeAlias

import hypothesis
import pytest

Golden: TypeAlias = "Callable[[Path, str], None]"

IN_CI = bool(os.environ.get("CI"))

# No deadline, for a loaded machine is slow without being wrong; in CI the same examples every time.
hypothesis.settings.register_profile("netc", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("ci" if IN_CI else "netc")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite golden files with what the tests see")


def pytest_configure(config: pytest.Config) -> None:
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as a shell starts what runs in its background
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if IN_CI and config.getoption("--update"):
        message = "--update rewrites golden files, and the environment variable CI is set: run it at home"
        raise pytest.UsageError(message)


def compare_with_golden(path: Path, text: str) -> None:
    """Fail the test, with a diff, unless the file at ``path`` holds exactly ``text``."""
    if not path.exists():
        pytest.fail(f"no golden file {path}: pytest --update writes it", pytrace=False)
    expected = path.read_bytes().decode("utf-8")
    if text == expected:
        return
    lines = unified_diff(expected.splitlines(), text.splitlines(), str(path), "this run", lineterm="")
    difference = "\n".join(lines) or "only line ends or the last newline differ"
    pytest.fail(f"{difference}\n\nif this run is right: pytest --update", pytrace=False)


def write_golden(path: Path, text: str) -> None:
    """Make the file at ``path`` hold exactly ``text``, as UTF-8."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8"))


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """``golden(path, text)`` compares a text with a file; under ``--update`` it writes the file instead."""
    return write_golden if request.config.getoption("--update") else compare_with_golden
