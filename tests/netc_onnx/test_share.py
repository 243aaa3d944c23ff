"""Shared parameters in ONNX: one initializer, whoever reads it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest

import netc
from netc.graph import Graph
from netc_onnx import backend
from tests.elaborate.specs import built, spec
from tests.elaborate.tied import TIED, spread, tied, untied
from tests.netc_onnx.networks import Numbers, Session, feeds, request, weights


def run(graph: Graph, numbers: Numbers, opset: int) -> Numbers:
    """What evaluation gives, for a batch of 3."""
    made = backend.compile(request(graph, opset)._replace(weights=numbers))
    return Session.of(made).run(feeds(graph, 3))


@pytest.mark.parametrize("opset", [13, 17, 23])
@pytest.mark.parametrize("name", TIED)
def test_a_network_that_shares_is_its_twin_with_the_same_numbers(name: str, opset: int) -> None:
    graph, twin = tied(name), untied(name)
    numbers = weights(graph)
    made, expected = run(graph, numbers, opset), run(twin, spread(numbers, graph, twin.parameters), opset)
    assert list(made) == list(expected)
    for output, array in made.items():
        np.testing.assert_allclose(array, expected[output], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", [name for name in TIED if name != "recurrent layers"])
def test_every_parameter_is_one_initializer_by_its_owners_path(name: str) -> None:
    graph = tied(name)
    model = backend.compile(request(graph))
    onnx.checker.check_model(model, full_check=True)
    names = [tensor.name for tensor in model.graph.initializer if "/" not in tensor.name]
    assert names == list(graph.parameters)


def test_packed_weights_are_one_initializer_too() -> None:
    model = backend.compile(request(tied("recurrent layers")))
    onnx.checker.check_model(model, full_check=True)
    names = [tensor.name for tensor in model.graph.initializer if "/" not in tensor.name]
    assert names == [
        "a.W_l0", "a.R_l0", "a.B_l0", "a.W_l1", "a.R_l1", "a.B_l1", "gru1.0.W_l0", "gru1.0.R_l0", "gru1.0.B_l0",
    ]  # fmt: skip


def test_what_is_frozen_leaves_no_trace() -> None:
    layers = "- {conv: 4, kernel: 3, norm: batch, act: prelu%s}"
    plain, frozen = built(layers % ""), built(layers % ", frozen: true")
    models = [backend.compile(request(graph)).SerializeToString() for graph in (plain, frozen)]
    assert models[0] == models[1]


def test_a_file_holds_shared_numbers_once(tmp_path: Path) -> None:
    wide = "{linear: 256, bias: false, repeat: 8"
    for share in ("", ", share: true"):
        net = netc.loads(spec(f"- {wide}{share}}}", "input: [256]"))
        net.to_onnx(tmp_path / "net.onnx")
        size, matrix = (tmp_path / "net.onnx").stat().st_size, 256 * 256 * 4
        assert size // matrix == (1 if share else 8)
