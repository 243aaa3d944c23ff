"""Symbolic sizes compute as the numbers do that they stand for, and are written as people write them."""

from __future__ import annotations

import copy
import pickle
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netc.errors import Mistake
from netc.types.dims import by_residue, ceil_divide, product, shape_text, simplest
from netc.types.facts import Facts
from netc.types.symbolic import symbol

if TYPE_CHECKING:
    from collections.abc import Callable

    from netc.types import Dim

FREE = Facts()
H, W = symbol("H", FREE), symbol("W", FREE)
G = symbol("G", Facts(multiple_of=32))

Pair = tuple["Dim", "Callable[[int, int], int]"]
"""A size, and what it is at numbers for H and W."""


def value(dim: Dim, h: int, w: int = 1) -> int:
    return dim if isinstance(dim, int) else dim.at({"H": h, "W": w, "G": h})


LEAVES: list[Pair] = [
    (H, lambda h, w: h),
    (W, lambda h, w: w),
    (1, lambda h, w: 1),
    (-3, lambda h, w: -3),
    (5, lambda h, w: 5),
]


def step(way: str, first: Pair, second: Pair, divisor: int) -> Pair:
    (a, f), (b, g) = first, second
    match way:
        case "+":
            return a + b, lambda h, w: f(h, w) + g(h, w)
        case "-":
            return a - b, lambda h, w: f(h, w) - g(h, w)
        case "*":
            return a * b, lambda h, w: f(h, w) * g(h, w)
        case "/":
            return a // divisor, lambda h, w: f(h, w) // divisor
        case _:
            return ceil_divide(a, divisor), lambda h, w: -(-f(h, w) // divisor)


@st.composite
def sizes(draw: st.DrawFn, steps: int = 6) -> Pair:
    """Random arithmetic, done on sizes and on numbers side by side."""
    known = list(LEAVES)
    for _ in range(draw(st.integers(1, steps))):
        first, second = draw(st.sampled_from(known)), draw(st.sampled_from(known))
        known.append(step(draw(st.sampled_from("+-*/c")), first, second, draw(st.integers(1, 6))))
    return known[-1]


@settings(max_examples=200)
@given(sizes(), st.integers(1, 50), st.integers(1, 50))
def test_a_canonical_form_has_the_value_of_the_arithmetic_that_made_it(pair: Pair, h: int, w: int) -> None:
    dim, direct = pair
    assert value(dim, h, w) == direct(h, w)


@settings(max_examples=100)
@given(sizes(), st.integers(1, 50), st.integers(1, 50))
def test_the_simplest_form_is_the_same_size(pair: Pair, h: int, w: int) -> None:
    assert value(simplest(pair[0]), h, w) == pair[1](h, w)


@settings(max_examples=100)
@given(sizes(), sizes())
def test_equal_forms_have_equal_hashes_and_sums_commute(first: Pair, second: Pair) -> None:
    assert first[0] + second[0] == second[0] + first[0]
    assert hash(first[0] * second[0]) == hash(second[0] * first[0])
    assert first[0] - first[0] == 0


@settings(max_examples=100)
@given(sizes(), st.integers(1, 9), st.data())
def test_a_table_by_residue_is_read_at_the_remainder(pair: Pair, modulus: int, data: st.DataObject) -> None:
    table = data.draw(st.lists(st.integers(-9, 9), min_size=modulus, max_size=modulus))
    dim = by_residue(pair[0], modulus, table.__getitem__)
    for h, w in ((1, 1), (2, 5), (7, 3), (12, 8)):
        assert value(dim, h, w) == table[pair[1](h, w) % modulus]


@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 9), st.integers(0, 9))
def test_nested_floors_collapse(a: int, c: int, inner: int, outer: int) -> None:
    """⌊(⌊(H + i)/a⌋ + o)/c⌋ = ⌊(H + i + oa)/(ac)⌋."""
    assert ((H + inner) // a + outer) // c == (H + inner + outer * a) // (a * c)


@pytest.mark.parametrize(
    ("dim", "text"),
    [
        (H, "H"),
        (2 * H, "2·H"),
        (H * W, "H·W"),
        (-H, "−H"),
        (H - W - 1, "H − W − 1"),
        (W - H - 1, "W − H − 1"),
        (1 - H, "−H + 1"),
        (ceil_divide(H, 2), "ceil(H/2)"),
        (-(-H // 2), "ceil(H/2)"),
        ((H + 2 - 3) // 2 + 1, "ceil(H/2)"),
        ((H - 3) // 2 + 1, "floor((H − 1)/2)"),
        (ceil_divide(ceil_divide(ceil_divide(H, 2), 2), 2), "ceil(H/8)"),
        (H // 2 + 3, "floor(H/2) + 3"),
        (H // 2 - 4, "floor(H/2) − 4"),
        (3 * H // 2, "floor(3·H/2)"),
        ((H + W) // 3, "floor((H + W)/3)"),
        ((H + W + 2) // 3, "ceil((H + W)/3)"),
        (9408 * ceil_divide(H, 2) * ceil_divide(W, 2), "9408·ceil(H/2)·ceil(W/2)"),
        (H * (W // 2) // 3, "floor(H·floor(W/2)/3)"),
        (ceil_divide(G, 2), "G/2"),
        (ceil_divide(G, 2) + 1, "G/2 + 1"),
        (3 * G // 64, "floor(3·G/64)"),
        (G // 64, "floor(G/64)"),
        ((G // 2 + 1) // 3, "floor((G + 2)/6)"),
        (G * H // 4, "G·H/4"),
        (G * G, "G·G"),
    ],
)
def test_a_size_is_written_in_its_symbols(dim: Dim, text: str) -> None:
    assert (str(dim), f"{dim:,}", f"{dim}") == (text, text, text)


def test_sums_stand_in_parentheses_in_a_shape() -> None:
    assert shape_text((64, H + 2, ceil_divide(H + W, 2), G // 2)) == "64×(H + 2)×ceil((H + W)/2)×G/2"


def test_a_result_without_symbols_is_a_number() -> None:
    results = [H - H, (H + 5) - H, 2 * (H // 2) - H // 2 - H // 2, G // 32 * 32 - G + 7, product((H, 0))]
    assert results == [0, 5, 0, 7, 0]
    assert all(type(result) is int for result in results)


def test_a_symbol_that_can_have_one_value_alone_is_that_number() -> None:
    assert symbol("H", Facts(min=33, max=70, multiple_of=32)) == 64


def test_a_size_has_no_truth_no_order_and_no_remainder() -> None:
    wrong: list[Callable[[], object]] = [
        lambda: bool(H),
        lambda: H < 3,  # type: ignore[operator]  # that is the point
        lambda: H % 2,  # type: ignore[operator]  # likewise
        lambda: int(H),  # type: ignore[arg-type]  # likewise
        lambda: [1, 2, 3][H],  # type: ignore[index]  # likewise
        lambda: H // W,  # type: ignore[operator]  # likewise
        lambda: H + "1",  # type: ignore[operator]  # likewise
    ]
    for claim in wrong:
        with pytest.raises(TypeError):
            claim()
    with pytest.raises(ValueError, match="divided by positive numbers, not by 0"):
        ceil_divide(H, 0)
    assert H != 1
    assert W != H


def test_a_size_survives_copies_and_pickles() -> None:
    dim = H * (W // 2) + 3
    for twin in (pickle.loads(pickle.dumps(dim)), copy.deepcopy(dim)):
        assert twin == dim
        assert hash(twin) == hash(dim)


def test_floors_nest_64_deep_at_most() -> None:
    def nested(depth: int) -> Dim:
        dim = H
        for _ in range(depth):
            dim = (3 * dim + 1) // 7
        return dim

    assert str(nested(64)).count("floor") == 64
    with pytest.raises(Mistake, match="nests more than 64 floors") as caught:
        nested(65)
    assert caught.value.code == "E104"


def test_a_floor_holds_1000_parts_at_most() -> None:
    with pytest.raises(Mistake, match=r"more than 1,000 parts") as caught:  # noqa: PT012  # which step is no matter
        dim = H
        for _ in range(60):
            dim = (2 * dim + 1) // 7 + (3 * dim + 1) // 5
    assert caught.value.code == "E104"
