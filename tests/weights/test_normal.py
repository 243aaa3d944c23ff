"""Our logarithm, sine and cosine against the standard library's."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from netc.weights.normal import circle, logarithm, normals, uniforms

WORDS = st.integers(0, 2**64 - 1)
ULP = 2.0**-52


def test_a_uniform_number_is_a_words_upper_53_bits() -> None:
    words = np.array([0, 2**11 - 1, 2**11, 2**63, 2**64 - 1], np.uint64)
    assert uniforms(words).tolist() == [0.0, 0.0, 2.0**-53, 0.5, 1.0 - 2.0**-53]


@given(st.integers(1, 2**53).map(lambda whole: whole * 2.0**-53))
def test_the_logarithm_is_within_four_units_in_the_last_place(number: float) -> None:
    assert math.isclose(logarithm(np.array([number]))[0], math.log(number), rel_tol=4 * ULP)


def test_the_logarithm_of_one_is_zero_and_of_the_least_uniform_finite() -> None:
    assert logarithm(np.array([1.0, 2.0**-53])).tolist() == [0.0, -53 * math.log(2)]


@given(st.integers(0, 2**53 - 1).map(lambda whole: whole * 2.0**-53))
def test_cosine_and_sine_of_turns(turns: float) -> None:
    cosine, sine = circle(np.array([turns]))
    assert abs(cosine[0] - math.cos(2 * math.pi * turns)) < 5 * ULP
    assert abs(sine[0] - math.sin(2 * math.pi * turns)) < 5 * ULP


def test_quarter_turns_are_exact() -> None:
    cosine, sine = circle(np.array([0.0, 0.25, 0.5, 0.75, 1.0]))
    assert cosine.tolist() == [1, 0, -1, 0, 1]
    assert sine.tolist() == [0, 1, 0, -1, 0]


@given(WORDS, WORDS)
def test_a_pair_of_normals_is_what_box_and_muller_say(first: int, second: int) -> None:
    u, v = ((first >> 11) + 1) * 2.0**-53, (second >> 11) * 2.0**-53
    radius, angle = math.sqrt(-2 * math.log(u)), 2 * math.pi * v
    expected = [radius * math.cos(angle), radius * math.sin(angle)]
    numbers = normals(np.array([first, second], np.uint64))
    np.testing.assert_allclose(numbers, expected, rtol=1e-14, atol=1e-14)
