"""Models in float16 and bfloat16: every op, the nets of the zoo, and where float32 stays."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import onnx
import onnx.reference
import pytest

import netc
from netc.artifact import FloatType, Precision
from netc.graph.text import op_text
from netc_onnx import backend
from tests.netc_onnx.cases import Case
from tests.netc_onnx.families import FAMILIES
from tests.netc_onnx.networks import Numbers, Session, feeds, request, side_by_side

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from onnx import ModelProto

    from netc.graph import Graph

ROOT = Path(__file__).parents[2]

HALF_STEP: dict[str, float] = {"float16": 2**-11, "bfloat16": 2**-8}
"""How far rounding moves a number, at most, by its size."""


def model(graph: Graph, dtype: FloatType, opset: int | None, io_dtype: FloatType = "float32") -> ModelProto:
    return backend.compile(request(graph)._replace(precision=Precision(dtype, io_dtype), opset=opset))


@cache
def nodes(case: Case) -> int:
    """The nodes of a case, which each round once; a recurrent one does at every step."""
    steps = case.types[0].shape[0] if case.types[0].is_sequence else 1
    assert isinstance(steps, int)
    return max(len(backend.compile(request(side_by_side([case]))).graph.node), steps)


def assert_near(
    found: NDArray[Any], right: NDArray[Any], dtype: str, roundings: int, what: str, least: float = 0.0
) -> None:
    """Each rounding, of inputs, weights and results, moves a number by at most half a step of the largest result.

    ``least`` is of those that are rounded between.
    """
    assert (found.shape, found.dtype) == (right.shape, right.dtype), what
    largest = np.abs(right[np.isfinite(right)]).max(initial=least)
    np.testing.assert_allclose(
        found, right, rtol=0, atol=roundings * HALF_STEP[dtype] * largest, err_msg=what
    )


@pytest.mark.parametrize("family", FAMILIES)
def test_every_op_in_float16_is_near_what_it_is_in_float32(family: str) -> None:
    cases = FAMILIES[family]
    graph = side_by_side(cases)
    made = model(graph, "float16", 17)
    onnx.checker.check_model(made, full_check=True)
    inputs = feeds(graph, 2)
    found = Session.of(made, optimized=False).run(inputs)
    right = Session.of(backend.compile(request(graph))).run(inputs)
    for index, case in enumerate(cases):
        what = f"{op_text(case.op)} of {case.types}"
        assert_near(found[f"y{index}"], right[f"y{index}"], "float16", 2 + nodes(case), what)


@pytest.mark.parametrize("opset", [13, 14, 18, 23])
@pytest.mark.parametrize("family", FAMILIES)
def test_every_op_in_float16_passes_the_checker(family: str, opset: int) -> None:
    graph = side_by_side(FAMILIES[family][::5])
    made = model(graph, "float16", opset, "float16")
    onnx.checker.check_model(made, full_check=True)
    assert [dtypes(made)[value.name] for value in made.graph.input if value.name in dtypes(made)] == [
        "float16" if value.type.dtype == "float32" else value.type.dtype for value in graph.inputs
    ]


SILENT = {"max_pool": 4, "other_pools": 4, "conv_transpose": 4}
"""Families of which the reference evaluator gets some cases wrong in float32 too: unequal pads of max pools,
and transposed convolutions in groups. How many of those tried are left, at least."""


@pytest.mark.parametrize("family", FAMILIES)
def test_every_op_in_bfloat16_is_near_what_it_is_in_float32(family: str) -> None:
    """In ONNX's reference evaluator, which adds up means in bfloat16: those are of numbers up to 4.

    ONNX Runtime has no bfloat16 on processors.
    """
    cases = FAMILIES[family][:: max(1, len(FAMILIES[family]) // 8)]
    compared = 0
    for case in cases:
        graph = side_by_side([case])
        inputs = feeds(graph, 2)
        right = Session.of(backend.compile(request(graph))).run(inputs)["y0"]
        made = model(graph, "bfloat16", None)
        onnx.checker.check_model(made, full_check=True)
        if family in SILENT and not reference_knows(graph, inputs, right):
            continue
        found = evaluated(made, inputs)
        what, least = f"{op_text(case.op)} of {case.types}", 4.0 if family == "other_pools" else 0.0
        assert_near(found, right, "bfloat16", 2 + nodes(case), what, least)
        compared += 1
    assert compared >= SILENT.get(family, len(cases))


def evaluated(made: ModelProto, inputs: Numbers) -> NDArray[Any]:
    """What the reference evaluator says of a model's one output."""
    [found] = cast("list[NDArray[Any]]", onnx.reference.ReferenceEvaluator(made).run(None, inputs))
    return found


def reference_knows(graph: Graph, inputs: Numbers, right: NDArray[Any]) -> bool:
    """Whether the reference evaluator runs the float32 model, and as it should."""
    try:
        found = evaluated(backend.compile(request(graph)), inputs)
    except (IndexError, ValueError):
        return False
    return found.shape == right.shape and np.allclose(found, right, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", ["resnet_cifar", "mobilenet_v3", "gru_tagger", "unet_any_size"])
def test_networks_in_float16_are_near_what_they_are_in_float32(name: str, tmp_path: Path) -> None:
    """Within four half steps of the largest: an input's, a weight's and a result's, and one for all between."""
    path, net = tmp_path / "net.onnx", netc.load(ROOT / f"specs/{name}.yaml")
    both: tuple[FloatType, ...] = ("float32", "float16")
    outputs: dict[str, Numbers] = {}
    sizes: dict[str, int] = {}
    inputs = {
        name: np.random.default_rng(0)
        .uniform(0, 2, (2, *(dim if isinstance(dim, int) else 64 for dim in type_.shape)))
        .astype(type_.dtype)
        for name, type_ in net.inputs.items()
    }
    for dtype in both:
        net.to_onnx(path, dtype=dtype)
        outputs[dtype], sizes[dtype] = Session.of(str(path)).run(inputs), path.stat().st_size
    for output, right in outputs["float32"].items():
        assert_near(outputs["float16"][output], right, "float16", 4, output)
    assert sizes["float16"] < 0.52 * sizes["float32"]


NAMES = """
netc: 1
name: names
input: [3, 8, 8]
layers:
  - {conv: 4, kernel: 3, name: conv}
  - {norm: layer, name: norm}
  - {norm: l2, name: length}
  - {act: relu, name: act}
  - {global_pool: avg, name: pool}
  - {linear: 5, name: fc}
  - {act: softmax, name: share}
outputs: [pool, share]
"""


def dtypes(made: ModelProto) -> dict[str, str]:
    """The type of every value and initializer, by name."""
    graph = made.graph
    found = {value.name: value.type.tensor_type.elem_type for value in (*graph.input, *graph.value_info)}
    found |= {value.name: value.type.tensor_type.elem_type for value in graph.output}
    found |= {tensor.name: tensor.data_type for tensor in graph.initializer}
    words = {number: name.lower() for name, number in onnx.TensorProto.DataType.items()}
    return {
        name: words[each].replace("float", "float32") if each == 1 else words[each]
        for name, each in found.items()
    }


def steps(made: ModelProto) -> list[str]:
    types = dtypes(made)
    return [
        f"{node.name}: {node.op_type}({', '.join(node.input)}) -> {node.output[0]} {types[node.output[0]]}"
        for node in made.graph.node
    ]


def test_norms_and_softmax_stay_float32_between_casts_that_their_readers_share() -> None:
    made = netc.loads(NAMES).compile("onnx", dtype="float16")
    assert steps(made) == [
        "input/float16: Cast(input) -> input/float16:0 float16",
        "conv: Conv(input/float16:0, conv.weight, conv.bias) -> conv:0 float16",
        "conv/float32: Cast(conv:0) -> conv/float32:0 float32",
        "norm/channels_last: Transpose(conv/float32:0) -> norm/channels_last:0 float32",
        "norm/normalized: LayerNormalization(norm/channels_last:0, norm.weight, norm.bias) -> norm/normalized:0 float32",
        "norm: Transpose(norm/normalized:0) -> norm:0 float32",
        "length/length: ReduceL2(norm:0) -> length/length:0 float32",
        "length/divisor: Max(length/length:0, length/divisor/least) -> length/divisor:0 float32",
        "length: Div(norm:0, length/divisor:0) -> length:0 float32",
        "length/float16: Cast(length:0) -> length/float16:0 float16",
        "act: Relu(length/float16:0) -> act:0 float16",
        "pool/pool: GlobalAveragePool(act:0) -> pool/pool:0 float16",
        "pool: Flatten(pool/pool:0) -> pool:0 float16",
        "pool/output: Cast(pool:0) -> pool float32",
        "fc: Gemm(pool:0, fc.weight, fc.bias) -> fc:0 float16",
        "fc/float32: Cast(fc:0) -> fc/float32:0 float32",
        "share: Softmax(fc/float32:0) -> share float32",
    ]
    own = {name: dtype for name, dtype in dtypes(made).items() if "." in name}
    assert own == {
        "conv.weight": "float16", "conv.bias": "float16", "norm.weight": "float32", "norm.bias": "float32",
        "fc.weight": "float16", "fc.bias": "float16",
    }  # fmt: skip
