"""Any valid spec means the same numbers everywhere: a slice of what ``campaign.py`` runs at length."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
import yaml

from tests.parity.compare import Compared, Disagreement, compared
from tests.parity.draft import Document, Drawn, Sizes
from tests.parity.options import Layer
from tests.parity.runs import feeds
from tests.parity.specs import spec


@pytest.mark.parametrize("seed", range(40))
def test_a_slice_of_the_campaign(seed: int) -> None:
    drawn = spec(seed)
    assert drawn.layers
    assert compared(drawn, seed).outputs >= 6


def test_a_number_draws_one_spec() -> None:
    assert spec(7).text == spec(7).text != spec(8).text


FEATURES = {"shape": ["T", "C"], "layout": "sequence"}
FOUND: dict[str, tuple[dict[str, Any], tuple[Sizes, ...], list[str]]] = {
    "torch's average pool of three axes refuses kernels larger than what they read without padding": (
        {"shape": [2, 4, 4, 2]},
        ({},),
        ["{pool: avg, kernel: 3, padding: half}", "{pool: avg, kernel: 3, padding: 1, count_padding: true}"],
    ),
    "the same where padding follows from sizes": (
        {"shape": [2, "H", "W", 2]},
        ({"H": 1, "W": 1}, {"H": 2, "W": 5}),
        ["{pool: avg, kernel: [1, 2, 3], stride: 2, padding: same}", "{pool: avg, kernel: 3, padding: half}"],
    ),
    "norms of as many channels as there are": (
        FEATURES,
        ({"T": 1, "C": 1}, {"T": 5, "C": 4}),
        ["{norm: layer, affine: false}", "{norm: rms, affine: false}"],
    ),
    "and of maps": (
        {"shape": ["C", "W"]},
        ({"C": 1, "W": 1}, {"C": 3, "W": 7}),
        ["{norm: layer, affine: false}", "{norm: rms, affine: false}"],
    ),
}


@pytest.mark.parametrize("case", FOUND)
def test_what_the_campaign_has_found(case: str) -> None:
    input_, sizes, rows = FOUND[case]
    document = Document({"netc": 1, "inputs": {"input": input_}}, sizes)
    for row in rows:
        compared(Drawn(document, (yaml.safe_load(row),), Counter()), 0)


def small() -> Compared:
    document = Document({"netc": 1, "inputs": {"input": {"shape": [2, 5]}}}, ({},))
    return Compared(Drawn(document, ({"conv": 3, "kernel": 2}, {"norm": "batch"}), Counter()), 0)


def test_other_weights_are_a_disagreement() -> None:
    network = small()
    network.module.load_state_dict({path: value * 1.001 for path, value in network.state.items()})
    with pytest.raises(Disagreement, match=r"`output` differs by 0\.00\d+; shaking by 1e-06 changes it by"):
        network.everything()


def test_shaking_tells_what_float32_cannot_hold_from_an_error() -> None:
    well = small()
    assert well.shaking("output", feeds(well.net, {}, 1, well.chance)) < 1e-5
    document = Document({"netc": 1, "inputs": {"input": {"shape": [1, 1]}}}, ({},))
    layers: tuple[Layer, ...] = (
        {"scale": 1},
        {"adaptive_pool": "avg", "to": [5]},
        {"scale": 1},
        {"norm": "instance"},
    )
    equal_elements = Compared(Drawn(document, layers, Counter()), 0)
    assert equal_elements.shaking("output", feeds(equal_elements.net, {}, 1, equal_elements.chance)) > 1e-4
