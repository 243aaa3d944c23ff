"""The expression for a symbolic size has its value."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from netc.types.dims import Dim
from netc.types.facts import Facts
from netc.types.symbolic import symbol
from netc_torch.sizes import dim_text

H, W = symbol("H", Facts()), symbol("W", Facts(multiple_of=6))


@st.composite
def dims(draw: st.DrawFn) -> Dim:
    """Sizes made of a few steps."""
    dim: Dim = draw(st.sampled_from([H, W]))
    for step in draw(st.lists(st.sampled_from("+-*/nw"), max_size=6)):
        number = draw(st.integers(1, 9))
        match step:
            case "+":
                dim = dim + number
            case "-":
                dim = number - dim
            case "*":
                dim = dim * number
            case "/":
                dim = dim // number
            case "n":
                dim = dim + number * H
            case _:
                dim = dim * W
    return dim


@given(dims(), st.integers(1, 60), st.integers(1, 10))
def test_it_reads_as_the_size_is(dim: Dim, height: int, sixths: int) -> None:
    text = dim_text(dim, {"H": "x.shape[2]", "W": "y.shape[3]"})
    found = eval(text.replace("x.shape[2]", str(height)).replace("y.shape[3]", str(6 * sixths)))
    assert found == (dim if isinstance(dim, int) else dim.at({"H": height, "W": 6 * sixths}))
