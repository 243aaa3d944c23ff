"""What docs/ and CONTRIBUTING.md show and name is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import netc

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("variant", [None, "wide"])
def test_the_languages_example_is_a_network(variant: str | None) -> None:
    page = (ROOT / "docs/language.md").read_text(encoding="utf-8")
    (spec,) = re.findall(r"^```yaml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    net = netc.loads(spec, variant=variant)
    assert list(net.outputs) == ["output", "auxiliary"]
    assert net.outputs["output"].shape == (10,)


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "README.md"])
def test_every_path_that_is_named_exists(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:netc|backends|tests|docs|specs|examples|benchmarks)/[\w./]*)`", text))
    assert named
    missing = [path for path in sorted(named) if not (ROOT / path).exists()]
    assert not missing
