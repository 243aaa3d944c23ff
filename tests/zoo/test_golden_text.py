"""What small networks of the zoo mean, value by value."""

from __future__ import annotations

import pytest

import netc
from netc.graph.text import text
from tests.conftest import Golden
from tests.zoo.networks import GOLDEN, SPECS


@pytest.mark.parametrize(("spec", "variant"), [("lenet", None), ("squeezenet", "1.1")])
def test_the_canonical_text_of_a_small_network(spec: str, variant: str | None, golden: Golden) -> None:
    net = netc.load(SPECS / f"{spec}.yaml", variant=variant)
    name = spec if variant is None else f"{spec}-{variant}"
    golden(GOLDEN / f"{name}.txt", text(net.graph))
