"""Differences, and what is no difference but a mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from netc.verification.comparison import FLOOR, compared, largest_difference

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

NAN, INF = np.nan, np.inf


def array(*numbers: float) -> Floats:
    return np.array(numbers, np.float32)


@pytest.mark.parametrize(
    ("found", "expected", "difference"),
    [
        (array(1, 2, 4), array(1, 2, 4), 0.0),
        (array(1, 2, 3), array(1, 2, 4), 0.25),
        (array(-4.5, 0, 0), array(-4, 0, 0), 0.125),
        (array(0, 1e-8), array(0, 0), 1e-8 / FLOOR),
        (array(2e-7), array(1e-7), 0.1),
        (array(), array(), 0.0),
        (array(-INF, 1), array(-INF, 2), 0.5),
        (array(-INF), array(-INF), 0.0),
    ],
)
def test_the_largest_difference_is_relative_to_the_largest_element(
    found: Floats,
    expected: Floats,
    difference: float,
) -> None:
    assert largest_difference(found, expected) == pytest.approx(difference, rel=1e-6)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (array(INF, 1), array(-INF, 2)),
        (array(INF, 1), array(2, 2)),
        (array(NAN, 1), array(1, 1)),
        (array(NAN, 1), array(NAN, 1)),
        (array(1, 1), array(NAN, 1)),
    ],
)
def test_what_is_no_number_agrees_with_nothing(
    found: Floats,
    expected: Floats,
) -> None:
    assert largest_difference(found, expected) is None


def test_bytes_are_compared_as_numbers() -> None:
    assert largest_difference(np.array([0, 255], np.uint8), np.array([1, 255], np.uint8)) == 1 / 255


@pytest.mark.parametrize(
    ("found", "problem"),
    [
        ({}, "the output `a` is missing: there is none"),
        ({"b": array(1), "c": array(1)}, "the output `a` is missing: there are `b`, `c`"),
        ({"a": array(1, 2), "b": array(1)}, "the output `a` is 2, and torch's is 1"),
        ({"a": array(NAN), "b": array(1)}, "the output `a` holds NaN, where torch has numbers"),
        ({"a": array(INF), "b": array(1)}, "the output `a` holds infinities, where torch has numbers"),
    ],
)
def test_what_cannot_be_compared_is_a_problem(found: dict[str, Floats], problem: str) -> None:
    seen = compared(found, {"a": array(1), "b": array(1)})
    assert (seen.output, seen.difference, seen.problem) == ("a", None, problem)
    assert not seen.within(1e9)


def test_the_worst_output_counts() -> None:
    expected = {"a": array(1), "b": array(1), "c": array(1)}
    seen = compared({"a": array(1), "b": array(1.5), "c": array(1.25)}, expected)
    assert tuple(seen) == ("b", 0.5, "")
    assert seen.within(0.5)
    assert not seen.within(0.4)
