"""examples/demo.py, run as `make demo` runs it; and what it says where something is off."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "examples" / "demo.py"
ABSENT = ("torch", "sklearn", "scipy")

ANSWERS = """\
354 of 360 are right: accuracy 0.9833. Some of them:

      ▓▓██▒▒            ░░▓▓░░              ░░▓▓████              ▓▓██▓▓
    ▓▓▓▓░░██            ▒▒▓▓              ░░██▓▓▒▒██            ▒▒▒▒▒▒██
    ▓▓    ██░░          ██▒▒                ░░  ▓▓▓▓                  ██
      ░░▒▒██░░          ▓▓▒▒                  ░░██▓▓                ▒▒▓▓
      ▓▓████▒▒          ██▓▓▒▒                  ░░▓▓▒▒          ░░▓▓▓▓██░░
      ░░▓▓              ██▓▓▒▒▓▓▒▒                ▓▓▒▒            ▓▓▓▓░░
      ▒▒▒▒              ██▓▓░░▓▓▓▓            ▒▒▒▒██░░            ▓▓▒▒
      ██░░              ░░▓▓██▓▓            ░░████▒▒            ░░▓▓
    reads 7             reads 6             reads 3             reads 7

Some of the others:
"""


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> str:
    """All that the demo prints where neither torch nor scikit-learn can be imported."""
    absent = tmp_path_factory.mktemp("absent")
    for package in ABSENT:
        (absent / f"{package}.py").write_text(f"raise SystemExit('the demo imports {package}')\n")
    environment = {**os.environ, "PYTHONPATH": str(absent), "PYTHONUTF8": "1", "COLUMNS": "80"}
    environment.pop("FORCE_COLOR", None)
    done = subprocess.run(
        [sys.executable, str(SCRIPT)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_it_types_its_commands_in_order(printed: str) -> None:
    assert [line for line in printed.splitlines() if line.startswith(("$", "    --"))] == [
        "$ netc check specs/lenet_digits.yaml",
        "$ netc summary specs/lenet_digits.yaml",
        "$ netc compile specs/lenet_digits.yaml -o build/lenet_digits.onnx \\",
        "    --weights examples/digits/lenet_digits.safetensors",
        "$ netc check examples/wrong.yaml",
    ]
    assert (ROOT / "build" / "lenet_digits.onnx").is_file()


def test_it_draws_digits_and_answers(printed: str) -> None:
    assert ANSWERS in printed


def test_it_shows_each_mistake_at_its_place(printed: str) -> None:
    mistakes = printed.partition("$ netc check examples/wrong.yaml")[2]
    for fact in (
        "error[E402]: the window of `conv` is larger than its padded input",
        "examples/wrong.yaml:9:6",
        "5 > 4 along H, the input is 4×4",
        "error[E201]: `pool` has no option `strides`",
        "examples/wrong.yaml:10:28",
        "did you mean `stride`?",
    ):
        assert fact in mistakes
    assert mistakes.count("error[") == 2


def test_it_fits_a_terminal_and_is_plain_outside_of_one(printed: str) -> None:
    assert [line for line in printed.splitlines() if len(line) > 80] == []
    assert "\x1b" not in printed


@pytest.fixture
def demo() -> ModuleType:
    found = spec_from_file_location("demo", SCRIPT)
    assert found is not None
    assert found.loader is not None
    module = module_from_spec(found)
    found.loader.exec_module(module)
    return module


def test_a_command_that_ends_otherwise_ends_the_demo(demo: ModuleType) -> None:
    with pytest.raises(SystemExit) as caught:
        demo.netc("check examples/wrong.yaml")
    assert str(caught.value) == "error: netc check ended with status 1, expected 0"


def test_too_many_wrong_answers_end_the_demo(demo: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    def keep_quiet(*_: Any, **__: Any) -> None:
        pass

    monkeypatch.setattr(demo, "netc", keep_quiet)
    monkeypatch.setattr(demo, "read_digits", lambda: 0.9694)
    with pytest.raises(SystemExit) as caught:
        demo.main()
    assert str(caught.value) == "error: accuracy 0.9694, expected at least 0.97"


def test_a_digit_is_drawn_two_characters_a_pixel(demo: ModuleType) -> None:
    digit = np.zeros((8, 8), np.uint8)
    digit[0, :5] = 0, 4, 8, 12, 16
    digit[7, 7] = 15
    first, *_, last, below = demo.side_by_side(np.stack([digit, digit]), ["one", "two"]).splitlines()
    none, light, half, dark, full = (2 * shade for shade in demo.SHADES)
    assert first == f"{none}{light}{half}{dark}{full}      " + "    " + f"{none}{light}{half}{dark}{full}"
    assert last == f"{none * 7}{dark}    {none * 7}{dark}"
    assert below.split() == ["one", "two"]
