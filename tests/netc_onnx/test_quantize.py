"""int8 models: their numbers, names and bytes, and what they say of themselves."""

from __future__ import annotations

import errno
import json
import logging
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]  # it has no types
from onnx import ModelProto, TensorProto

import netc
import netc_onnx.weights
from netc.artifact import Precision
from netc.graph.text import op_text
from netc_onnx import backend
from netc_onnx.quantization import runtime
from tests.netc_onnx.digits import RIGHT, ROOT, WEIGHTS, digits, lenet
from tests.netc_onnx.families import FAMILIES
from tests.netc_onnx.networks import Numbers, Session, feeds, request, side_by_side

SPEC = "netc: 1\nname: small\ninput: [3, 8, 8]\nlayers: [{conv: 4, kernel: 3, act: relu}, flatten, {linear: 5}]\n"

HASH = """
import hashlib, sys
from tests.netc_onnx.test_quantize import small
print(hashlib.sha256(small().SerializeToString(deterministic=True)).hexdigest())
"""


def inputs(count: int = 8) -> Numbers:
    return {"input": np.random.default_rng(0).uniform(-1, 1, (count, 3, 8, 8)).astype(np.float32)}


def small(**options: Any) -> ModelProto:
    net = netc.loads(SPEC)
    made: ModelProto = net.compile("onnx", quantize="int8", **({"calibrate": inputs()} | options))
    return made


@cache
def quantized_lenet() -> ModelProto:
    made: ModelProto = lenet().compile("onnx", weights=WEIGHTS, quantize="int8", calibrate=digits())
    return made


def facts(made: ModelProto) -> dict[str, Any]:
    [text] = [each.value for each in made.metadata_props if each.key == "netc.quantization"]
    found: dict[str, Any] = json.loads(text)
    return found


def test_lenet_reads_as_many_digits_as_before() -> None:
    stored = digits()
    logits = Session.of(quantized_lenet()).run({"input": stored["input"]})["output"]
    assert np.count_nonzero(logits.argmax(1) == stored["labels"]) == RIGHT


def test_the_report_is_what_both_models_give() -> None:
    x = {"input": digits()["input"]}
    before = Session.of(lenet().compile("onnx", weights=WEIGHTS)).run(x)["output"].astype(np.float64)
    after = Session.of(quantized_lenet()).run(x)["output"].astype(np.float64)
    found = facts(quantized_lenet())
    report = found["outputs"]["output"]
    noise = np.square(after - before).sum()
    assert report == {
        "largest_difference": pytest.approx(np.abs(after - before).max(), rel=1e-5),
        "mean_difference": pytest.approx(np.abs(after - before).mean(), rel=1e-5),
        "signal_to_noise_db": pytest.approx(10 * np.log10(np.square(before).sum() / noise), rel=1e-5),
        "top_class_agrees": np.count_nonzero(before.argmax(1) == after.argmax(1)),
    }
    assert report["signal_to_noise_db"] > 38
    assert found["calibration_samples"] == 360
    assert found["float32_bytes"] == lenet().compile("onnx", weights=WEIGHTS).ByteSize()


def test_weights_have_7_bits_and_a_scale_for_each_channel_and_inputs_stay_float32() -> None:
    made = quantized_lenet()
    tensors = {tensor.name: tensor for tensor in made.graph.initializer}
    weight, scale = tensors["C3.weight_quantized"], tensors["C3.weight_scale"]
    numbers = onnx.numpy_helper.to_array(weight)
    assert (weight.data_type, tuple(weight.dims), tuple(scale.dims)) == (
        TensorProto.INT8,
        (32, 16, 3, 3),
        (32,),
    )
    assert -64 <= numbers.min() < numbers.max() <= 64
    assert {tensor.data_type for name, tensor in tensors.items() if name.endswith("act:0_zero_point")} == {
        TensorProto.UINT8
    }
    ends = [*made.graph.input, *made.graph.output]
    assert [(value.name, value.type.tensor_type.elem_type) for value in ends] == [("input", 1), ("output", 1)]
    kinds = {node.name: node.op_type for node in made.graph.node if "Linear" not in node.op_type}
    assert kinds == {
        "C1": "Conv", "S2": "MaxPool", "C3": "Conv", "S4": "MaxPool", "flatten1": "Flatten",
        "C5": "Gemm", "F6": "Gemm", "digit": "Gemm",
    }  # fmt: skip


@pytest.mark.parametrize("opset", [13, 17, 23])
def test_it_is_a_model_as_netc_writes_them(opset: int) -> None:
    made, plain = small(opset=opset), netc.loads(SPEC).compile("onnx", opset=opset)
    onnx.checker.check_model(made, full_check=True)
    assert (made.producer_name, made.ir_version, made.doc_string) == (
        "netc",
        plain.ir_version,
        plain.doc_string,
    )
    assert [(each.domain, each.version) for each in made.opset_import] == [("", opset)]
    kept = {each.key: each.value for each in made.metadata_props}
    assert list(kept) == sorted({each.key for each in plain.metadata_props} | {"netc.quantization"})
    assert all(kept[each.key] == each.value for each in plain.metadata_props)


def test_every_value_is_described_once_and_as_it_is() -> None:
    made = small()
    described = [value.name for value in (*made.graph.value_info, *made.graph.output)]
    assert sorted(described) == sorted(name for node in made.graph.node for name in node.output)
    exposed = ModelProto()
    exposed.CopyFrom(made)
    exposed.graph.output.extend(exposed.graph.value_info)
    del exposed.graph.value_info[:]
    found = Session.of(exposed, optimized=False).run(inputs(2))
    for value in exposed.graph.output:
        dims = [dim.dim_value or 2 for dim in value.type.tensor_type.shape.dim]
        type_ = onnx.helper.tensor_dtype_to_np_dtype(value.type.tensor_type.elem_type)
        assert (list(found[value.name].shape), found[value.name].dtype) == (dims, type_), value.name


QUANTIZED = ("conv", "average_pool", "dense", "norms", "attention", "embed_and_position", "conv_transpose")


@pytest.mark.parametrize("family", QUANTIZED)
def test_ops_keep_most_of_their_signal(family: str) -> None:
    """Scales of 1/255 of the range leave about 40 dB of a value; a transposed convolution stays float32."""
    cases = FAMILIES[family][:: max(1, len(FAMILIES[family]) // 6)]
    for opset in (17, 23):
        graph = side_by_side(cases)
        calibrate = feeds(graph, 4)
        made = backend.compile(
            request(graph, opset)._replace(precision=Precision(quantize="int8", calibrate=calibrate))
        )
        onnx.checker.check_model(made, full_check=True)
        before = Session.of(backend.compile(request(graph, opset))).run(calibrate)
        after = Session.of(made).run(calibrate)
        for index, case in enumerate(cases):
            was, now = before[f"y{index}"].astype(np.float64), after[f"y{index}"].astype(np.float64)
            assert np.square(now - was).sum() < 10**-1.9 * np.square(was).sum(), op_text(case.op)


def test_symbolic_sizes_are_calibrated_at_several() -> None:
    spec = "netc: 1\nname: open\ninput: [3, H, W]\ndims: {H: {min: 4}, W: {min: 4}}\nlayers: [{conv: 4, kernel: 3}]\n"
    made = netc.loads(spec).compile(
        "onnx", quantize="int8", calibrate={"input": np.random.default_rng(0).normal(size=(2, 3, 9, 7))}
    )
    onnx.checker.check_model(made, full_check=True)
    found = Session.of(made).run({"input": np.ones((1, 3, 5, 6), np.float32)})["output"]
    assert found.shape == (1, 4, 3, 4)


def test_the_bytes_are_the_same_in_every_process_and_name_no_path() -> None:
    found = {
        subprocess.run(
            [sys.executable, "-c", HASH],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1
    assert b"/tmp" not in small().SerializeToString()
    assert b"netc-" not in small().SerializeToString()


def test_one_file_is_written_and_the_log_left_as_it_was(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    net = netc.loads("netc: 1\nname: n\ninput: [3, 4]\nlayers: [{norm: instance}, {conv: 2, kernel: 1}]\n")
    handlers, level = list(logging.root.handlers), logging.root.manager.disable
    net.to_onnx(tmp_path / "n.onnx", quantize="int8", calibrate={"input": np.ones((1, 3, 4), np.float32)})
    assert [path.name for path in tmp_path.iterdir()] == ["n.onnx"]
    assert (logging.root.handlers, logging.root.manager.disable, caplog.records) == (handlers, level, [])


def test_a_network_of_which_nothing_can_be_quantized_is_refused(tmp_path: Path) -> None:
    net = netc.loads("netc: 1\nname: n\ninput: [4]\nlayers: [{act: tanh}]\n")
    with pytest.raises(netc.BackendError) as caught:
        net.to_onnx(tmp_path / "n.onnx", quantize="int8", calibrate={"input": np.ones((1, 4), np.float32)})
    assert str(caught.value) == "onnxruntime quantizes no op of this network: compile it without `quantize`"
    assert not list(tmp_path.iterdir())


def test_a_model_beyond_one_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(netc_onnx.weights, "LARGEST_FILE", 1000)
    with pytest.raises(netc.BackendError, match="`quantize` takes models of up to 2 GiB in float32"):
        small()


def test_what_onnxruntime_refuses_is_an_error_of_ours() -> None:
    spec = "netc: 1\nname: n\ninput: {shape: [4], dtype: int64}\nlayers: [{embed: 3, vocab: 5}, {linear: 2, axis: last}]\n"
    with pytest.raises(netc.BackendError) as caught:
        netc.loads(spec).compile("onnx", quantize="int8", calibrate={"input": np.full((1, 4), 9)})
    assert str(caught.value).startswith("onnxruntime refuses the network or the calibration inputs: ")
    assert "indices element out of data bounds, idx=9" in str(caught.value)


@pytest.mark.parametrize(
    ("error", "fact"),
    [
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), "No space left on device"),
        (
            DecodeError("Wire format was corrupt"),
            "no space is left",
        ),  # what onnx itself wrote in part is read
    ],
)
def test_there_may_be_no_space_for_files_on_the_way(
    error: Exception, fact: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise error

    monkeypatch.setattr(runtime, "quantize_static", fails)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(netc.FileError) as caught:
        small()
    message = f"cannot write temporary files in {tmp_path}: {fact}; TMPDIR may name another folder"
    assert str(caught.value) == message
    assert list(tmp_path.iterdir()) == []


def test_onnxruntime_may_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(netc.BackendError) as caught:
        small()
    assert str(caught.value) == (
        "`quantize` needs `onnxruntime`, which is not installed: install netc with its extra `onnxruntime`"
    )
