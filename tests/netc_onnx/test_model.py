"""One small model, read as a person reads it."""

from __future__ import annotations

from hashlib import sha256
from textwrap import dedent

import numpy as np
import onnx
import pytest
from onnx import ModelProto, numpy_helper

from netc.artifact import Backend
from netc.errors import BackendError
from netc.graph import Graph, Output
from netc.ops.conv import Conv
from netc.ops.dense import Linear
from netc.ops.elementwise import Activation, Combine, Dropout, DropPath, Prelu
from netc.ops.norm import BatchNorm
from netc.ops.pool import AveragePool, GlobalPool
from netc.types import TensorType
from netc_onnx import backend
from tests.netc_onnx.networks import Network, Session, feeds, request, weights

MAP = TensorType((4, 6, 6))


def listing(model: ModelProto) -> str:
    """Inputs, initializers, nodes and outputs, one a line."""
    graph = model.graph
    lines = [f"input {value.name}" for value in graph.input]
    lines += [f"{tensor.name} {list(tensor.dims)}" for tensor in graph.initializer]
    lines += [
        f"{node.name}: {', '.join(node.output)} = {node.op_type}({', '.join(node.input)})"
        for node in graph.node
    ]
    lines += [f"output {value.name}" for value in graph.output]
    return "\n".join(lines)


def text(expected: str) -> str:
    return dedent(expected).strip()


def test_names_are_the_specs() -> None:
    network = Network(image=MAP)
    depthwise = Conv(4, (3, 3), (2, 2), ((0, 1), (0, 1)), (1, 1), 4, bias=True)
    x = network.add("stage.conv1", depthwise, network.inputs["image"])
    x = network.add("stage.act", Prelu(per_channel=True), x)
    x = network.add("stage.drop", DropPath(0.1), x)
    x = network.add("global_pool1", GlobalPool("avg", keepdims=False), x)
    x = network.add("dropout1", Dropout(0.5, spatial=False), x)
    x = network.add("linear1", Linear(3, bias=True, axis="channels"), x)
    assert listing(backend.compile(request(network.graph(output=x)))) == text(
        """
        input image
        stage.conv1.weight [4, 1, 3, 3]
        stage.conv1.bias [4]
        stage.act.weight [4]
        linear1.weight [3, 4]
        linear1.bias [3]
        stage.conv1/pad/pads [8]
        stage.conv1/pad/constant_value []
        stage.act/slope/axes [2]
        stage.conv1/pad: stage.conv1/pad:0 = Pad(image, stage.conv1/pad/pads, stage.conv1/pad/constant_value)
        stage.conv1: stage.conv1:0 = Conv(stage.conv1/pad:0, stage.conv1.weight, stage.conv1.bias)
        stage.act/slope: stage.act/slope:0 = Unsqueeze(stage.act.weight, stage.act/slope/axes)
        stage.act: stage.act:0 = PRelu(stage.conv1:0, stage.act/slope:0)
        global_pool1/pool: global_pool1/pool:0 = GlobalAveragePool(stage.act:0)
        global_pool1: global_pool1:0 = Flatten(global_pool1/pool:0)
        linear1: output = Gemm(global_pool1:0, linear1.weight, linear1.bias)
        output output
        """
    )


def test_an_output_that_is_an_input_or_another_output_is_a_copy() -> None:
    network = Network(image=MAP, mask=MAP)
    image, mask = network.inputs.values()
    kept = network.add("dropout1", Dropout(0.5, spatial=False), image)
    relu = network.add("act1", Activation("relu"), kept)
    dropped = network.add("dropout2", Dropout(0.5, spatial=False), relu)
    graph = network.graph(first=dropped, second=relu, third=kept, mask=mask)
    model = backend.compile(request(graph))
    assert listing(model) == text(
        """
        input image
        input mask
        act1: first = Relu(image)
        second/identity: second = Identity(first)
        third/identity: third = Identity(image)
        output first
        output second
        output third
        output mask
        """
    )
    onnx.checker.check_model(model, full_check=True)
    numbers = feeds(graph, 2)
    found = Session.of(model).run(numbers)
    right = {"first": numbers["image"].clip(0), "second": numbers["image"].clip(0), "third": numbers["image"]}
    for name, array in {**right, "mask": numbers["mask"]}.items():
        np.testing.assert_array_equal(found[name], array)


def test_an_output_with_the_name_of_another_input_is_refused() -> None:
    network = Network(x=MAP)
    y = network.add("act1", Activation("relu"), network.inputs["x"])
    with pytest.raises(BackendError) as caught:
        backend.compile(request(network.graph(x=y)))
    assert str(caught.value) == (
        "the output `x` bears the name of an input, and is another value: "
        "an ONNX model needs another name for one of them"
    )


def test_what_runs_in_training_alone_is_absent() -> None:
    network = Network(x=TensorType((4,)))
    y = network.add("linear1", Linear(2, bias=False, axis="channels"), network.inputs["x"])
    head = network.add("aux.linear1", Linear(3, bias=True, axis="channels"), y, train_only=True)
    graph = network.graph(Output("aux", head, train_only=True), output=y)
    assert listing(backend.compile(request(graph))) == text(
        """
        input x
        linear1.weight [2, 4]
        linear1: output = Gemm(x, linear1.weight)
        output output
        """
    )


def test_shared_weights_are_one_initializer_with_the_numbers_given() -> None:
    network = Network(x=TensorType((4,)))
    first = network.add("linear1", Linear(4, bias=False, axis="channels"), network.inputs["x"])
    second = network.add("linear2", Linear(4, bias=False, axis="channels"), first)
    graph = network.graph(output=second)
    shared = graph.nodes[1]._replace(parameters={"weight": "linear1.weight"})
    owner = {"linear1.weight": graph.parameters["linear1.weight"]}
    graph = graph._replace(nodes=(graph.nodes[0], shared), parameters=owner)
    model = backend.compile(request(graph))
    (tensor,) = model.graph.initializer
    assert [list(node.input) for node in model.graph.node] == [
        ["x", "linear1.weight"],
        ["linear1:0", "linear1.weight"],
    ]
    np.testing.assert_array_equal(numpy_helper.to_array(tensor), weights(graph)["linear1.weight"])


def test_attributes_say_what_the_op_says() -> None:
    network = Network(x=MAP)
    x = network.add("norm1", BatchNorm(1e-3, 0.1, affine=True), network.inputs["x"])
    x = network.add("pool1", AveragePool((3, 3), (2, 2), ((1, 1), (1, 1)), (0, 0), True), x)
    norm, _, pool = backend.compile(request(network.graph(output=x))).graph.node
    read = {a.name: onnx.helper.get_attribute_value(a) for a in norm.attribute}
    assert read == {"epsilon": pytest.approx(1e-3), "momentum": pytest.approx(0.9), "training_mode": 0}
    assert {a.name: onnx.helper.get_attribute_value(a) for a in pool.attribute} == {
        "count_include_pad": 0,
        "kernel_shape": [3, 3],
        "pads": [0, 0, 0, 0],
        "strides": [2, 2],
    }


def test_the_model_carries_the_spec_its_hash_and_the_version() -> None:
    spec = "netc: 1\nname: small # — ü\n"
    model = backend.compile(request(one_relu(), text=spec))
    assert [(entry.key, entry.value) for entry in model.metadata_props] == [
        ("netc.spec", spec),
        ("netc.spec_sha256", sha256(spec.encode()).hexdigest()),
        ("netc.version", "0.1.0"),
    ]
    assert (model.producer_name, model.producer_version) == ("netc", "0.1.0")
    assert (model.doc_string, model.graph.name) == ("A small one.", "small")


@pytest.mark.parametrize("opset", [12, 24, -1])
def test_other_opsets_are_refused(opset: int) -> None:
    with pytest.raises(BackendError) as caught:
        backend.compile(request(one_relu(), opset))
    assert str(caught.value) == (
        f"netc writes ONNX opsets 13 to 23, and opset {opset} was asked for: "
        "17, the default, is read by most runtimes"
    )


def test_a_long_merge_is_a_chain() -> None:
    network = Network(a=MAP, b=MAP, c=TensorType((4,)))
    a, b, c = network.inputs.values()
    product = network.add("mul1", Combine("mul"), a, b, c)
    mean = network.add("mean1", Combine("mean"), a, b, product)
    assert listing(backend.compile(request(network.graph(output=mean)))) == text(
        """
        input a
        input b
        input c
        mul1/factor2/axes [2]
        mean1/count []
        mul1/mul1: mul1/mul1:0 = Mul(a, b)
        mul1/factor2: mul1/factor2:0 = Unsqueeze(c, mul1/factor2/axes)
        mul1: mul1:0 = Mul(mul1/mul1:0, mul1/factor2:0)
        mean1/sum1: mean1/sum1:0 = Add(a, b)
        mean1/sum2: mean1/sum2:0 = Add(mean1/sum1:0, mul1:0)
        mean1: output = Div(mean1/sum2:0, mean1/count)
        output output
        """
    )


def one_relu() -> Graph:
    network = Network(x=MAP)
    return network.graph(output=network.add("act1", Activation("relu"), network.inputs["x"]))


def test_the_backend_is_one() -> None:
    checked: Backend = backend
    assert checked.suffixes == (".onnx",)
