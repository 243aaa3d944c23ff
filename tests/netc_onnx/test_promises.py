"""What is promised of every model, for every op and opset."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import onnx
import pytest
from onnx import ModelProto, ValueInfoProto

from netc.ops.sequence import Recurrent
from netc_onnx import backend
from tests.netc_onnx.families import FAMILIES
from tests.netc_onnx.networks import Session, feeds, request, side_by_side

if TYPE_CHECKING:
    from collections.abc import Iterator

OPSETS = range(13, 24)
NEVER = {"auto_pad", "ceil_mode", "output_shape", "num_outputs"}
LEFT_OUT = NEVER | {"activation_alpha", "activation_beta", "clip"}  # recurrent ops': each changes something

every_model = pytest.mark.parametrize(
    ("family", "opset"), [(family, opset) for family in FAMILIES for opset in OPSETS]
)


@cache
def model(family: str, opset: int) -> ModelProto:
    return backend.compile(request(side_by_side(FAMILIES[family]), opset))


def shape(value: ValueInfoProto) -> tuple[int | str, ...]:
    return tuple(dim.dim_param or dim.dim_value for dim in value.type.tensor_type.shape.dim)


def declared(graph: onnx.GraphProto) -> dict[str, tuple[int | str, ...]]:
    return {value.name: shape(value) for value in (*graph.input, *graph.value_info, *graph.output)}


@every_model
def test_the_checker_and_strict_inference_accept_it(family: str, opset: int) -> None:
    onnx.checker.check_model(model(family, opset), full_check=True)


@every_model
def test_every_value_is_described_once_and_wholly(family: str, opset: int) -> None:
    graph = model(family, opset).graph
    made = [name for node in graph.node for name in node.output]
    described = [value.name for value in (*graph.value_info, *graph.output)]
    inputs = {value.name for value in graph.input}
    assert sorted(described) == sorted({*made, *(set(described) & inputs)})
    assert len(set(described)) == len(described)
    batched = set(inputs)
    for node in graph.node:
        if batched.intersection(node.input):
            batched.update(node.output)
    for name, extents in declared(graph).items():
        sizes = [extent for extent in extents if extent != "N"]
        assert len(sizes) == len(extents) - (name in batched), f"{name}: {extents}"
        assert name not in {value.name for value in graph.output} or extents[0] == "N"
        assert all(isinstance(size, int) and size > 0 for size in sizes), f"{name}: {extents}"
    assert all(value.type.tensor_type.elem_type for value in (*graph.input, *graph.value_info, *graph.output))


@every_model
def test_every_attribute_is_written_out(family: str, opset: int) -> None:
    """Those with a default, and those that onnx calls optional and runtimes fill in by themselves."""
    for node in model(family, opset).graph.node:
        schema = onnx.defs.get_schema(node.op_type, opset, "")
        written = {attribute.name for attribute in node.attribute}
        assert not schema.deprecated
        assert node.domain == ""
        assert written == set(schema.attributes) - LEFT_OUT, node.name


@every_model
def test_nothing_of_training_is_left(family: str, opset: int) -> None:
    for node in model(family, opset).graph.node:
        assert node.op_type != "Dropout"
        assert not any(attribute.i for attribute in node.attribute if attribute.name == "training_mode")


@every_model
def test_parameters_keep_their_names_and_shapes(family: str, opset: int) -> None:
    """Those of recurrent ops are packed, and keep the path as a prefix."""
    cases = FAMILIES[family]
    graph = side_by_side(cases)
    packed = tuple(f"case{index}." for index, case in enumerate(cases) if isinstance(case.op, Recurrent))
    initializers = {tensor.name: tuple(tensor.dims) for tensor in model(family, opset).graph.initializer}
    expected = {path: parameter.type.shape for path, parameter in graph.parameters.items()}
    kept = {path: shape for path, shape in expected.items() if not path.startswith(packed)}
    assert {path: initializers[path] for path in kept} == kept
    own = {name for name in initializers if "/" not in name and name not in kept}
    assert all(name.startswith(packed) for name in own) if packed else not own


@every_model
def test_what_is_gathered_by_the_lowering_is_counted_from_the_start(family: str, opset: int) -> None:
    graph = model(family, opset).graph
    constants = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in graph.initializer}
    for node in graph.node:
        if node.op_type == "Gather" and node.input[1] in constants:
            assert constants[node.input[1]].min() >= 0, node.name


@every_model
def test_every_name_follows_the_scheme(family: str, opset: int) -> None:
    graph = model(family, opset).graph
    cases = {f"case{index}" for index in range(len(FAMILIES[family]))}
    nodes = [node.name for node in graph.node]
    constants = [tensor.name for tensor in graph.initializer if "/" in tensor.name]
    outputs = {value.name for value in graph.output}
    assert len(set(nodes)) == len(nodes)
    for node in graph.node:
        path = node.name.split("/")[0]
        assert path in cases or node.name == f"{path}/identity"
        assert node.output[0] == f"{node.name}:0" or (node.output[0] in outputs and "/" not in node.output[0])
        own = {name for name in node.input if name in constants}
        assert all(name.rpartition("/")[0] == node.name for name in own), node.name
    read = [name for node in graph.node for name in node.input]
    assert {tensor.name for tensor in graph.initializer} <= set(read)
    assert all(read.count(name) == 1 for name in constants)


@pytest.mark.parametrize("opset", [13, 17, 23])
@pytest.mark.parametrize("family", FAMILIES)
def test_values_have_the_shapes_that_were_declared(family: str, opset: int) -> None:
    batch = 2
    exposed = ModelProto()
    exposed.CopyFrom(model(family, opset))
    exposed.graph.output.extend(exposed.graph.value_info)
    del exposed.graph.value_info[:]
    numbers = Session.of(exposed, optimized=False).run(feeds(side_by_side(FAMILIES[family]), batch))
    expected = dict(bound(declared(model(family, opset).graph), batch))
    assert {name: array.shape for name, array in numbers.items()} == {
        name: expected[name] for name in numbers
    }


def bound(
    shapes: dict[str, tuple[int | str, ...]], batch: int
) -> Iterator[tuple[str, tuple[int | str, ...]]]:
    for name, extents in shapes.items():
        yield name, tuple(batch if extent == "N" else extent for extent in extents)


@pytest.mark.parametrize("opset", OPSETS)
def test_the_ir_version_is_the_lowest_that_the_opset_allows(opset: int) -> None:
    made = model("dense", opset)
    assert [(domain.domain, domain.version) for domain in made.opset_import] == [("", opset)]
    assert made.ir_version == onnx.helper.find_min_ir_version_for(list(made.opset_import))
