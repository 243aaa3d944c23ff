"""Which batches and sizes a network is run at, and on which numbers."""

from __future__ import annotations

import numpy as np
import pytest

import netc
from netc.verification.as_table import runs_text
from netc.verification.plan import numbers, planned, vocabularies
from netc.verification.report import Run

ANY_SIZE = """\
netc: 1
input: {shape: [3, H, W], layout: channels_first}
dims: {H: {%s}, W: {%s}}
layers: [{conv: 4, kernel: 3, padding: same}]
"""


def sizes_text(text: str, batches: tuple[int, ...] | None = None) -> str:
    plan = planned(netc.loads(text).graph, batches)
    return runs_text(plan.runs)


@pytest.mark.parametrize(
    ("height", "width", "text"),
    [
        (
            "",
            "",
            "batches 1 and 3, each at H = 1, W = 1; H = 2, W = 2; H = 7, W = 7; H = 1, W = 7; H = 7, W = 1",
        ),
        (
            "min: 32, multiple_of: 32",
            "min: 40, max: 100, multiple_of: 32",
            "batches 1 and 3, each at H = 32, W = 64; H = 64, W = 96; H = 224, W = 96; H = 32, W = 96; H = 224, W = 64",
        ),
        (
            "max: 2",
            "min: 9, max: 1_000_000",  # too much to be run: six steps up
            "batches 1 and 3, each at H = 1, W = 9; H = 2, W = 10; H = 2, W = 15; H = 1, W = 15; H = 2, W = 9",
        ),
    ],
)
def test_sizes_are_at_both_ends_and_mixed(height: str, width: str, text: str) -> None:
    if "1_000_000" in width:
        width = width.replace("1_000_000", "1000000")
        spec = (ANY_SIZE % (height, width)).replace("conv: 4", "conv: 4096")
        assert sizes_text(spec) == text
    else:
        assert sizes_text(ANY_SIZE % (height, width)) == text


def test_batches_are_those_asked_for() -> None:
    assert sizes_text("netc: 1\ninput: [4]\nlayers: [{linear: 4}]", (5, 2)) == "batches 5 and 2"


LARGE = "netc: 1\ninput: [64, 2048, 2048]\nlayers: [{conv: 64, kernel: 3}]"


def test_large_runs_are_left_out_but_for_the_first_and_what_is_asked_for() -> None:
    graph = netc.loads(LARGE).graph
    assert planned(graph, None) == ((Run(1, {}),), (Run(3, {}),))
    assert planned(graph, (2, 4)) == ((Run(2, {}), Run(4, {})), ())


def test_a_largest_size_that_is_too_large_is_run_where_it_can_be_and_else_said_to_be_left_out() -> None:
    facts = ("min: 32, max: 4096", "max: 2")
    plan = planned(netc.loads(ANY_SIZE % facts).graph, None)
    assert plan.left_out == ()
    assert Run(3, {"H": 4096, "W": 2}) in plan.runs
    text = "netc: 1\ninput: [64, H, H]\ndims: {H: {max: %d}}\nlayers: [{conv: 64, kernel: 3, padding: same}]"
    plan = planned(netc.loads(text % 1200).graph, None)
    assert runs_text(plan.runs) == (
        "batch 1, H = 1; batch 3, H = 1; batch 1, H = 2; batch 3, H = 2; batch 1, H = 7; batch 3, H = 7; "
        "batch 1, H = 1200"
    )
    assert plan.left_out == (Run(3, {"H": 1200}),)
    plan = planned(netc.loads(text % 9999).graph, None)
    assert plan.left_out == (Run(1, {"H": 9999}), Run(3, {"H": 9999}))


THREE = """\
netc: 1
inputs:
  words: {shape: [T], dtype: int64}
  photo: {shape: [3, 4, 4], dtype: uint8}
  speech: {shape: [7]}
  lone: {shape: [5], dtype: int64}
dims: {T: {}}
layers:
  - {embed: 2, vocab: 6, from: words, name: few}
  - {embed: 2, vocab: 9, from: words, name: many}
  - {normalize: {std: 0.5}, from: photo, name: seen}
outputs: [few, many, seen]
"""


def test_numbers_are_of_the_inputs_types_and_valid() -> None:
    graph = netc.loads(THREE).graph
    assert vocabularies(graph) == {"words": 6}
    made = numbers(graph, Run(50, {"T": 20}), 0)
    assert {name: (value.dtype.name, value.shape) for name, value in made.items()} == {
        "words": ("int64", (50, 20)),
        "photo": ("uint8", (50, 3, 4, 4)),
        "speech": ("float32", (50, 7)),
        "lone": ("int64", (50, 5)),
    }
    assert (made["words"].min(), made["words"].max()) == (0, 5)
    assert (made["photo"].min(), made["photo"].max()) == (0, 255)
    assert abs(made["speech"].std() - 1) < 0.2


def test_numbers_depend_on_the_seed_and_on_the_run() -> None:
    graph = netc.loads("netc: 1\ninput: [9]\nlayers: [{linear: 4}]").graph
    first, again = (numbers(graph, Run(1, {}), 3)["input"] for _ in range(2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, numbers(graph, Run(1, {}), 4)["input"])
    assert not np.array_equal(first, numbers(graph, Run(2, {}), 3)["input"][:1])
