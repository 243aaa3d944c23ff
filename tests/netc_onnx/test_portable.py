"""Every network of the zoo becomes ONNX that most runtimes take, as written and optimised."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

import netc
from netc.artifact import Request
from netc.passes import optimize
from netc_onnx.model import model_without_weights
from tests.netc_onnx import portable_graphs, portable_nodes
from tests.netc_onnx.families import FAMILIES
from tests.netc_onnx.networks import side_by_side
from tests.netc_onnx.portable import Model, Rule
from tests.netc_onnx.portable_nodes import OPS, no_pad_before_plain_conv

if TYPE_CHECKING:
    from netc.graph import Graph

SPECS = Path(__file__).parents[2] / "specs"
RULES = (*portable_nodes.RULES, *portable_graphs.RULES)


def variants(spec: Path) -> list[str | None]:
    """The names of a spec's variants, and of none."""
    return [None, *yaml.load(spec.read_text(encoding="utf-8"), yaml.BaseLoader).get("variants", {})]


BY_CHOICE = {"upsamples": "resize_by_whole_scales"}
"""Families with forms that travel less far, where the spec asks for one: `align_corners`."""

ZOO = [
    pytest.param(spec, variant, id=spec.stem if variant is None else f"{spec.stem}-{variant}")
    for spec in sorted(SPECS.glob("*.yaml"))
    for variant in variants(spec)
]


def complaints(model: Model, rules: tuple[Rule, ...]) -> dict[str, list[str]]:
    """What each rule finds that a model breaks."""
    found = {rule.__name__: list(rule(model)) for rule in rules}
    return {name: broken for name, broken in found.items() if broken}


def broken(graph: Graph, *, optimized: bool) -> dict[str, list[str]]:
    """The complaints about the model of a graph, as written or optimised."""
    shown = optimize(graph) if optimized else graph
    made = model_without_weights(Request(shown, {}, "netc: 1\n", "0.1.0", optimize=optimized)).model
    return complaints(Model(made), (*RULES, no_pad_before_plain_conv) if optimized else RULES)


@pytest.mark.parametrize(("spec", "variant"), ZOO)
def test_the_zoo_travels(spec: Path, variant: str | None) -> None:
    graph = netc.load(spec, variant=variant).graph
    assert broken(graph, optimized=False) == {}
    assert broken(graph, optimized=True) == {}


@pytest.mark.parametrize("optimized", [False, True])
@pytest.mark.parametrize("family", FAMILIES)
def test_every_op_travels(family: str, optimized: bool) -> None:
    found = broken(side_by_side(FAMILIES[family]), optimized=optimized)
    assert list(found) == ([BY_CHOICE[family]] if family in BY_CHOICE else [])
    assert all("align_corners" in each for name in found for each in found[name])


def test_every_op_that_is_listed_is_written() -> None:
    """But for the two that symbolic sizes alone need: `Shape`, and `Expand`, of average pools over those."""
    graphs = (side_by_side(cases) for cases in FAMILIES.values())
    models = (model_without_weights(Request(graph, {}, "", "0.1.0")).model for graph in graphs)
    written = {node.op_type for model in models for node in model.graph.node}
    assert written | {"Expand", "Shape"} == OPS
