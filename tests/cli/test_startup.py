"""What each command loads: start-up time is a feature."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("numpy", "onnx", "rich", "safetensors", "sympy", "torch")
"""Never loaded short of compiling."""

LOADED = """
import sys
try:
    {statement}
finally:
    print(*(name for name in {names} if name in sys.modules), file=sys.stderr)
"""


def loaded(statement: str, names: tuple[str, ...] = HEAVY) -> list[str]:
    """Which of the modules are loaded in a new process once a statement has run."""
    program = LOADED.format(statement=statement, names=names)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stderr.splitlines()[-1].split()


def command(*arguments: str) -> str:
    return f"from netc.cli import main; assert main({list(arguments)!r}) == 0"


@pytest.mark.parametrize(
    "statement",
    [
        "import netc; netc.load('small.yaml').summary",
        "import netc; assert all(hasattr(netc, name) for name in netc.__all__)",
        command("check", "small.yaml", "--max-params", "10000"),
        command("summary", "small.yaml"),
        command("explain", "E101"),
        command("kinds"),
        command("kinds", "conv"),
        command("schema"),
        command("zoo", "lenet"),
        command("zoo", "lenet", "--variants"),
    ],
)
def test_nothing_heavy_is_loaded(statement: str) -> None:
    assert loaded(statement) == []


def test_compiling_to_onnx_loads_no_torch() -> None:
    found = loaded(command("compile", "small.yaml", "-o", "small.onnx"))
    assert Path("small.onnx").exists()
    assert "onnx" in found
    assert "torch" not in found


def test_what_needs_no_models_loads_no_pydantic() -> None:
    names = ("pydantic", "yaml", "netc.compiler", "netc.layers.base")
    assert loaded("import netc", names) == []
    assert loaded(command("explain", "E101"), names) == []
    assert loaded(command("--help"), names) == []
    assert (
        loaded(command("check", "small.yaml"), ("netc.network", "netc.cli.compile", "netc.report.summary"))
        == []
    )
