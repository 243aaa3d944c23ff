"""``netc compile`` with `--outputs`, and options that a file has no use for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import onnx
import pytest
import safetensors.numpy
import torch

from tests.netc_torch.emitted import network

if TYPE_CHECKING:
    from tests.cli.conftest import Netc

PATHS = ["conv1.weight", "conv1.bias", "conv2.weight", "conv2.bias"]
"""The parameters of the two convolutions of ``small.yaml``."""


@pytest.mark.parametrize(
    "given", [["--outputs", "pool2, conv1"], ["--outputs", "pool2", "--outputs", "conv1,"]]
)
def test_names_have_commas_between_or_options_of_their_own(netc: Netc, given: list[str]) -> None:
    ended = netc("compile", "small.yaml", "-o", "features.onnx", *given)
    size = Path("features.onnx").stat().st_size
    assert ended == (0, "", f"wrote features.onnx (opset 17, 336 parameters, {size / 1024:.2f} KiB)\n")
    graph = onnx.load("features.onnx").graph
    assert [output.name for output in graph.output] == ["pool2", "conv1"]
    assert [tensor.name for tensor in graph.initializer if tensor.name in PATHS] == PATHS


def test_every_file_has_them(netc: Netc) -> None:
    for suffix in ("pt2", "py", "safetensors"):
        ended = netc("compile", "small.yaml", "-o", f"features.{suffix}", "--outputs", "pool2,conv1")
        assert (ended.status, ended.out) == (0, "")
        assert ended.err.startswith(f"wrote features.{suffix} (336 parameters, ")
    assert list(safetensors.numpy.load_file("features.safetensors")) == PATHS
    program = torch.export.load("features.pt2").module()
    written = network(Path("features.py").read_text())
    written.load_state_dict(
        {
            path: torch.from_numpy(array)
            for path, array in safetensors.numpy.load_file("features.safetensors").items()
        }
    )
    images = torch.randn(3, 1, 28, 28)
    with torch.no_grad():
        right, found = written.eval()(images), program(images)
    assert list(found) == list(right) == ["pool2", "conv1"]
    for name, value in right.items():
        torch.testing.assert_close(found[name], value)


def test_weights_of_the_whole_network_serve(netc: Netc) -> None:
    netc("compile", "small.yaml", "-o", "whole.safetensors", "--seed", "1")
    arguments = ("--outputs", "conv1", "-o")
    netc("compile", "small.yaml", "--weights", "whole.safetensors", *arguments, "read.safetensors")
    netc("compile", "small.yaml", "--seed", "1", *arguments, "made.safetensors")
    assert Path("read.safetensors").read_bytes() == Path("made.safetensors").read_bytes()
    ended = netc("compile", "small.yaml", "--weights", "made.safetensors", *arguments, "no.safetensors")
    assert (ended.status, Path("no.safetensors").exists()) == (1, False)
    assert ended.err == (
        "error: the weights do not fit the network:\n"
        "  `conv2.weight` (8×4×3×3) is missing\n"
        "  `conv2.bias` (8) is missing\n"
        "  `logits.weight` (10×392) is missing\n"
        "  `logits.bias` (10) is missing\n"
    )


@pytest.mark.parametrize("suffix", ["onnx", "pt2", "py", "safetensors"])
def test_values_that_there_are_not(netc: Netc, suffix: str) -> None:
    ended = netc("compile", "small.yaml", "-o", f"a.{suffix}", "--outputs", "pool,logits,logit,input")
    assert ended == (
        2,
        "",
        "error: these cannot be outputs:\n"
        "  there is no value `pool`; did you mean `pool2`?\n"
        "  there is no value `logit`; did you mean `logits`?\n"
        "  `input` is an input: whoever feeds it has it\n",
    )
    assert not Path(f"a.{suffix}").exists()


def test_a_name_reaches_no_terminal_raw(netc: Netc) -> None:
    ended = netc("compile", "small.yaml", "-o", "a.onnx", "--outputs", "conv1\x1b[2J")
    assert (ended.status, "\x1b" in ended.err) == (2, False)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["a.onnx", "--outputs", ""], "--outputs takes names, and was given ``"),
        (["a.onnx", "--outputs", " ,"], "--outputs takes names, and was given ` ,`"),
        (
            ["a.pt2", "--opset", "18"],
            "--opset is of ONNX models: leave it out, or write a .onnx file",
        ),
        (
            ["a.py", "--opset", "18"],
            "--opset is of ONNX models: leave it out, or write a .onnx file",
        ),
        (
            ["a.safetensors", "--opset", "17"],
            "--opset is of ONNX models: leave it out, or write a .onnx file",
        ),
    ],
)
def test_options_that_a_file_has_no_use_for(netc: Netc, arguments: list[str], message: str) -> None:
    ended = netc("compile", "small.yaml", "-o", *arguments)
    assert (ended.status, ended.out, Path(arguments[0]).exists()) == (2, "", False)
    assert ended.err.endswith(f"\n\nError: {message}\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["a.pt2", "--dtype", "float16"],
            "`dtype`, `io-dtype` and `quantize` are for ONNX models, and `torch` writes float32 alone",
        ),
        (
            ["a.py", "--io-dtype", "bfloat16"],
            "`dtype`, `io-dtype` and `quantize` are for ONNX models, and `torch` writes float32 alone",
        ),
        (
            ["a.pt2", "--quantize", "int8", "--calibrate", "photos"],
            "`dtype`, `io-dtype` and `quantize` are for ONNX models, and `torch` writes float32 alone",
        ),
        (
            ["a.bin", "--backend", "torch"],
            "the torch backend writes .pt2 and .py files: a.bin is none",
        ),
    ],
)
def test_what_the_torch_backend_does_not_write(netc: Netc, arguments: list[str], message: str) -> None:
    assert netc("compile", "small.yaml", "-o", *arguments) == (2, "", f"error: {message}\n")
    assert not Path(arguments[0]).exists()


def test_the_suffix_is_that_of_the_name_given_where_it_is_a_link(netc: Netc) -> None:
    Path("store").mkdir()
    Path("net.PT2").symlink_to("store/8f31")
    assert netc("compile", "small.yaml", "-o", "net.PT2").status == 0
    assert torch.export.load("store/8f31").module()(torch.zeros(2, 1, 28, 28)).shape == (2, 10)


def test_a_program_is_optimised_unless_it_is_to_be_as_written(netc: Netc) -> None:
    Path("norms.yaml").write_text("netc: 1\ninput: [3, 8, 8]\nlayers: [{conv: 4, kernel: 3, norm: batch}]\n")
    found: list[list[str]] = []
    for options in ([], ["--no-optimize"]):
        netc("compile", "norms.yaml", "-o", "norms.pt2", *options)
        found.append(list(torch.export.load("norms.pt2").state_dict))
    assert found == [
        ["conv1.conv.weight", "conv1.conv.bias"],
        [
            "conv1.conv.weight",
            *(f"conv1.norm.{name}" for name in ("weight", "bias", "running_mean", "running_var")),
        ],
    ]


def test_a_full_disk_is_an_error_and_no_more(process: Netc) -> None:
    Path("full.pt2").symlink_to("/dev/full")
    ended = process("compile", "small.yaml", "-o", "full.pt2")
    assert ended == (2, "", "error: cannot write the output: No space left on device\n")
