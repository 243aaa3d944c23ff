"""Parameters and multiply-adds are, to the last one, those that others publish."""

from __future__ import annotations

from pathlib import Path

import pytest

import netc
from netc.graph.verify import verify
from netc.types.dims import number
from tests.zoo.networks import PUBLISHED, SPECS, Published, evaluated_params

each = pytest.mark.parametrize("published", PUBLISHED, ids=[published.name for published in PUBLISHED])


@each
def test_totals_are_the_published_ones(published: Published) -> None:
    net = published.load()
    totals = net.summary.totals
    shapes = {
        name: [dim if isinstance(dim, int) else str(dim) for dim in type_.shape]
        for name, type_ in net.inputs.items()
    }
    assert shapes == published.inputs
    assert (totals.params, evaluated_params(net.graph)) == (published.params, published.evaluated_params)
    if published.macs is not None:
        assert totals.macs == published.macs
    if published.gmacs is not None:
        assert round(number(totals.macs, "a total") / 1e9, 3) == published.gmacs


@each
def test_every_law_of_the_graph_holds(published: Published) -> None:
    verify(published.load().graph)


@each
def test_a_check_finds_nothing(published: Published) -> None:
    assert netc.check(SPECS / f"{published.spec}.yaml", variant=published.variant) == []


@pytest.mark.parametrize("spec", sorted(SPECS.glob("*.yaml")), ids=lambda spec: spec.stem)
def test_every_spec_is_clean_bears_its_files_name_and_says_where_it_comes_from(spec: Path) -> None:
    net = netc.load(spec)
    assert netc.check(spec) == []
    assert net.name == spec.stem
    assert net.doc


def test_without_a_variant_resnet_is_resnet50() -> None:
    base, named = netc.load(SPECS / "resnet.yaml"), netc.load(SPECS / "resnet.yaml", variant="50")
    assert base.parameters == named.parameters


def test_every_spec_is_in_the_table() -> None:
    listed = {published.spec for published in PUBLISHED}
    own = {"lenet_digits"}  # trained on the digits that come with it: examples/digits
    assert {spec.stem for spec in SPECS.glob("*.yaml")} == listed | own
    assert len(listed) > 45
