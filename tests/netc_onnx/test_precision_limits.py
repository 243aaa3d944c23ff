"""What narrower numbers cannot hold, and which opsets have them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import ml_dtypes
import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import netc
import netc_onnx.weights
from netc.ops.arrange import Pad
from netc.ops.pool import MaxPool
from netc.types import TensorType
from netc_onnx import data_path
from netc_onnx.element_types import bfloat16_bits, stored_as
from tests.netc_onnx.cases import Case
from tests.netc_onnx.networks import Session, side_by_side
from tests.netc_onnx.test_precision import dtypes, model, steps

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netc.artifact import FloatType

SMALL = "netc: 1\nname: small\ninput: [2, 6, 6]\nlayers:\n"
NORMS = (
    "batch",
    "instance",
    "group, groups: 2, eps: 1.0e-12",
    "layer",
    "rms",
    "l2",
    "lrn, size: 3",
    "lrn, size: 2",
)
LINEAR = "netc: 1\nname: small\ninput: [3]\nlayers: [{linear: 2, name: fc}]\n"


def linear(weight: float, bias: float) -> dict[str, NDArray[np.float32]]:
    numbers = np.array([[weight, 1, -2], [0, weight, 4]], np.float32)
    return {"fc.weight": numbers, "fc.bias": np.full(2, bias, np.float32)}


@given(st.lists(st.floats(width=32), min_size=1, max_size=20))
def test_bfloat16_is_rounded_as_ml_dtypes_rounds_it(numbers: list[float]) -> None:
    array = np.array(numbers, np.float32)
    with np.errstate(over="ignore", invalid="ignore"):
        right = array.astype(ml_dtypes.bfloat16)
    found = bfloat16_bits(array).view(ml_dtypes.bfloat16)
    np.testing.assert_array_equal(found.astype(np.float32), right.astype(np.float32))


def test_bfloat16_rounds_ties_to_even_in_each_of_its_exponents() -> None:
    every = np.arange(2**16, dtype=np.uint32) << np.uint32(16)
    for rest in (0, 0x7FFF, 0x8000, 0x8001, 0xFFFF):
        array = (every + np.uint32(rest)).view(np.float32)
        array = array[~np.isnan(array)]
        with np.errstate(over="ignore"):
            right = array.astype(ml_dtypes.bfloat16)
        np.testing.assert_array_equal(bfloat16_bits(array), right.view(np.uint16))


def test_weights_beyond_float16_are_refused_all_of_them(tmp_path: Path) -> None:
    net = netc.loads(LINEAR)
    with pytest.raises(netc.WeightsError) as caught:
        net.to_onnx(tmp_path / "net.onnx", weights=linear(-1e5, 65_520), dtype="float16")
    assert str(caught.value) == (
        "the weights do not fit the network:\n"
        "  `fc.weight` has 2 of 6 numbers beyond the largest of float16 (65,504), up to 100000\n"
        "  `fc.bias` has 2 of 2 numbers beyond the largest of float16 (65,504), up to 65520"
    )
    assert not list(tmp_path.iterdir())
    net.to_onnx(tmp_path / "net.onnx", weights=linear(-1e5, 65_519), dtype="bfloat16")


def test_a_parameter_that_would_vanish_is_refused(tmp_path: Path) -> None:
    with pytest.raises(netc.WeightsError) as caught:
        netc.loads(LINEAR).to_onnx(tmp_path / "net.onnx", weights=linear(1, 2e-8), dtype="float16")
    assert caught.value.problems == [
        "`fc.bias` becomes zero: its largest number is 2e-08, and the smallest of float16 is 6.0e-8"
    ]


def test_all_of_many_refusals_are_counted() -> None:
    layers = "".join(f"  - {{linear: 3, name: fc{index}}}\n" for index in range(60))
    net = netc.loads(f"netc: 1\nname: deep\ninput: [3]\nlayers:\n{layers}")
    huge = {path: np.full(type_.shape, 1e6, np.float32) for path, type_ in net.parameters.items()}
    with pytest.raises(netc.WeightsError) as caught:
        net.compile("onnx", weights=huge, dtype="float16")
    assert (len(caught.value.problems), caught.value.problems[-1]) == (101, "and 20 more")


def test_a_constant_that_float16_lacks_is_refused_by_name() -> None:
    rim = Case(Pad(((1, 1),), "constant", -1e6), (TensorType((2, 6)),))
    with pytest.raises(netc.BackendError) as caught:
        model(side_by_side([rim]), "float16", 17)
    assert str(caught.value) == (
        "the constant `case0/constant_value` is -1e+06, and float16 has numbers from 6.0e-8 to 65,504: "
        "change the spec's number, or compile to float32"
    )
    tiny = netc.loads(f"{SMALL}  - {{normalize: {{scale: 1.0e-9}}, name: faint}}\n")
    with pytest.raises(netc.BackendError, match=r"constant `faints?/factor` is 1e-09, and float16"):
        tiny.compile("onnx", dtype="float16")
    tiny.compile("onnx", dtype="bfloat16")


def test_infinite_padding_stays_infinite() -> None:
    rim = Case(MaxPool((1,), (1,), ((1, 0),)), (TensorType((2, 6)),))
    made = model(side_by_side([rim]), "float16", 17)
    [pad] = [tensor for tensor in made.graph.initializer if tensor.name.endswith("constant_value")]
    assert onnx.numpy_helper.to_array(pad) == np.float16(-np.inf)


@pytest.mark.parametrize("norm", NORMS)
def test_small_and_large_inputs_of_norms_are_as_in_float32(norm: str) -> None:
    """Squares of 300 are beyond float16, those of 1e-4 are nothing in it; and so is an epsilon of 1e-12."""
    net = netc.loads(f"{SMALL}  - {{norm: {norm}, name: norm}}\n")
    for size in (300.0, 1e-4):
        x = {"input": np.linspace(-size, size, 72, dtype=np.float32).reshape(1, 2, 6, 6)}
        x = {"input": x["input"].astype(np.float16).astype(np.float32)}
        made = net.compile("onnx", dtype="float16", optimize=False)
        right = Session.of(net.compile("onnx", optimize=False)).run(x)["output"]
        np.testing.assert_array_equal(Session.of(made, optimized=False).run(x)["output"], right)


@pytest.mark.parametrize(
    ("layer", "opset"),
    [
        ("linear: 2, axis: last", 17),
        ("act: relu", 17),
        ("act: softplus", 22),
        ("conv: 2, kernel: 1", 22),
        ("norm: layer", 17),
    ],
)
def test_bfloat16_takes_the_first_opset_that_has_every_op(layer: str, opset: int, tmp_path: Path) -> None:
    net = netc.loads(f"{SMALL}  - {{{layer}}}\n")
    net.to_onnx(tmp_path / "net.onnx", dtype="bfloat16")
    made = onnx.load(tmp_path / "net.onnx")
    onnx.checker.check_model(made, full_check=True)
    assert (made.opset_import[0].version, made.ir_version) == (opset, {17: 8, 22: 10}[opset])


def test_an_opset_that_lacks_bfloat16_is_refused_with_the_first_that_has_it() -> None:
    net = netc.loads(f"{SMALL}  - {{act: relu}}\n  - {{conv: 2, kernel: 1, name: c}}\n")
    with pytest.raises(netc.BackendError) as caught:
        net.compile("onnx", dtype="bfloat16", opset=21)
    assert str(caught.value) == (
        "`Conv`, which `c` is, takes no bfloat16 in ONNX's opset 21; "
        "opset 22 is the first that has it: ask for that, or for float16"
    )


@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
@pytest.mark.parametrize("io_dtype", ["float32", "float16", "bfloat16"])
def test_inputs_and_outputs_have_their_own_type(dtype: FloatType, io_dtype: FloatType) -> None:
    spec = "netc: 1\nname: n\ninputs: {x: [3], bytes: {shape: [2, 4, 4], dtype: uint8}}\nlayers:\n"
    layers = "  - {act: relu, from: x, name: a}\n  - {normalize: {}, from: bytes, name: b}\noutputs: [a, b]\n"
    made = netc.loads(spec + layers).compile("onnx", dtype=dtype, io_dtype=io_dtype)
    onnx.checker.check_model(made, full_check=True)
    names = {name: found for name, found in dtypes(made).items() if name in ("x", "bytes", "a", "b")}
    assert names == {"x": io_dtype, "bytes": "uint8", "a": io_dtype, "b": io_dtype}
    assert sum(step.startswith("b/cast: Cast(bytes)") for step in steps(made)) == 1


def test_an_input_that_is_an_output_is_not_rounded() -> None:
    made = netc.loads(f"{SMALL}  - {{act: relu, name: a}}\noutputs: {{a: a, same: input}}\n").compile(
        "onnx", dtype="float16"
    )
    numbers = {"input": np.full((1, 2, 6, 6), 0.1, np.float32)}
    np.testing.assert_array_equal(Session.of(made).run(numbers)["same"], numbers["input"])


def test_sizes_are_read_from_the_input_as_it_is() -> None:
    spec = "netc: 1\nname: open\ninput: [1, H, H]\nlayers: [{conv: 1, kernel: 3, stride: 2, padding: same}]\n"
    made = netc.loads(spec).compile("onnx", dtype="float16")
    onnx.checker.check_model(made, full_check=True)
    for size in (5, 8):
        output = Session.of(made).run({"input": np.ones((1, 1, size, size), np.float32)})["output"]
        assert output.shape[2:] == (-(-size // 2),) * 2
    assert [node.input[0] for node in made.graph.node if node.op_type == "Shape"] == ["input"]


def test_parameters_beside_a_model_are_narrow_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    net = netc.loads("netc: 1\nname: wide\ninput: [64]\nlayers: [{linear: 32, name: fc}]\n")
    whole = net.compile("onnx", dtype="float16")
    monkeypatch.setattr(netc_onnx.weights, "LARGEST_FILE", 4096)
    net.to_onnx(tmp_path / "net.onnx", dtype="float16")
    assert data_path(tmp_path / "net.onnx").stat().st_size == 64 * 32 * 2
    x = {"input": np.ones((1, 64), np.float32)}
    beside, inside = Session.of(str(tmp_path / "net.onnx")).run(x), Session.of(whole).run(x)
    np.testing.assert_array_equal(beside["output"], inside["output"])


def test_weights_are_rounded_once_to_nearest() -> None:
    net = netc.loads(LINEAR)
    made = net.compile("onnx", dtype="float16", seed=3)
    plain = net.compile("onnx", seed=3)
    for narrow, tensor in zip(made.graph.initializer, plain.graph.initializer, strict=True):
        right = onnx.numpy_helper.to_array(tensor).astype(np.float16)
        np.testing.assert_array_equal(onnx.numpy_helper.to_array(narrow), right)
    assert stored_as(np.array([1 / 3], np.float32), onnx.TensorProto.FLOAT16) == np.float16(1 / 3)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"dtype": "float64"}, "there is no float type `float64`: there are float32, float16, bfloat16"),
        ({"quantize": "int4", "calibrate": "x.npz"}, "netc quantizes to int8, and `int4` was asked for"),
        ({"calibrate": "x.npz"}, "`calibrate` serves `quantize`: ask for int8 with it"),
        (
            {"quantize": "int8"},
            "`quantize` needs inputs to measure ranges on: name a folder or .npz file with `calibrate`",
        ),
        (
            {"quantize": "int8", "calibrate": "x.npz", "dtype": "float16"},
            "`quantize` begins from float32: it goes with no `dtype` or `io-dtype` but that",
        ),
    ],
)
def test_precisions_that_there_are_not(options: dict[str, str], message: str) -> None:
    with pytest.raises(netc.BackendError) as caught:
        netc.loads(LINEAR).compile("onnx", **options)
    assert str(caught.value) == message


def test_other_backends_write_float32_alone() -> None:
    with pytest.raises(netc.BackendError) as caught:
        netc.loads(LINEAR).compile("torch", dtype="float16")
    assert str(caught.value) == (
        "`dtype`, `io-dtype` and `quantize` are for ONNX models, and `torch` writes float32 alone"
    )
