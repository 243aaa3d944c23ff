"""One model serves all sizes that a spec leaves open."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
import pytest

import netc
from netc.types.dims import numbers
from tests.netc_onnx.cases_symbolic import FAMILIES
from tests.netc_onnx.networks import Numbers, Session, generator

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onnx import ModelProto

SPECS = Path(__file__).parents[2] / "specs"
OPSETS = (13, 17, 23)


@cache
def model(family: str, opset: int) -> ModelProto:
    made: ModelProto = netc.loads(FAMILIES[family].spec()).compile("onnx", opset=opset)
    return made


def numbers_for(network: netc.Network, batch: int) -> Numbers:
    """What inputs of known sizes are given; indices are small."""
    made: Numbers = {}
    for name, type_ in network.inputs.items():
        shape = (batch, *numbers(type_.shape, "a test"))
        drawn = (
            generator(name).uniform(0, 4, shape)
            if type_.dtype == "int64"
            else generator(name).normal(size=shape)
        )
        made[name] = drawn.astype(type_.dtype)
    return made


@cache
def closed(family: str, place: int) -> tuple[Numbers, Numbers]:
    """Numbers of the sizes at ``place``, and what the network makes of them that knows no others."""
    case = FAMILIES[family]
    network = netc.loads(case.spec(case.sizes[place]))
    given = numbers_for(network, 1 + place % 2)
    return given, Session.of(network.compile("onnx")).run(given)


@pytest.mark.parametrize("opset", OPSETS)
@pytest.mark.parametrize("family", FAMILIES)
def test_one_model_makes_at_every_size_what_the_model_of_that_size_makes(family: str, opset: int) -> None:
    case = FAMILIES[family]
    session = Session.of(model(family, opset))
    for place, sizes in enumerate(case.sizes):
        given, expected = closed(family, place)
        found = session.run(given)
        assert list(found) == list(expected)
        for index, name in enumerate(expected):
            assert found[name].shape == expected[name].shape, f"{case.rows[index]} at {sizes}"
            np.testing.assert_allclose(
                found[name], expected[name], rtol=1e-5, atol=1e-5, err_msg=f"{case.rows[index]} at {sizes}"
            )


@pytest.mark.parametrize("opset", range(13, 24))
@pytest.mark.parametrize("family", FAMILIES)
def test_the_checker_and_strict_inference_accept_it(family: str, opset: int) -> None:
    onnx.checker.check_model(model(family, opset), full_check=True)


def size_of(text: str, sizes: Mapping[str, int]) -> int:
    """The size that a dim's text means: fractions of symbols, within ``floor`` or ``ceil``."""
    python = text.replace("·", "*").replace("−", "-")
    assert re.fullmatch(r"[\w\s()*/+-]+", python)
    known: dict[str, Any] = {"floor": math.floor, "ceil": math.ceil}
    known |= {name: Fraction(size) for name, size in sizes.items()}
    size = Fraction(eval(python, {"__builtins__": {}}, known))
    assert size.denominator == 1, f"{text} at {sizes}"
    return int(size)


@pytest.mark.parametrize("opset", OPSETS)
@pytest.mark.parametrize("family", FAMILIES)
def test_every_value_has_the_shape_that_its_dims_say(family: str, opset: int) -> None:
    case = FAMILIES[family]
    exposed = onnx.ModelProto()
    exposed.CopyFrom(model(family, opset))
    exposed.graph.output.extend(exposed.graph.value_info)
    del exposed.graph.value_info[:]
    session = Session.of(exposed, optimized=False)
    for place in (0, len(case.sizes) - 1):
        given, _ = closed(family, place)
        sizes = {**case.sizes[place], "N": 1 + place % 2}
        found = session.run(given)
        for value in exposed.graph.output:
            dims = value.type.tensor_type.shape.dim
            said = tuple(size_of(dim.dim_param, sizes) if dim.dim_param else dim.dim_value for dim in dims)
            assert found[value.name].shape == said, f"{value.name} at {sizes}"


@pytest.mark.parametrize("opset", OPSETS)
@pytest.mark.parametrize("family", FAMILIES)
def test_names_and_attributes_are_as_in_every_model(family: str, opset: int) -> None:
    graph = model(family, opset).graph
    nodes = [node.name for node in graph.node]
    tensors = [
        *(name for node in graph.node for name in node.output),
        *(one.name for one in graph.initializer),
    ]
    assert len(set(nodes)) == len(nodes)
    assert len(set(tensors)) == len(tensors)
    for node in graph.node:
        assert node.output[0] in {f"{node.name}:0", *(value.name for value in graph.output)}
        for read in node.input:
            assert "/" not in read or ":" in read or read.rpartition("/")[0] == node.name
    described = [value.name for value in (*graph.value_info, *graph.output)]
    assert sorted(described) == sorted(name for node in graph.node for name in node.output)
    for node in graph.node:
        if node.name.startswith("sizes/"):
            schema = onnx.defs.get_schema(node.op_type, opset, "")
            assert {attribute.name for attribute in node.attribute} == set(schema.attributes)
            assert node.op_type in {"Shape", "Gather", "Add", "Sub", "Mul", "Div"}


ZOO: dict[str, tuple[dict[str, int], dict[str, int]]] = {
    "char_rnn": ({"T": 1}, {"T": 41}),
    "crnn": ({"W": 8}, {"W": 52}),
    "drcn": ({"H": 1, "W": 2}, {"H": 9, "W": 7}),
    "espcn": ({"H": 1, "W": 2}, {"H": 41, "W": 47}),
    "fcn8s": ({"H": 32, "W": 32}, {"H": 32, "W": 64}),
    "gru_tagger": ({"T": 1}, {"T": 47}),
    "srcnn": ({"H": 1, "W": 2}, {"H": 41, "W": 47}),
    "tcn": ({"T": 1}, {"T": 55}),
    "text_cnn": ({"T": 5}, {"T": 41}),
    "unet_any_size": ({"H": 16, "W": 32}, {"H": 48, "W": 16}),
}
"""Networks of the zoo that leave sizes open, and sizes to run them at, the smallest among them."""


def with_sizes(text: str, sizes: Mapping[str, int]) -> str:
    """A spec with sizes in place of the symbols in its inputs, and no facts."""
    lines = re.sub(r"^dims:.*\n(  .*\n)*", "", text, flags=re.MULTILINE).splitlines()
    for place, line in enumerate(lines):
        if line.startswith("input:") or "shape:" in line:
            lines[place] = re.sub(r"\b[A-Z]\b", lambda symbol: str(sizes[symbol[0]]), line)
    return "\n".join(lines)


@pytest.mark.parametrize("name", ZOO)
def test_networks_of_the_zoo_serve_every_size(name: str) -> None:
    """The widest layers of one are made narrow, for the time it takes."""
    text = (SPECS / f"{name}.yaml").read_text(encoding="utf-8").replace("4096", "64")
    session = Session.of(netc.loads(text).compile("onnx"))
    for sizes in ZOO[name]:
        network = netc.loads(with_sizes(text, sizes))
        given = numbers_for(network, 2)
        for output, expected in Session.of(network.compile("onnx")).run(given).items():
            found = session.run(given)[output]
            assert found.shape == (2, *network.outputs[output].shape)
            np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)
