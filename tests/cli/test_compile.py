"""``netc compile``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import onnx
import pytest
import safetensors.numpy

from netc import load

if TYPE_CHECKING:
    from tests.cli.conftest import Netc


def test_an_onnx_file(netc: Netc) -> None:
    ended = netc("compile", "small.yaml", "-o", "small.onnx", "--set", "classes=3", "--variant", "wide")
    size = Path("small.onnx").stat().st_size
    assert ended == (0, "", f"wrote small.onnx (opset 17, 9,507 parameters, {size / 1024:.1f} KiB)\n")
    model = onnx.load("small.onnx")
    onnx.checker.check_model(model, full_check=True)
    assert model.graph.output[0].type.tensor_type.shape.dim[1].dim_value == 3


def test_the_first_weights(netc: Netc) -> None:
    assert netc("compile", "small.yaml", "-o", "a.safetensors", "--seed", "1").err == (
        "wrote a.safetensors (4,266 parameters, 17.1 KiB)\n"
    )
    netc("compile", "small.yaml", "-o", "b.safetensors", "--seed", "2")
    first, second = safetensors.numpy.load_file("a.safetensors"), safetensors.numpy.load_file("b.safetensors")
    assert list(first) == list(second)
    assert not np.array_equal(first["logits.weight"], second["logits.weight"])


def test_opset_and_optimize_reach_the_backend(netc: Netc) -> None:
    Path("drop.yaml").write_text("netc: 1\ninput: [4]\nlayers: [{linear: 4}, {dropout: 0.5}, {linear: 4}]\n")
    assert "opset 13" in netc("compile", "drop.yaml", "-o", "drop.onnx", "--opset", "13").err
    assert onnx.load("drop.onnx").opset_import[0].version == 13
    ended = netc("compile", "small.yaml", "-o", "no.onnx", "--opset", "12")
    assert (ended.status, Path("no.onnx").exists()) == (2, False)
    assert ended.err.startswith("error: netc writes ONNX opsets 13 to 23, and opset 12 was asked for")


def test_weights_are_renamed_and_used(netc: Netc) -> None:
    netc("compile", "small.yaml", "-o", "a.safetensors", "--seed", "1")
    theirs = {f"module.{name}": value for name, value in safetensors.numpy.load_file("a.safetensors").items()}
    safetensors.numpy.save_file(theirs, "theirs.safetensors")
    Path("rules.txt").write_text("# what DataParallel adds\n\n^module[.]=\n")
    for rename in ("^module[.]=", "@rules.txt"):
        ended = netc(
            "compile",
            "small.yaml",
            "-o",
            "b.safetensors",
            "--weights",
            "theirs.safetensors",
            "--rename",
            rename,
        )
        assert ended.status == 0
        assert Path("a.safetensors").read_bytes() == Path("b.safetensors").read_bytes()


def test_weights_that_do_not_fit(netc: Netc) -> None:
    safetensors.numpy.save_file({"logits.weight": np.zeros((10, 5), np.float32)}, "odd.safetensors")
    ended = netc("compile", "small.yaml", "-o", "small.onnx", "--weights", "odd.safetensors")
    assert (ended.status, ended.out) == (1, "")
    assert ended.err.startswith("error: the weights do not fit the network:\n  `")
    assert ended.err.count("\n") == 7
    assert not Path("small.onnx").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["-o", "a.onnx", "--outputs", "conv9,stem", "--outputs", "stem,input"],
            "error: these cannot be outputs:\n"
            "  `stem` is named 2 times\n"
            "  there is no value `conv9`; did you mean `conv2`?\n"
            "  there is no value `stem`\n"
            "  `input` is an input: whoever feeds it has it\n",
        ),
        (
            ["-o", "a.tflite"],
            "error: a.tflite: no backend writes .tflite files; "
            "netc writes .onnx, .pt2, .py, .safetensors files, or name a --backend\n",
        ),
        (
            ["-o", "a"],
            "error: a: the name has no suffix; netc writes .onnx, .pt2, .py, .safetensors files, "
            "or name a --backend\n",
        ),
        (["-o", "no/a.onnx"], "error: cannot write no/a.onnx: there is no folder {folder}/no\n"),
        (["-o", "a.onnx", "--backend", "jax"], "error: there is no backend `jax`; installed: onnx, torch\n"),
        (
            ["-o", "a.onnx", "--weights", "no.safetensors"],
            "error: cannot read no.safetensors: No such file or directory\n",
        ),
    ],
)
def test_what_cannot_be_written(netc: Netc, folder: Path, arguments: list[str], message: str) -> None:
    assert netc("compile", "small.yaml", *arguments) == (2, "", message.format(folder=folder.resolve()))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--rename", "a=b"], "--rename renames the tensors of a weights file: name it with --weights FILE"),
        (
            ["--weights", "a.safetensors", "--rename", "(=b"],
            "the rename `(=b` has a bad pattern `(`: missing ), unterminated subpattern, at column 1 of it",
        ),
        (["--seed", "x"], "--seed takes a whole number, 0 or more, and was given `x`"),
    ],
)
def test_options_that_make_no_sense(netc: Netc, arguments: list[str], message: str) -> None:
    ended = netc("compile", "small.yaml", "-o", "a.onnx", *arguments)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.endswith(f"\n\nError: {message}\n")


def test_a_wrong_spec_writes_nothing_and_complains_on_standard_error(netc: Netc) -> None:
    ended = netc("compile", "wrong.yaml", "-o", "wrong.onnx")
    assert (ended.status, ended.out, Path("wrong.onnx").exists()) == (1, "", False)
    assert ended.err.startswith("error[E201]: `conv` has no option `strid`\n --> wrong.yaml:4:26\n")


def test_a_library_cannot_be_compiled(netc: Netc) -> None:
    Path("blocks.yaml").write_text("netc: 1\nblocks: {a: {layers: [flatten]}}\n")
    ended = netc("compile", "blocks.yaml", "-o", "blocks.onnx")
    assert ended.status == 1
    assert ended.err.startswith("error[E203]: the file is a library of blocks: it has no network\n")


def test_standard_output_takes_the_file_and_nothing_else(netc: Netc) -> None:
    netc("compile", "small.yaml", "-o", "file.safetensors")
    arguments = ("compile", "small.yaml", "-o", "/dev/stdout", "--backend", "safetensors")
    done = subprocess.run([sys.executable, "-m", "netc", *arguments], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == Path("file.safetensors").read_bytes()


@pytest.mark.parametrize("library", ["numpy", "safetensors"])
def test_what_weights_need_may_be_missing(netc: Netc, library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    ended = netc("compile", "small.yaml", "-o", "w.safetensors")
    assert (ended.status, ended.out, Path("w.safetensors").exists()) == (2, "", False)
    assert ended.err == (
        f"error: weights need `{library}`, which is not installed: install netc with its extra `torch` or `onnx`\n"
    )


@pytest.mark.parametrize(
    ("given", "word"), [(["--weights", "w.safetensors"], "--weights"), (["--seed", "1"], "--seed")]
)
def test_source_holds_no_weights(netc: Netc, given: list[str], word: str) -> None:
    ended = netc("compile", "small.yaml", "-o", "small.PY", *given)
    assert ended.status == 2
    assert ended.err.endswith(
        f"Error: a .py file holds no weights: leave {word} out, or write them to a .safetensors file, "
        "which the class loads by `load_state_dict`\n"
    )
    assert not Path("small.PY").exists()


ALONE = """
import sys
import torch
from safetensors.torch import load_file


class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("netc", "netc_torch", "netc_onnx", "pydantic"):
            raise ImportError(name)


sys.meta_path.insert(0, Missing())
import small

module = small.Small()
module.load_state_dict(load_file("small.safetensors"))
torch.manual_seed(0)
images = torch.randn(3, *SHAPE)
program = torch.export.load("small.pt2").module()
with torch.no_grad():
    assert torch.allclose(module.eval()(images), program(images), atol=1e-5)
    assert program(images[:1]).shape[0] == 1
assert not any(name.partition(".")[0].startswith("netc") for name in sys.modules)
"""


def test_source_and_programs_run_where_netc_is_not(netc: Netc) -> None:
    for suffix in ("py", "pt2", "safetensors"):
        ended = netc("compile", "small.yaml", "-o", f"small.{suffix}")
        assert (ended.status, ended.out) == (0, "")
        assert ended.err.startswith(f"wrote small.{suffix} (")
    (shape,) = {value.shape for value in load("small.yaml").inputs.values()}
    Path("alone.py").write_text(ALONE.replace("SHAPE", repr(shape)), encoding="utf-8")
    child = subprocess.run([sys.executable, "alone.py"], capture_output=True, text=True, check=False)
    assert (child.returncode, child.stderr) == (0, "")
