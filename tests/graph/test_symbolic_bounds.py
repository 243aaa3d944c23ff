"""Bounds on symbolic sizes: at their symbols' ends, and on how they are written."""

from __future__ import annotations

import pytest

from netc.errors import Mistake
from netc.graph.builder import check_bounds
from netc.types import Dim, TensorType
from netc.types.dims import product
from netc.types.facts import Facts
from netc.types.symbolic import symbol

H, W = symbol("H", Facts()), symbol("W", Facts())
MANY: Dim = sum(H // divisor for divisor in range(2, 100))


def powers(base: Dim, exponent: int) -> Dim:
    return product([base] * exponent)


@pytest.mark.parametrize(
    "shape",
    [
        (3, H, W),
        (2**31 - 1, H),
        (3, symbol("K", Facts(max=2**31 - 1))),
        (3, symbol("K", Facts(max=2**31 - 1)), symbol("L", Facts(max=2**29))),
        (3, powers(H, 64)),
        (MANY, 41 * W),
    ],
)
def test_what_is_within_them(shape: tuple[Dim, ...]) -> None:
    check_bounds(TensorType(shape))


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        (
            (3, 2 * symbol("K", Facts(min=2**30))),
            "a dim is 2^31 or more: 2,147,483,648, where 3×2·K is 3×2147483648",
        ),
        (
            (3, 2 * symbol("K", Facts(max=2**30))),
            "a dim is 2^31 or more: 2,147,483,648, where 3×2·K is 3×2147483648",
        ),
        (
            (4, symbol("K", Facts(max=2**31 - 1)), symbol("L", Facts(max=2**31 - 1))),
            "a tensor has 2^63 elements or more: 18,446,744,056,529,682,436, "
            "where 4×K×L is 4×2147483647×2147483647",
        ),
        ((3, powers(H, 65)), "a symbolic size is too involved: products of 65 in the elements"),
        ((MANY, MANY + 1), "a symbolic size is too involved: 9,702 terms in the elements"),
    ],
)
def test_what_is_beyond_them(shape: tuple[Dim, ...], said: str) -> None:
    with pytest.raises(Mistake) as caught:
        check_bounds(TensorType(shape))
    assert (caught.value.code, f"{caught.value.message}: {caught.value.label}") == ("E104", said)
