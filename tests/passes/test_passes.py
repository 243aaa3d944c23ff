"""What each pass makes of small specs, in the graph's canonical text; and what it must leave as it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from netc.graph.verify import verify
from netc.passes import PASSES, optimize
from tests.passes.cases import CASES

if TYPE_CHECKING:
    from tests.conftest import Golden

GOLDEN = Path(__file__).parent / "golden"
CHANGING = [name for name, case in CASES.items() if case.changes]


@pytest.mark.parametrize("name", CHANGING)
def test_what_a_pass_makes(name: str, golden: Golden) -> None:
    golden(GOLDEN / f"{name}.txt", CASES[name].told())


@pytest.mark.parametrize("name", CASES)
def test_a_pass_leaves_its_graph_alone_and_gives_the_very_same_one_where_it_finds_nothing(name: str) -> None:
    case = CASES[name]
    graph = case.graph()
    before = repr(graph)
    made = case.rewrite(graph)
    assert (made is not graph) == case.changes
    assert case.rewrite(made) is made
    assert repr(graph) == before


@pytest.mark.parametrize("name", CASES)
def test_every_law_of_graphs_holds_after_each_pass(name: str) -> None:
    graph = CASES[name].graph()
    for rewrite in PASSES:
        graph = rewrite(graph)
        verify(graph)


@pytest.mark.parametrize("name", CASES)
def test_the_pipeline_ends_where_nothing_is_left_to_do(name: str) -> None:
    graph = CASES[name].graph()
    made = optimize(graph)
    assert optimize(made) is made
    assert [output.name for output in made.outputs] == [
        output.name for output in graph.outputs if not output.train_only
    ]
    assert made.inputs == graph.inputs


def test_all_golden_files_are_some_test_s() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == set(CHANGING)
