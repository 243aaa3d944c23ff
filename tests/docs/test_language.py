"""The larger example of docs/language.md has what the page says that it shows."""

from __future__ import annotations

import pytest

import netc
from tests.docs.blocks import DOCS, blocks


@pytest.mark.parametrize(("variant", "widths"), [(None, [32, 64, 128]), ("wide", [64, 128, 256])])
def test_the_example_has_a_head_for_training_and_a_wide_variant(
    variant: str | None, widths: list[int]
) -> None:
    page = (DOCS / "language.md").read_text(encoding="utf-8")
    (spec,) = [block.text for block in blocks(page) if "name: example\n" in block.text]
    net = netc.loads(spec, variant=variant)
    assert list(net.outputs) == ["output", "auxiliary"]
    assert net.outputs["output"].shape == (10,)
    ends = [net.layers[f"pair{row}.1.residual1"].output.channels for row in (1, 2, 3)]
    assert ends == widths
