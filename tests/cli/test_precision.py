"""``netc compile --dtype``, ``--io-dtype``, ``--quantize`` and ``--calibrate``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import onnx
import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Netc


def types(path: str) -> list[int]:
    graph = onnx.load(path).graph
    return [value.type.tensor_type.elem_type for value in (*graph.input, *graph.output)]


def test_float16_inside_and_float32_at_the_ends(netc: Netc) -> None:
    ended = netc("compile", "small.yaml", "-o", "small.onnx", "--dtype", "float16")
    assert (ended.status, ended.out) == (0, "")
    assert re.fullmatch(r"wrote small\.onnx \(opset 17, 4,266 parameters, .* KiB\)\n", ended.err)
    assert types("small.onnx") == [onnx.TensorProto.FLOAT] * 2
    netc("compile", "small.yaml", "-o", "small.onnx", "--dtype", "float16", "--io-dtype", "float16")
    assert types("small.onnx") == [onnx.TensorProto.FLOAT16] * 2


def test_bfloat16_says_which_opset_it_took(netc: Netc) -> None:
    ended = netc("compile", "small.yaml", "-o", "small.onnx", "--dtype", "bfloat16")
    assert ended.err.startswith("wrote small.onnx (opset 22, 4,266 parameters, ")
    ended = netc("compile", "small.yaml", "-o", "small.onnx", "--dtype", "bfloat16", "--opset", "17")
    assert ended == (
        2,
        "",
        "error: `Conv`, which `conv1` is, takes no bfloat16 in ONNX's opset 17; "
        "opset 22 is the first that has it: ask for that, or for float16\n",
    )


def test_weights_that_become_zero_are_counted(netc: Netc) -> None:
    Path("tiny.yaml").write_text(
        "netc: 1\ninput: [100]\nlayers: [{linear: 100, bias: false, init: {weight: normal(0.0000001)}}]\n"
    )
    ended = netc("compile", "tiny.yaml", "-o", "tiny.onnx", "--dtype", "float16")
    assert ended.status == 0, ended.err
    wrote, remark = ended.err.splitlines()
    assert wrote.startswith("wrote tiny.onnx (opset 17, 10,000 parameters, ")
    numbers = onnx.numpy_helper.to_array(onnx.load("tiny.onnx").graph.initializer[0])
    zeros = numbers.size - np.count_nonzero(numbers)
    assert remark == f"{zeros:,} of 10,000 weights ({zeros / 100:.2g} %) are 0: too small for float16"


def test_a_report_follows_what_was_quantized(netc: Netc) -> None:
    np.savez("images.npz", input=np.random.default_rng(0).random((20, 1, 28, 28), np.float32))
    ended = netc(
        "compile", "small.yaml", "-o", "small.onnx", "--quantize", "int8", "--calibrate", "images.npz"
    )
    assert (ended.status, ended.out) == (0, "")
    size = Path("small.onnx").stat().st_size
    number = r"[\d.e+-]+"
    assert re.fullmatch(
        rf"wrote small\.onnx \(opset 17, 4,266 parameters, {size / 1024:.1f} KiB\)\n"
        r"int8 beside float32, on 20 calibration inputs:\n"
        rf"  output: largest difference {number}, mean {number}, signal to noise {number} dB, "
        r"top class the same in \d+ of 20\n"
        rf"  {size:,} bytes, \d+ % of [\d,]+\n",
        ended.err,
    ), ended.err


def test_calibration_inputs_that_do_not_fit_are_listed_and_nothing_is_written(netc: Netc) -> None:
    np.savez("images.npz", input=np.zeros((20, 28, 28, 1), np.float32))
    ended = netc(
        "compile", "small.yaml", "-o", "small.onnx", "--quantize", "int8", "--calibrate", "images.npz"
    )
    assert ended == (
        2,
        "",
        "error: the calibration inputs do not fit the network:\n"
        "  images.npz: `input` has the shape 20×28×28×1, and [samples, 1, 28, 28] is needed: nothing is resized\n",
    )
    assert not Path("small.onnx").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--quantize", "int8"],
            "`quantize` needs inputs to measure ranges on: name a folder or .npz file with `calibrate`",
        ),
        (["--calibrate", "x"], "`calibrate` serves `quantize`: ask for int8 with it"),
        (["--quantize", "int4"], "netc quantizes to int8, and `int4` was asked for"),
        (
            ["--quantize", "int8", "--calibrate", "x", "--dtype", "float16"],
            "`quantize` begins from float32: it goes with no `dtype` or `io-dtype` but that",
        ),
    ],
)
def test_options_that_do_not_go_together(netc: Netc, arguments: list[str], message: str) -> None:
    ended = netc("compile", "small.yaml", "-o", "a.onnx", *arguments)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.endswith(f"\n\nError: {message}\n")


def test_the_weights_alone_are_float32(netc: Netc) -> None:
    ended = netc("compile", "small.yaml", "-o", "a.safetensors", "--dtype", "float16")
    assert ended == (
        2,
        "",
        "error: `dtype`, `io-dtype` and `quantize` are for ONNX models, and `safetensors` writes float32 alone\n",
    )
    assert not Path("a.safetensors").exists()
