"""Each rule of portable ONNX for whole models finds one that breaks it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from onnx import ModelProto, TensorProto, helper

import netc
from tests.netc_onnx import portable_graphs as graphs
from tests.netc_onnx import portable_nodes as nodes
from tests.netc_onnx.portable import Model, Rule


def complaints(rule: Rule, model: ModelProto) -> list[str]:
    return list(rule(Model(model)))


def small() -> ModelProto:
    """A model that keeps every rule: a convolution, a pool and a linear layer."""
    layers = "[{conv: 4, kernel: 3}, {pool: max, kernel: 2}, flatten, {linear: 10}]"
    net = netc.loads(f"netc: 1\ninput: [1, 8, 8]\nlayers: {layers}\n")
    made = net.compile("onnx")
    assert isinstance(made, ModelProto)
    return made


def test_a_good_model_breaks_none() -> None:
    model = small()
    assert [node.op_type for node in model.graph.node] == ["Conv", "MaxPool", "Flatten", "Gemm"]
    rules = (*nodes.RULES, nodes.no_pad_before_plain_conv, *graphs.RULES)
    assert [complaint for rule in rules for complaint in complaints(rule, model)] == []


def newer_opset(model: ModelProto) -> None:
    model.opset_import[0].version = 21
    model.ir_version = 10


def one_sample_only(model: ModelProto) -> None:
    model.graph.input[0].type.tensor_type.shape.dim[0].dim_value = 1


def another_name(model: ModelProto) -> None:
    model.graph.value_info[0].type.tensor_type.shape.dim[2].dim_param = "height"


def hidden_value(model: ModelProto) -> None:
    del model.graph.value_info[1]


def unknown_size(model: ModelProto) -> None:
    model.graph.value_info[1].type.tensor_type.shape.dim[2].Clear()


def stray_description(model: ModelProto) -> None:
    model.graph.value_info.add().CopyFrom(helper.make_tensor_value_info("old", TensorProto.FLOAT, [1]))


def size_at_run_time(model: ModelProto) -> None:
    model.graph.node.append(helper.make_node("Shape", ["input"], ["size"], "size"))


def initializer_as_input(model: ModelProto) -> None:
    model.graph.input.append(helper.make_tensor_value_info("conv1.weight", TensorProto.FLOAT, [4, 1, 3, 3]))


def external_data(model: ModelProto) -> None:
    model.graph.initializer[0].data_location = TensorProto.EXTERNAL


def unused_initializer(model: ModelProto) -> None:
    model.graph.initializer.append(TensorProto(name="old", data_type=TensorProto.FLOAT, dims=[1]))


def constant_node(model: ModelProto) -> None:
    model.graph.node.append(helper.make_node("Constant", [], ["two"], "two", value_float=2.0))


def sparse_initializer(model: ModelProto) -> None:
    model.graph.sparse_initializer.add()


def dropout(model: ModelProto) -> None:
    model.graph.node.append(helper.make_node("Dropout", ["input"], ["dropped"], "dropped"))


def own_function(model: ModelProto) -> None:
    model.functions.add(name="twice", domain="own")


def backwards(model: ModelProto) -> None:
    nodes = list(reversed(model.graph.node))
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def two_of_one_name(model: ModelProto) -> None:
    model.graph.node[1].name = model.graph.node[0].name


def missing_output(model: ModelProto) -> None:
    model.graph.output.append(helper.make_tensor_value_info("second", TensorProto.FLOAT, ["N", 2]))


WRONG_GRAPHS: list[tuple[Rule, Callable[[ModelProto], None], list[str]]] = [
    (graphs.opset_17, newer_opset, ["the opsets are [('', 21)]", "the IR version is 10"]),
    (graphs.one_named_dim, one_sample_only, ["input is (1, 1, 8, 8)"]),
    (graphs.one_named_dim, another_name, ["the dims height have names"]),
    (graphs.whole_shapes, hidden_value, ["pool1:0 is not described"]),
    (graphs.whole_shapes, unknown_size, ["pool1:0 is not described wholly: ('N', 4, 0, 3)"]),
    (graphs.whole_shapes, stray_description, ["nothing makes old"]),
    (graphs.no_sizes_at_run_time, size_at_run_time, ["size is Shape"]),
    (graphs.initializers_in_the_file, initializer_as_input, ["conv1.weight is an input, too"]),
    (graphs.initializers_in_the_file, external_data, ["conv1.weight lies in another file"]),
    (graphs.initializers_in_the_file, unused_initializer, ["nothing reads old"]),
    (graphs.initializers_in_the_file, constant_node, ["two is a Constant"]),
    (graphs.initializers_in_the_file, sparse_initializer, ["there are sparse initializers"]),
    (graphs.evaluation_alone, dropout, ["dropped is Dropout"]),
    (graphs.evaluation_alone, own_function, ["the file has functions or a training graph"]),
    (
        graphs.in_order,
        backwards,
        [
            "linear1 reads flatten1:0 before it is made",
            "flatten1 reads pool1:0 before it is made",
            "pool1 reads conv1:0 before it is made",
        ],
    ),
    (graphs.in_order, two_of_one_name, ["2 things are called conv1"]),
    (graphs.in_order, missing_output, ["nothing makes the output second"]),
]


@pytest.mark.parametrize(("rule", "change", "expected"), WRONG_GRAPHS)
def test_a_model_that_breaks_a_rule_is_found(
    rule: Rule, change: Callable[[ModelProto], None], expected: list[str]
) -> None:
    model = small()
    change(model)
    assert complaints(rule, model) == expected


def test_every_rule_is_broken_by_something() -> None:
    assert {rule for rule, *_ in WRONG_GRAPHS} == {*graphs.RULES}
