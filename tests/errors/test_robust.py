"""No text makes a check crash, fall silent, or speak Python: a slice of what ``campaign.py`` runs at length."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.errors.mutation import SEEDS, mutant, outcome


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_what_is_mutated_is_right(path: Path) -> None:
    found = outcome(path.read_text(encoding="utf-8")).diagnostics
    assert [one for one in found if one.severity == "error"] == []


@pytest.mark.parametrize("slice_", range(4))
def test_a_slice_of_the_campaign(slice_: int) -> None:
    for seed in range(slice_ * 60, slice_ * 60 + 60):
        outcome(mutant(seed))


@settings(max_examples=60)
@given(st.integers(min_value=0, max_value=2**32))
def test_any_mutant_is_checked(seed: int) -> None:
    outcome(mutant(seed))


_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["$width", "$(1 // 0)", "same", "conv", "relu", "batch", "prev", "input", "H", "T"]),
)
_TREES = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(
                [
                    "conv",
                    "kernel",
                    "layers",
                    "use",
                    "for",
                    "in",
                    "name",
                    "from",
                    "norm",
                    "act",
                    "share",
                    "frozen",
                    "repeat",
                ]
            ),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=12,
)
_KEYS = (
    *("name", "doc", "input", "inputs", "dims", "params", "variants"),
    *("import", "defaults", "blocks", "layers", "outputs"),
)


@settings(max_examples=100)
@given(st.dictionaries(st.sampled_from(_KEYS), _TREES, max_size=5))
def test_any_tree_is_checked(tree: dict[str, object]) -> None:
    import yaml

    outcome(yaml.safe_dump({"netc": 1, **tree}, sort_keys=False, allow_unicode=True))
