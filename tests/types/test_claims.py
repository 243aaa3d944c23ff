"""Claims about symbolic sizes agree with trying every size, and their refutations are the smallest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from netc.types.dims import (
    at_least,
    divides,
    equal,
    equal_shapes,
    largest,
    refute_at_least,
    refute_divides,
    refute_equal,
    refute_shapes,
    smallest,
)
from netc.types.facts import Facts
from netc.types.symbolic import substitute, symbol, symbols_of, terms_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from netc.types import Dim

H, W = symbol("H", Facts()), symbol("W", Facts())


@st.composite
def linear(draw: st.DrawFn, size: Dim) -> Dim:
    """A size of one symbol, linear in nested floors."""
    dim = size
    for _ in range(draw(st.integers(1, 4))):
        scale, shift, divisor = draw(st.integers(1, 3)), draw(st.integers(-4, 4)), draw(st.integers(1, 5))
        step = (scale * dim + shift) // divisor
        dim = draw(st.sampled_from([step, step + dim, step - dim, dim - 2 * step]))
    return dim


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    """Facts that leave at least two sizes, and few enough to try."""
    multiple, least, count = draw(st.integers(1, 6)), draw(st.integers(1, 9)), draw(st.integers(1, 60))
    return Facts(least, (-(-least // multiple) + count) * multiple, multiple)


def sizes(known: Facts) -> range:
    """Every size that facts with a largest allow."""
    assert known.max is not None
    return range(-(-known.min // known.multiple_of) * known.multiple_of, known.max + 1, known.multiple_of)


def value(dim: Dim, h: int, w: int = 1) -> int:
    return dim if isinstance(dim, int) else dim.at({"H": h, "W": w})


def first(found: Iterable[int]) -> dict[str, int]:
    """The smallest of the sizes that break a claim, as a refutation has it."""
    smallest_broken = min(found, default=None)
    return {} if smallest_broken is None else {"H": smallest_broken}


@settings(max_examples=200)
@given(facts(), st.data())
def test_claims_in_one_symbol_are_what_trying_every_size_finds(known: Facts, data: st.DataObject) -> None:
    size = symbol("H", known)
    a, b = data.draw(linear(size)), data.draw(linear(size))
    assume(symbols_of(terms_of(a)) or symbols_of(terms_of(b)))
    factor = data.draw(st.integers(2, 6))
    claims: list[tuple[object, Callable[[int], bool]]] = [
        (refute_equal(a, b), lambda h: value(a, h) == value(b, h)),
        (refute_at_least(a, b), lambda h: value(a, h) >= value(b, h)),
        (refute_divides(factor, a), lambda h: value(a, h) % factor == 0),
    ]
    assert [equal(a, b), at_least(a, b), divides(factor, a)] == [why is None for why, _ in claims]
    for why, holds in claims:
        broken = [h for h in sizes(known) if not holds(h)]
        if why is None or not getattr(why, "symbols", ()):  # two numbers have no size to name
            assert bool(broken) == (why is not None)
        else:
            assert getattr(why, "values", None) == first(broken)


@settings(max_examples=100)
@given(st.integers(1, 5), st.data())
def test_without_a_largest_size_the_first_thousand_say_the_same(multiple: int, data: st.DataObject) -> None:
    size = symbol("H", Facts(multiple_of=multiple))
    a, b = data.draw(linear(size)), data.draw(linear(size))
    tried = range(multiple, 5000 * multiple, multiple)
    why = refute_at_least(a, b)
    broken = (h for h in tried if value(a, h) < value(b, h))
    smallest_broken = next(broken, None)
    if smallest_broken is not None:
        assert why is not None
        assert why.values.get("H", smallest_broken) == smallest_broken
    elif why is not None:
        assert why.values["H"] >= tried.stop


@settings(max_examples=100)
@given(facts(), facts(), st.data())
def test_sums_over_two_symbols_are_what_trying_every_pair_finds(
    of_h: Facts, of_w: Facts, data: st.DataObject
) -> None:
    a = data.draw(linear(symbol("H", of_h)))
    b = data.draw(linear(symbol("W", of_w)))
    assume(symbols_of(terms_of(a)) and symbols_of(terms_of(b)))
    broken = [(h, w) for h in sizes(of_h) for w in sizes(of_w) if value(a, h) < value(b, 1, w)]
    why = refute_at_least(a, b)
    assert (why is None) == (not broken)
    if why is not None:
        assert (why.values["H"], why.values["W"]) in broken
    unequal = [(h, w) for h in sizes(of_h) for w in sizes(of_w) if value(a, h) != value(b, 1, w)]
    why = refute_equal(a, b)
    assert (why is None) == (not unequal)
    if why is not None:
        assert (why.values["H"], why.values["W"]) in unequal


@settings(max_examples=100)
@given(st.data())
def test_the_facts_that_are_offered_mend_the_claim(data: st.DataObject) -> None:
    a, b = data.draw(linear(H)), data.draw(linear(H))
    for why, still in ((refute_equal(a, b), refute_equal), (refute_at_least(a, b), refute_at_least)):
        if why is None or not why.facts:
            continue
        assert set(why.facts) == {"H"}
        [(fact, bound)] = why.facts["H"].items()
        mended = {"min": Facts(min=bound), "max": Facts(max=bound), "multiple_of": Facts(multiple_of=bound)}
        size = symbol("H", mended[fact])
        assert still(substitute(terms_of(a), {"H": size}), substitute(terms_of(b), {"H": size})) is None
        if fact == "multiple_of":
            for less in range(2, bound):
                coarser = {"H": symbol("H", Facts(multiple_of=less))}
                assert still(substitute(terms_of(a), coarser), substitute(terms_of(b), coarser)) is not None
        else:
            one_more = Facts(min=bound - 1) if fact == "min" else Facts(max=bound + 1)
            wider = {"H": symbol("H", one_more)}
            assert still(substitute(terms_of(a), wider), substitute(terms_of(b), wider)) is not None


def halved(dim: Dim, times: int) -> Dim:
    for _ in range(times):
        dim = -(-dim // 2)
    return dim


@pytest.mark.parametrize(
    ("why", "label", "help_"),
    [
        (
            refute_equal(2 * halved(H, 5), halved(H, 4)),
            "sizes; H = 1: 2 and 1",
            "`dims: {H: {multiple_of: 32}}` would fix it",
        ),
        (refute_at_least(H // 8, 4), "sizes; H = 1: 0 and 4", "`dims: {H: {min: 32}}` would fix it"),
        (refute_at_least(100 - H, 1), "sizes; H = 100: 0 and 1", "`dims: {H: {max: 99}}` would fix it"),
        (refute_divides(4, H // 2), "sizes; H = 2: 1 and 4", "`dims: {H: {multiple_of: 8}}` would fix it"),
        (refute_equal(H, H - 2), "sizes; H = 1: 1 and -1", "the law's own way out"),
        (refute_equal(H, W), "sizes; H = 2, W = 1: 2 and 1", "the law's own way out"),
        (
            refute_at_least(H * W - H, 0),
            "sizes: whether that holds for every `H` and `W` cannot be decided",
            "give `H` and `W` a `multiple_of` under `dims`, or a number in the input's shape",
        ),
        (
            refute_divides(3, H * W),
            "sizes; H = 1, W = 1: 1 and 3",
            "`dims: {H: {multiple_of: 3}, W: {multiple_of: 3}}` would fix it",
        ),
        (refute_equal(3, 4), "sizes", "the law's own way out"),
        (
            refute_shapes((3, 2 * (H // 2), 2 * (W // 2)), (3, H, W)),
            "sizes; H = 1, W = 1: 3×0×0 and 3×1×1",
            "`dims: {H: {multiple_of: 2}, W: {multiple_of: 2}}` would fix it",
        ),
        (refute_shapes((3, 2 * (H // 2)), (4, H)), "sizes", "the law's own way out"),
        (refute_shapes((3, H), (3, H, W)), "sizes", "the law's own way out"),
    ],
)
def test_what_is_said_of_a_claim_that_fails(why: object, label: str, help_: str) -> None:
    from netc.types.refutation import Refutation

    assert isinstance(why, Refutation)
    assert (why.label("sizes"), why.help("the law's own way out")) == (label, help_)


@pytest.mark.parametrize(
    "holds",
    [
        at_least(H, 1),
        at_least(H * W, 1),
        at_least(H * W + H // 2, 1),
        at_least(H + W, 2),
        equal(H * W, W * H),
        equal(H - H // 2, (H + 1) // 2),
        divides(6, 12 * H * W),
        divides(2, 2 * (H // 2)),
        equal_shapes((3, H - H // 2, W), (3, (H + 1) // 2, W)),
        at_least(symbol("K", Facts(min=5, max=9)) * H, 5),
    ],
)
def test_claims_that_hold(holds: bool) -> None:
    assert holds


def test_where_symbols_are_smallest_and_largest() -> None:
    size = symbol("H", Facts(min=30, max=100, multiple_of=32))
    assert (smallest(size // 2), largest(size // 2)) == (16, 48)
    assert (smallest(H + 1), largest(H + 1)) == (2, None)
    assert (smallest(7), largest(7)) == (7, 7)
