"""What is said to be dropped is what no window reads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from netc.elaborate import Elaborated
from netc.graph import Graph, Output, Value
from netc.graph.builder import Builder
from netc.lint.finding import Subject
from netc.lint.windows import dropped
from netc.ops.conv import Conv
from netc.types import TensorType
from netc.types.facts import Facts
from netc.types.symbolic import symbol
from tests.lint.warned import warned

if TYPE_CHECKING:
    from netc.types import Dim

sizes = st.integers(1, 30)
small = st.integers(1, 5)


@settings(max_examples=150)
@given(sizes, small, small, st.integers(1, 3), st.integers(0, 3), st.integers(0, 3))
def test_dropped_is_what_lies_behind_the_last_window(
    extent: int, kernel: int, stride: int, dilation: int, before: int, after: int
) -> None:
    window = dilation * (kernel - 1) + 1
    starts = range(-before, extent + after - window + 1, stride)
    text = (
        f"netc: 1\ninput: [1, {extent}]\nlayers:\n  - {{conv: 1, kernel: {kernel}, stride: {stride}, "
        f"dilation: {dilation}, padding: [[{before}, {after}]]}}\n"
    )
    found = {one.code: one.label for one in warned(text)}
    if not starts:
        assert list(found) == ["E402"]
        return
    assert ("W102" in found) == (kernel > 1 and stride > window)
    lost = max(0, extent - max(starts[-1] + window, 0))
    expected = lost if kernel > 1 and stride <= window else 0
    assert int((re.findall(r"^\d+", found.get("W103", "0")))[0]) == expected


def lost(size: Dim, kernel: int, stride: int) -> list[str]:
    """What W103 says of a convolution without padding over one axis of this size."""
    builder = Builder()
    x = Value("input", TensorType((1, size)), is_input=True)
    op = Conv(1, (kernel,), (stride,), ((0, 0),), (1,), 1, bias=False)
    value = builder.emit(op, (x,), path="conv1", layer="conv1", initializers={}, train_only=False)
    output = Output("output", value, train_only=False)
    graph = Graph("net", "", (x,), (output,), tuple(builder.nodes), builder.parameters, {})
    return [found.mistake.label for found in dropped(Subject(Elaborated(graph, {}, whole=True), {}))]


def test_along_a_symbolic_axis_it_counts_where_it_holds_for_every_size() -> None:
    even = symbol("W", Facts(min=32, multiple_of=32))
    assert lost(symbol("W", Facts(min=32)), 3, 2) == []  # an odd size drops nothing
    assert lost(even, 3, 2) == ["1 of W elements is dropped"]
    assert lost(even, 2, 2) == []
    assert lost(even + 1, 3, 2) == []
    assert lost(even, 3, 3) == []
