"""Sizes that a model computes: which nodes do it, what they are called, and that they are right."""

from __future__ import annotations

import json
from operator import add, mul, sub
from textwrap import dedent

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import ModelProto

import netc
from netc.graph import Value
from netc.ops.shape import Slice
from netc.types import Dim, TensorType
from netc.types.dims import is_symbolic
from netc.types.facts import Facts
from netc.types.symbolic import Symbolic, symbol
from netc_onnx import backend
from netc_onnx.opsets import ir_version
from netc_onnx.site import Target
from netc_onnx.tensors import Tensor, batched, describe
from tests.netc_onnx.networks import Network, Session, request


def document(shape: str, layers: str, dims: str = "{}") -> str:
    return f"netc: 1\nname: small\ninput: {shape}\ndims: {dims}\nlayers: [{layers}]\n"


def compiled(spec: str, opset: int = 17) -> ModelProto:
    """The model of the graph as written: these are tests of its lowering."""
    model: ModelProto = netc.loads(spec).compile("onnx", opset=opset, optimize=False)
    return model


def nodes(model: ModelProto) -> str:
    """What each node makes of what, one a line."""
    return "\n".join(
        f"{', '.join(node.output)} = {node.op_type}({', '.join(node.input)})" for node in model.graph.node
    )


def test_a_size_is_computed_once_for_all_who_read_it() -> None:
    layers = "{pool: max, kernel: 2, padding: same}, {upsample: 2}, {crop: input}"
    found = nodes(compiled(document("[1, H, 8]", layers)))
    expected = """
        sizes/H/shape:0 = Shape(input)
        sizes/H:0 = Gather(sizes/H/shape:0, sizes/H/indices)
        sizes/H + 1:0 = Add(sizes/H:0, sizes/H + 1/term)
        sizes/ceil(H/2):0 = Div(sizes/H + 1:0, sizes/ceil(H/2)/divisor)
        sizes/2·ceil(H/2):0 = Mul(sizes/ceil(H/2):0, sizes/2·ceil(H/2)/factor)
        sizes/2·ceil(H/2) − H:0 = Sub(sizes/2·ceil(H/2):0, sizes/H:0)
        pool1/pad_pads:0 = Concat(pool1/pad_pads/numbers0, sizes/2·ceil(H/2) − H:0, pool1/pad_pads/numbers7)
        pool1/pad:0 = Pad(input, pool1/pad_pads:0, pool1/pad/constant_value)
        pool1:0 = MaxPool(pool1/pad:0)
        upsample1:0 = Resize(pool1:0, , upsample1/scales)
        output = Slice(upsample1:0, crop1/starts, sizes/H:0, crop1/axes, crop1/steps)
    """
    assert found == dedent(expected).strip()


EVEN, LONG = "{W: {multiple_of: 2}}", "{W: {min: 3}}"


@pytest.mark.parametrize(
    ("dims", "layers", "kinds"),
    [
        (LONG, "{conv: 2, kernel: 3, padding: same}", "Conv"),
        (LONG, "{conv: 2, kernel: 3, stride: 2, padding: half}", "Conv"),
        (LONG, "{conv: 2, kernel: 3, stride: 2, padding: same}", "Concat Pad Conv"),
        (EVEN, "{conv: 2, kernel: 3, stride: 2, padding: same}", "Conv"),
        (LONG, "{pool: max, kernel: 3, stride: 2, padding: 1}", "MaxPool"),
        (LONG, "{pool: avg, kernel: 3, stride: 2, padding: 1}", "AveragePool"),
        (
            LONG,
            "{pool: avg, kernel: 3, stride: 2, padding: [[0, 1]]}",
            "Pad AveragePool Concat Expand Pad AveragePool Div",
        ),
        (LONG, "{pool: avg, kernel: 3, stride: 2, padding: 1, count_padding: true}", "Pad AveragePool"),
        (
            LONG,
            "{pool: avg, kernel: 3, stride: 2, padding: same, count_padding: true}",
            "Concat Pad AveragePool",
        ),
        (EVEN, "{adaptive_pool: avg, to: 2}", "Reshape ReduceMean"),
        (EVEN, "{adaptive_pool: max, to: 1}", "GlobalMaxPool"),
        (LONG, "{norm: lrn, size: 3}", "Mul Reshape Pad AveragePool Reshape Mul Add Pow Div"),
        (LONG, "{slice: 1, start: 1, stop: -1}", "Slice"),
        (LONG, "{flatten: 1}, {upsample: 3}, {crop: 1}", "Reshape Resize Slice"),
    ],
)
def test_sizes_are_computed_only_where_no_form_does_without(dims: str, layers: str, kinds: str) -> None:
    graph = compiled(document("[2, W]", layers, dims)).graph
    assert " ".join(node.op_type for node in graph.node if not node.name.startswith("sizes/")) == kinds
    assert any(node.name.startswith("sizes/") for node in graph.node) == ("Concat" in kinds)


def test_the_model_says_which_sizes_it_takes() -> None:
    facts = "{H: {min: 32, max: 4096, multiple_of: 32}}"
    model = compiled(document("[1, H, W]", "{pool: max, kernel: 2, padding: same}", facts))
    carried = {entry.key: entry.value for entry in model.metadata_props}
    assert json.loads(carried["netc.dims"]) == {
        "H": {"min": 32, "max": 4096, "multiple_of": 32},
        "W": {"min": 1, "max": None, "multiple_of": 1},
    }
    shapes = [
        [dim.dim_param or dim.dim_value for dim in value.type.tensor_type.shape.dim]
        for value in (*model.graph.input, *model.graph.output)
    ]
    assert shapes == [["N", 1, "H", "W"], ["N", 1, "H/2", "ceil(W/2)"]]


def test_a_model_of_known_sizes_carries_no_facts() -> None:
    facts = "{H: {min: 32, max: 40, multiple_of: 32}}"
    model = compiled(document("[1, H, 8]", "{act: relu}", facts))
    assert "netc.dims" not in {entry.key for entry in model.metadata_props}
    assert model.graph.input[0].type.tensor_type.shape.dim[2].dim_value == 32


def test_a_size_is_read_from_the_first_input_that_has_it_even_if_nothing_else_is() -> None:
    spec = """
        netc: 1
        name: two
        inputs: {mask: [1, W], sizes: [2, W, H]}
        dims: {W: {min: 2}}
        layers:
          - {name: B, from: sizes, norm: instance, affine: false}
          - {conv: 1, kernel: 2, stride: 2, padding: same}
    """
    model = compiled(dedent(spec))
    onnx.checker.check_model(model, full_check=True)
    assert [line for line in nodes(model).splitlines() if "Shape(" in line] == [
        "sizes/W/shape:0 = Shape(mask)",
        "sizes/H/shape:0 = Shape(sizes)",
    ]


def test_a_layer_may_be_called_sizes() -> None:
    layers = "{name: sizes, norm: group, groups: 1, affine: false}, {pool: max, kernel: 2, padding: same}"
    model = compiled(document("[4, B]", layers, "{B: {min: 2}}"))
    names = [*(node.name for node in model.graph.node), *(tensor.name for tensor in model.graph.initializer)]
    assert len(set(names)) == len(names)
    Session.of(model).run({"input": np.ones((1, 4, 5), np.float32)})


LENGTH = symbol("T", Facts(min=4))


@pytest.mark.parametrize(
    ("start", "stop"),
    [
        (0, LENGTH // 2),
        (LENGTH // 2, LENGTH),
        (LENGTH // 4, LENGTH - LENGTH // 4),
        (1, LENGTH - 1),
        (LENGTH - 3, LENGTH),
        (LENGTH - 4, LENGTH - 1),
    ],
)
def test_places_of_a_slice_may_be_symbols(start: Dim, stop: Dim) -> None:
    network = Network(x=TensorType((2, LENGTH)))
    graph = network.graph(y=network.add("slice1", Slice(1, start, stop, 1), network.inputs["x"]))
    session = Session.of(backend.compile(request(graph)))
    for length in (4, 5, 41):
        x = np.arange(2.0 * length, dtype=np.float32).reshape(1, 2, length)
        ends = [end if isinstance(end, int) else end.at({"T": length}) for end in (start, stop)]
        np.testing.assert_array_equal(session.run({"x": x})["y"], x[:, :, slice(*ends)])


H, W = symbol("H", Facts()), symbol("W", Facts(min=4, max=40, multiple_of=4))
INPUT = TensorType((H, 3, W))


def computing(dim: Symbolic, opset: int) -> ModelProto:
    """A model whose one output is the size ``dim``."""
    inputs, name = [Value("input", INPUT, is_input=True)], f"sizes/{dim}:0"
    target = Target(opset, inputs, frozenset({name}), {})
    made = target.sizes.of(dim)
    target.graph.name = "sizes"
    target.graph.input.append(describe(Tensor("input", batched(INPUT))))
    target.graph.output.append(describe(made))
    model = ModelProto(ir_version=ir_version(opset), graph=target.graph)
    model.opset_import.add(domain="", version=opset)
    return model


def floored(dim: Dim, divisor: int) -> Dim:
    return dim // divisor


def combined(inner: st.SearchStrategy[Dim]) -> st.SearchStrategy[Dim]:
    return st.one_of(
        st.builds(add, inner, inner),
        st.builds(sub, inner, inner),
        st.builds(mul, inner, st.one_of(inner, st.integers(-3, 3))),
        st.builds(floored, inner, st.integers(1, 5)),
    )


ANY_SIZE = st.recursive(st.one_of(st.just(H), st.just(W), st.integers(-4, 4)), combined, max_leaves=6)


@settings(max_examples=60, deadline=None)
@given(dim=ANY_SIZE.filter(is_symbolic), opset=st.sampled_from([13, 17, 23]))
def test_sizes_are_computed_as_they_are_written(dim: Symbolic, opset: int) -> None:
    model = computing(dim, opset)
    onnx.checker.check_model(model, full_check=True)
    session = Session.of(model)
    for height, width in ((1, 4), (2, 40), (7, 12), (64, 8)):
        found = session.run({"input": np.zeros((1, height, 3, width), np.float32)})
        [size] = found.values()
        assert size.tolist() == [dim.at({"H": height, "W": width})]


def test_a_floor_of_what_is_negative_is_down() -> None:
    """Where ONNX's own division would round up, towards 0."""
    dim = (3 - H) // 2
    assert is_symbolic(dim)
    session = Session.of(computing(dim, 17))
    sizes = [session.run({"input": np.zeros((1, height, 3, 4), np.float32)}) for height in (4, 5, 6, 7)]
    assert [size.tolist() for made in sizes for size in made.values()] == [[-1], [-1], [-2], [-2]]
