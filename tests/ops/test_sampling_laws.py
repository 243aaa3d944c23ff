"""Laws of sample norms, upsampling and shuffles, of sizes that are symbols, too."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netc.errors import Mistake
from netc.ops.group_norm import GroupNorm, InstanceNorm, L2Norm, RmsNorm
from netc.ops.shuffle import ChannelShuffle, PixelShuffle, PixelUnshuffle
from netc.ops.upsample import Upsample
from netc.types import TensorType, shape_text
from netc.types.facts import Facts
from netc.types.symbolic import symbol

small = st.integers(1, 6)
FREE = TensorType((8, symbol("H", Facts()), symbol("W", Facts())))
TWO = TensorType((8, symbol("H", Facts(min=2)), symbol("W", Facts())))


@settings(max_examples=50)
@given(small, small, small, small)
def test_shuffling_and_unshuffling_keep_the_elements_and_undo_each_other(
    factor: int, channels: int, height: int, width: int
) -> None:
    x = TensorType((channels * factor**2, height, width))
    y = PixelShuffle(factor).infer(x)
    assert y.shape == (channels, height * factor, width * factor)
    assert y.elements == x.elements
    assert PixelUnshuffle(factor).infer(y) == x


@settings(max_examples=50)
@given(st.integers(1, 60), st.integers(1, 60))
def test_the_groups_that_a_message_proposes_fit(channels: int, groups: int) -> None:
    x = TensorType((channels, 2))
    try:
        ChannelShuffle(groups).infer(x)
    except Mistake as mistake:
        assert channels % groups
        first = mistake.help.split()[0]
        if mistake.help.endswith("groups would fit"):
            assert 1 < int(first) < channels
            ChannelShuffle(int(first)).infer(x)
        else:
            assert first == str(channels)
            assert all(channels % n for n in range(2, channels))
    else:
        assert channels % groups == 0


def test_one_position_is_one_too_few_for_what_is_normalised_over_positions() -> None:
    for op in (GroupNorm(8, 1e-5, affine=True), InstanceNorm(1e-5, affine=True)):
        with pytest.raises(Mistake) as caught:
            op.infer(FREE)
        assert caught.value.code == "E407"
        assert caught.value.label.endswith("given a feature map 8×H×W; H = 1, W = 1: 1 element")
        assert caught.value.help == "`dims: {H: {min: 2}, W: {min: 2}}` would fix it"
        op.infer(TWO)


def test_symbols_carry_through() -> None:
    for op in (GroupNorm(2, 1e-5, affine=True), InstanceNorm(1e-5, affine=True)):
        assert op.infer(TWO) == TWO
        assert [parameter.shape for parameter in op.parameters(TWO)] == [(8,), (8,)]
    assert RmsNorm(1e-5, affine=True).infer(FREE) == L2Norm(1e-5).infer(FREE) == FREE
    assert ChannelShuffle(2).infer(FREE) == FREE
    longer = Upsample((2, 3), "linear", align_corners=False).infer(FREE)
    assert shape_text(longer.shape) == "8×2·H×3·W"
    assert shape_text(PixelUnshuffle(2).infer(PixelShuffle(2).infer(FREE)).shape) == "8×H×W"


def test_a_symbol_that_a_factor_need_not_divide_is_named_with_the_fact_that_it_lacks() -> None:
    even = TensorType((8, symbol("H", Facts(multiple_of=4)), symbol("W", Facts(multiple_of=2))))
    assert shape_text(PixelUnshuffle(2).infer(even).shape) == "32×H/2×W/2"
    with pytest.raises(Mistake) as caught:
        PixelUnshuffle(2).infer(FREE)
    assert caught.value.code == "E407"
    assert caught.value.label == "H along H, factor 2, the input is H×W; H = 1: 1 by 2"
    assert caught.value.help == "`dims: {H: {multiple_of: 2}}` would fix it"


def test_what_is_sized_by_its_channels_needs_a_number_of_them() -> None:
    x = TensorType((symbol("C", Facts()), 4, 4))
    for op in (
        GroupNorm(2, 1e-5, affine=False),
        InstanceNorm(1e-5, affine=False),
        RmsNorm(1e-5, affine=True),
        PixelShuffle(2),
        PixelUnshuffle(2),
        ChannelShuffle(2),
    ):
        with pytest.raises(Mistake, match="a number is needed for the channels of") as caught:
            op.infer(x)
        assert caught.value.code == "E409"
    assert L2Norm(1e-5).infer(x) == RmsNorm(1e-5, affine=False).infer(x) == x
    assert shape_text(Upsample((2, 2), "nearest", align_corners=False).infer(x).shape) == "C×8×8"
