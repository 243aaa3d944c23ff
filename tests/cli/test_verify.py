"""``netc verify``."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import safetensors.numpy

from netc.cli import verify
from tests.verification.installed import POINTS, installed

if TYPE_CHECKING:
    from tests.cli.conftest import Netc

TINY = """\
netc: 1
params: {size: 8}
input: [3, $size, $size]
layers:
  - {conv: 4, kernel: 3}
  - {pool: max, kernel: 2}
"""


@pytest.fixture(autouse=True)
def strangers(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    Path("tiny.yaml").write_text(TINY, encoding="utf-8")
    with installed(tmp_path_factory.mktemp("installed"), POINTS):
        yield


def without_numbers(text: str) -> str:
    """A table whose times and differences are no longer there, nor the rules that are as long as they are."""
    text = re.sub(r" +\d\.\de[-+]\d\d", " <difference>", text)
    text = re.sub(r" +[\d.]+ m?s\b", " <time>", text)
    return re.sub("─+", "─", re.sub(r"2\.\d+\.\d+\S*", "<torch>", text))


def test_one_that_agrees(netc: Netc) -> None:
    ended = netc("verify", "tiny.yaml", "--against", "right")
    assert (ended.status, ended.err) == (0, "")
    assert without_numbers(ended.out) == (
        "tiny: its ONNX file against torch <torch>\n"
        "\n"
        "runtime  version     result  difference     time\n"
        "─\n"
        "torch    <torch> <time>\n"
        "right    1.0         ok <difference> <time>\n"
        "\n"
        "run at batches 1 and 3\n"
        "1 of 1 agrees with torch within 0.001 of an output's largest element\n"
    )


def test_one_that_does_not(netc: Netc) -> None:
    ended = netc("verify", "tiny.yaml", "--against", "known,wrong", "--batch", "2", "--set", "size=12")
    assert (ended.status, ended.err) == (1, "")
    *_, known, wrong, line, ran, first, second = without_numbers(ended.out).splitlines()
    assert known == "known at batch 2: known: max pools are off by half in 1.0 (issue 12)"
    assert wrong.startswith("wrong differs at batch 2: the output `output` differs by <difference> of its")
    assert line.endswith("first at pool1 (pool, tiny.yaml:6), by <difference>")
    assert ran == "run at batch 2"
    assert f"{first} {second.strip()}" == (
        "0 of 2 agree with torch within 0.001 of an output's largest element; wrong differs; "
        "known goes wrong as it is known to"
    )
    assert netc("verify", "tiny.yaml", "--against", "known", "--batch", "2").status == 0


def test_the_tolerance_is_the_users(netc: Netc) -> None:
    assert netc("verify", "tiny.yaml", "--against", "slightly", "--batch", "1").status == 0
    ended = netc("verify", "tiny.yaml", "--against", "slightly", "--batch", "1", "--rtol", "1e-6")
    assert ended.status == 1
    assert "within 1e-06 of an output's largest element; slightly differs" in ended.out.replace("\n  ", " ")


def test_json_options_and_what_is_not_installed(netc: Netc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("netc.verification.runtimes.runtime_names", lambda: ["absent", "right"])
    netc("compile", "tiny.yaml", "-o", "tiny.safetensors", "--seed", "5")
    theirs = {
        f"my.{name}": np.zeros_like(one)
        for name, one in safetensors.numpy.load_file("tiny.safetensors").items()
    }
    safetensors.numpy.save_file(theirs, "theirs.safetensors")
    weights = ("--weights", "theirs.safetensors", "--rename", "^my[.]=")
    options = (
        "--format",
        "json",
        "--batch",
        "2,1",
        "--batch",
        "2",
        "--opset",
        "13",
        "--no-optimize",
        "--seed",
        "7",
    )
    ended = netc("verify", "-", *weights, *options, "--stdin-filename", "net.yaml", stdin=TINY)
    assert (ended.status, ended.err) == (0, "")
    told: dict[str, Any] = json.loads(ended.out)
    assert told["name"] == "net"
    assert told["runs"] == [{"batch": 2, "sizes": {}}, {"batch": 1, "sizes": {}}]
    assert told["not_installed"] == {"absent": "install nothing"}
    (row,) = told["runtimes"]
    assert (row["runtime"], row["result"], row["difference"]) == ("right", "ok", 0.0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--rtol", "0"], "--rtol takes a number above 0, and was given `0`"),
        (["--rtol", "nan"], "--rtol takes a number above 0, and was given `nan`"),
        (["--timeout", "soon"], "--timeout takes a number above 0, and was given `soon`"),
        (["--batch", "1,0"], "--batch takes whole numbers, 1 or more, and was given `0`"),
        (["--batch", ""], "--batch takes whole numbers, 1 or more, and was given ``"),
        (["--against", ","], "--against takes names, and was given `,`"),
        (["--rename", "a=b"], "--rename renames the tensors of a weights file: name it with --weights FILE"),
    ],
)
def test_options_that_make_no_sense(netc: Netc, arguments: list[str], message: str) -> None:
    ended = netc("verify", "tiny.yaml", *arguments)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.endswith(f"\n\nError: {message}\n")


def test_a_model_is_no_spec(netc: Netc) -> None:
    ended = netc("verify", "tiny.onnx")
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.endswith(
        "\n\nError: SPEC is the YAML that a model is compiled from: verifying compiles it itself\n"
    )


def test_a_runtime_that_there_is_not(netc: Netc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("netc.verification.runtimes.runtime_names", lambda: ["absent", "right"])
    ended = netc("verify", "tiny.yaml", "--against", "rihgt")
    assert ended == (2, "", "error: there is no runtime `rihgt`: there are absent, right\n")
    ended = netc("verify", "tiny.yaml", "--against", "absent")
    assert ended == (2, "", "error: `absent` is not installed: install nothing\n")


def test_torch_may_be_missing(netc: Netc, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "netc_torch"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.setattr("netc.discovery._FOUND", {})
    ended = netc("verify", "tiny.yaml", "--against", "right")
    assert ended == (
        2,
        "",
        "error: the backend `torch` needs `torch`, which is not installed: install netc with its extra `torch`\n",
    )


def test_a_wrong_spec_and_wrong_weights(netc: Netc) -> None:
    ended = netc("verify", "wrong.yaml")
    assert (ended.status, ended.out) == (1, "")
    assert ended.err.startswith("error[E201]: `conv` has no option `strid`\n --> wrong.yaml:4:26\n")
    safetensors.numpy.save_file({"a": np.zeros(3, np.float32)}, "odd.safetensors")
    ended = netc("verify", "tiny.yaml", "--against", "right", "--weights", "odd.safetensors")
    assert (ended.status, ended.out) == (1, "")
    assert ended.err.startswith("error: the weights do not fit the network:\n  `")


def test_progress_is_told_to_terminals_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    verify.tell("compiling")
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    verify.tell("running tr\x1bact")
    verify.tell("")
    assert capsys.readouterr().err == "\r\x1b[Krunning tr␛act\r\x1b[K"


def test_a_check_loads_nothing_of_it() -> None:
    program = (
        "import sys; from netc.cli import main; main(['check', 'tiny.yaml'])\n"
        "assert not [name for name in sys.modules if 'verif' in name and name != 'netc.graph.verify']"
    )
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
