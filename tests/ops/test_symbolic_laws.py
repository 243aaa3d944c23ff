"""Shape laws of symbolic sizes say what the same laws say of each number they stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netc.errors import Mistake
from netc.layers.window import pad_amounts
from netc.ops.conv import Conv
from netc.ops.dense import Linear
from netc.ops.elementwise import Combine
from netc.ops.pool import AdaptivePool, GlobalPool, MaxPool
from netc.ops.shape import Concat, Flatten, Slice
from netc.ops.window import Windows, ceil_remainder, dilated, same_pads
from netc.types import TensorType, shape_text
from netc.types.dims import ceil_divide, equal
from netc.types.facts import Facts
from netc.types.symbolic import symbol

if TYPE_CHECKING:
    from netc.layers.options import Padding
    from netc.ops import Op
    from netc.types import Dim

H, W = symbol("H", Facts()), symbol("W", Facts())
LARGE = symbol("H", Facts(min=40))

kernels, strides, dilations = st.integers(1, 6), st.integers(1, 5), st.integers(1, 3)
sizes = st.integers(40, 80)
WORDS: tuple[Padding, ...] = ("valid", "same")
paddings: st.SearchStrategy[Padding] = st.one_of(
    st.sampled_from(WORDS),
    st.integers(0, 4),
    st.tuples(st.tuples(st.integers(0, 3), st.integers(0, 3))),
)


def value(dim: Dim, size: int) -> int:
    return dim if isinstance(dim, int) else dim.at({"H": size, "W": size})


@settings(max_examples=150)
@given(kernels, strides, paddings, dilations, sizes)
def test_windows_over_a_symbol_are_those_over_its_value(
    kernel: int, stride: int, padding: Padding, dilation: int, size: int
) -> None:
    symbolic = pad_amounts(padding, (LARGE,), (kernel,), (stride,), (dilation,))
    concrete = pad_amounts(padding, (size,), (kernel,), (stride,), (dilation,))
    assert tuple(value(side, size) for side in symbolic[0]) == concrete[0]
    [count] = Windows((kernel,), (stride,), symbolic, (dilation,)).counts((LARGE,), "conv")
    [wanted] = Windows((kernel,), (stride,), concrete, (dilation,)).counts((size,), "conv")
    assert value(count, size) == wanted


@settings(max_examples=100)
@given(kernels, strides, st.integers(0, 5), st.integers(0, 5), sizes)
def test_rounding_up_over_a_symbol_adds_what_it_adds_over_its_value(
    kernel: int, stride: int, before: int, after: int, size: int
) -> None:
    pads = min(before, kernel - 1), min(after, kernel - 1)
    assert value(ceil_remainder(LARGE, kernel, stride, pads), size) == ceil_remainder(
        size, kernel, stride, pads
    )


@settings(max_examples=100)
@given(kernels, strides, dilations)
def test_same_is_written_as_the_ceiling_that_it_is(kernel: int, stride: int, dilation: int) -> None:
    pads = same_pads(H, dilated(kernel, dilation), stride)
    assert Windows((kernel,), (stride,), (pads,), (dilation,)).counts((H,), "conv") == (
        ceil_divide(H, stride),
    )


def image(channels: int, *spatial: Dim) -> TensorType:
    return TensorType((channels, *spatial))


@pytest.mark.parametrize(
    ("op", "inputs", "output"),
    [
        (
            Conv(64, (7, 7), (2, 2), ((3, 3), (3, 3)), (1, 1), 1, bias=True),
            [image(3, H, W)],
            "64×ceil(H/2)×ceil(W/2)",
        ),
        (Conv(8, (3,), (1,), ((1, 1),), (1,), 1, bias=True), [image(3, H)], "8×H"),
        (Conv(8, (1, 1), (3, 3), ((0, 0), (0, 0)), (1, 1), 1, bias=True), [image(3, H, 9)], "8×ceil(H/3)×3"),
        (MaxPool((2, 2), (2, 2), ((0, 0), (0, 0))), [image(3, H + 1, 8)], "3×ceil(H/2)×4"),
        (GlobalPool("avg", keepdims=False), [image(8, H, W)], "8"),
        (GlobalPool("avg", keepdims=True), [image(8, H, W)], "8×1×1"),
        (AdaptivePool("avg", (1, 4)), [image(8, H, 4 * W)], "8×1×4"),
        (Flatten(1), [image(8, H, W)], "8×H·W"),
        (Flatten(0), [image(8, H, W)], "8·H·W"),
        (Concat(0), [image(8, H - H // 2), image(4, (H + 1) // 2)], "12×(H − floor(H/2))"),
        (Concat(1), [image(8, H, W), image(8, 3, W)], "8×(H + 3)×W"),
        (Slice(1, 1, H, 2), [image(8, H + 1)], "8×floor(H/2)"),
        (Combine("add"), [image(8, H, W), image(8, H, W)], "8×H×W"),
        (Combine("mul"), [image(8, H, W), image(8, 1, 1)], "8×H×W"),
        (Combine("mul"), [image(8, 1, W), image(8, H, 1)], "8×H×W"),
        (Linear(5, bias=True, axis="channels"), [TensorType((H, 7), layout="sequence")], "H×5"),
    ],
)
def test_a_law_carries_symbols(op: Op, inputs: list[TensorType], output: str) -> None:
    assert shape_text(op.infer(*inputs).shape) == output


@pytest.mark.parametrize(
    ("op", "inputs", "said"),
    [
        (
            MaxPool((2, 2), (2, 2), ((0, 0), (0, 0))),
            [image(8, H, W // 4)],
            "E402 the window of `pool` is larger than its padded input: 2 along H, the input is H×floor(W/4); "
            "H = 1: 2 > 1 (`dims: {H: {min: 2}, W: {min: 8}}` would fix it)",
        ),
        (
            Conv(8, (5, 5), (1, 1), ((1, 1), (1, 1)), (1, 1), 1, bias=True),
            [image(8, 9, H // 8)],
            "E402 the window of `conv` is larger than its padded input: 5 along W, the input is 9×floor(H/8) "
            "(padded to floor(H/8) + 2); H = 1: 5 > 2 (`dims: {H: {min: 24}}` would fix it)",
        ),
        (
            Conv(8, (5, 5), (1, 1), ((1, 1), (1, 1)), (1, 1), 1, bias=True),
            [image(8, 1, H)],
            "E402 the window of `conv` is larger than its padded input: 5 > 3 along H, the input is 1×H "
            "(padded to 3) (use a smaller kernel, more padding, or fewer strides before it)",
        ),
        (
            AdaptivePool("avg", (4, 7)),
            [image(8, 4 * H, W)],
            "E407 `to` must divide a symbolic size, or be 1: 7 bins of W, the input is 4·H×W; W = 1: 7 bins of 1 "
            "(`dims: {W: {multiple_of: 7}}` would fix it)",
        ),
        (
            Combine("add"),
            [image(8, H), image(8, 2 * (H // 2))],
            "E404 `add` needs equal shapes: value 1: 8×H, value 2: 8×2·floor(H/2); H = 1: 8×1 and 8×0 "
            "(`dims: {H: {multiple_of: 2}}` would fix it)",
        ),
        (
            Combine("add"),
            [image(8, H), image(8, H - 2)],
            "E404 `add` needs equal shapes: value 1: 8×H, value 2: 8×(H − 2); H = 1: 8×1 and 8×-1 "
            "(equal strides and `padding: same` on the way to each keep the sizes together)",
        ),
        (
            Concat(0),
            [image(8, H, 3), image(4, W, 3)],
            "E404 `concat` needs equal shapes but for its axis: value 1: 8×H×3, value 2: 4×W×3; H = 2, W = 1: "
            "2×3 and 1×3 (equal strides and `padding: same` on the way to each keep the sizes together)",
        ),
    ],
)
def test_a_law_that_fails_names_the_smallest_sizes_that_break_it(
    op: Op, inputs: list[TensorType], said: str
) -> None:
    with pytest.raises(Mistake) as caught:
        op.infer(*inputs)
    mistake = caught.value
    assert f"{mistake.code} {mistake.message}: {mistake.label} ({mistake.help})" == said


def test_a_parameter_has_a_number_of_elements() -> None:
    with pytest.raises(Mistake) as caught:
        Linear(10, bias=True, axis="channels").parameters(Flatten(0).infer(image(64, H, W)))
    mistake = caught.value
    assert (mistake.code, mistake.message) == (
        "E409",
        "a number is needed for the features that `linear` reads",
    )
    assert (mistake.label, mistake.help) == (
        "64·H·W here",
        "`global_pool` leaves the channels alone, or give `H` and `W` a number in the input's shape",
    )


def test_costs_are_symbolic() -> None:
    op = Conv(64, (7, 7), (2, 2), ((3, 3), (3, 3)), (1, 1), 1, bias=True)
    x = image(3, H, W)
    assert str(op.multiply_adds(op.infer(x), x)) == "9408·ceil(H/2)·ceil(W/2)"
    assert str(x.bytes) == "12·H·W"
    assert equal(x.elements, 3 * W * H)
