"""The search finds a value that is wrong while all that it is made from is right, and asks for few."""

from __future__ import annotations

from math import log2
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import netc
from netc.graph import Value
from netc.types import TensorType
from netc.verification.search import Chain, chain, first_wrong

SCALAR = TensorType(())


def drawn(seed: int, count: int) -> Chain:
    """Values that each read one to three earlier ones, mostly near ones; the first reads inputs alone."""
    chance = Random(seed)
    values = [Value(f"v{place}", SCALAR) for place in range(count)]
    reads = {
        value: tuple(
            {
                values[max(0, place - 1 - int(chance.expovariate(0.5)))]: None
                for _ in range(chance.randint(1, 3))
            }
        )
        if place
        else ()
        for place, value in enumerate(values)
    }
    return Chain({value: value.name for value in values}, reads)


def behind(chain: Chain, culprits: set[Value]) -> set[Value]:
    """The culprits, and all that is made from them."""
    wrong: set[Value] = set()
    for value, reads in chain.reads.items():
        if value in culprits or not wrong.isdisjoint(reads):
            wrong.add(value)
    return wrong


@settings(max_examples=150)
@given(st.integers(0, 10**6), st.integers(1, 300), st.data())
def test_one_culprit_is_found_in_few_trials(seed: int, count: int, data: st.DataObject) -> None:
    drawn_chain = drawn(seed, count)
    end = list(drawn_chain.reads)[-1]
    ancestors = drawn_chain.before([end])
    culprit = ancestors[data.draw(st.integers(0, len(ancestors) - 1))]
    wrong = behind(drawn_chain, {culprit})
    asked: set[Value] = set()

    def agrees(value: Value) -> bool:
        asked.add(value)
        return value not in wrong

    assert first_wrong(drawn_chain, [end], agrees) is culprit
    # Wrong values among right ones (other branches) may start the halving again, on a shorter way each time.
    assert len(asked) <= 4 * (log2(len(ancestors)) + 4)


@settings(max_examples=150)
@given(st.integers(0, 10**6), st.integers(1, 60), st.data())
def test_whatever_is_wrong_what_is_found_reads_nothing_wrong(
    seed: int, count: int, data: st.DataObject
) -> None:
    drawn_chain = drawn(seed, count)
    values = list(drawn_chain.reads)
    wrong = set(data.draw(st.lists(st.sampled_from(values))))
    found = first_wrong(drawn_chain, values[-1:], lambda value: value not in wrong)
    if found is None:
        assert values[-1] not in wrong
    else:
        assert found in wrong
        assert wrong.isdisjoint(drawn_chain.reads[found])


def test_where_every_end_agrees_there_is_none() -> None:
    assert first_wrong(drawn(1, 9), list(drawn(1, 9).reads)[-1:], lambda _: True) is None


NET = """\
netc: 1
input: [3, 8, 8]
layers:
  - {conv: 4, kernel: 3, norm: batch, act: relu}
  - {dropout: 0.5}
  - residual: [{conv: 4, kernel: 3, padding: same}]
  - {global_pool: avg, name: last}
"""


@pytest.mark.parametrize(
    ("gone", "text"),
    [
        (
            (),
            "conv1.conv:0 < \n"
            "conv1.norm:0 < conv1.conv:0\n"
            "conv1.act:0 < conv1.norm:0\n"
            "residual1.conv1:0 < conv1.act:0\n"
            "residual1:0 < residual1.conv1:0 conv1.act:0\n"
            "output < residual1:0",
        ),
        (
            ("conv1.conv:0", "residual1.conv1:0"),
            "conv1.norm:0 < \nconv1.act:0 < conv1.norm:0\nresidual1:0 < conv1.act:0\noutput < residual1:0",
        ),
    ],
)
def test_what_a_file_lacks_is_stepped_over(gone: tuple[str, ...], text: str) -> None:
    graph = netc.loads(NET).graph
    model = netc.loads(NET).compile("onnx", optimize=False)
    made = {name for node in model.graph.node for name in node.output} - {*gone}
    found = chain(graph, made)
    lines = [
        f"{found.names[value]} < {' '.join(found.names[one] for one in reads)}"
        for value, reads in found.reads.items()
    ]
    assert "\n".join(lines) == text
