"""Pooling layers."""

from __future__ import annotations

import pytest

from tests.elaborate.specs import ops, refused, shapes


def test_a_pools_stride_is_its_kernel_where_none_is_given() -> None:
    assert ops("- {pool: max, kernel: [2, 3]}")["pool1"] == (
        "MaxPool(kernel=(2, 3), stride=(2, 3), pads=((0, 0), (0, 0)))"
    )
    assert ops("- {pool: max, kernel: 3, stride: 1}")["pool1"].startswith(
        "MaxPool(kernel=(3, 3), stride=(1, 1)"
    )
    top = "input: [4, 8, 8]\ndefaults: {pool: {stride: 1}}"
    assert "stride=(1, 1)" in ops("- {pool: max, kernel: 3}", top)["pool1"]


def test_pools_in_1_and_3_spatial_axes() -> None:
    assert shapes("- {pool: avg, kernel: 2}", "input: [4, 9]")["pool1"] == (4, 4)
    assert shapes("- {pool: max, kernel: [1, 2, 3]}", "input: [4, 9, 9, 9]")["pool1"] == (4, 9, 4, 3)


@pytest.mark.parametrize(
    ("padding", "pads", "shape"),
    [
        ("valid", ((0, 0), (0, 0)), (4, 3, 3)),
        ("same", ((0, 1), (0, 1)), (4, 4, 4)),
        ("half", ((1, 1), (1, 1)), (4, 4, 4)),
        ("2", ((2, 2), (2, 2)), (4, 5, 5)),
        ("[[0, 1], 2]", ((0, 1), (2, 2)), (4, 4, 5)),
    ],
)
def test_pools_take_every_padding(padding: str, pads: object, shape: tuple[int, ...]) -> None:
    layers = f"- {{pool: max, kernel: 3, stride: 2, padding: {padding}}}"
    assert ops(layers)["pool1"] == f"MaxPool(kernel=(3, 3), stride=(2, 2), pads={pads})"
    assert shapes(layers)["pool1"] == shape


def test_each_side_of_a_pools_padding_is_smaller_than_its_kernel() -> None:
    assert shapes("- {pool: max, kernel: 2, stride: 1, padding: 1}")["pool1"] == (4, 9, 9)
    assert refused("- {pool: max, kernel: [3, 2], stride: 1, padding: [0, [0, 2]]}") == [
        "E407 a pool's padding must be smaller than its kernel on each side (padding 2, kernel 2 along W)"
    ]


def test_rounding_up_adds_what_the_last_window_needs() -> None:
    assert ops("- {pool: max, kernel: 3, stride: 2, round: ceil}")["pool1"] == (
        "MaxPool(kernel=(3, 3), stride=(2, 2), pads=((0, 1), (0, 1)))"
    )
    assert ops("- {pool: avg, kernel: 3, stride: 2, round: ceil, padding: [[0, 1], 0]}")["pool1"] == (
        "AveragePool(kernel=(3, 3), stride=(2, 2), pads=((0, 1), (0, 0)), remainder=(0, 1), count_padding=False)"
    )


def test_rounding_up_starts_no_window_beyond_the_input_and_its_leading_padding() -> None:
    # 5 elements padded to 7: windows of 2 start at 0, 2, 4; a fourth would start at 6, in the trailing padding
    layers = "- {pool: max, kernel: 2, padding: 1, round: ceil}"
    assert shapes(layers, "input: [4, 5]")["pool1"] == (4, 3)


def test_rounding_up_does_not_make_room_for_a_window_larger_than_the_input() -> None:
    assert refused("- {pool: max, kernel: 3, stride: 2, round: ceil}", "input: [4, 2]") == [
        "E402 the window of `pool` is larger than its padded input (3 > 2 along W, the input is 2)"
    ]


def test_options_that_exclude_each_other() -> None:
    assert refused("- {pool: max, kernel: 2, padding: same, round: ceil}") == [
        "E206 `round: ceil` cannot stand beside `padding: same`"
    ]
    assert refused("- {pool: max, kernel: 2, count_padding: true}") == [
        "E206 `count_padding` is for `avg`: a maximum counts nothing"
    ]
    assert refused("- {pool: max}") == ["E203 `pool` needs `kernel`"]


def test_averages_may_count_padding() -> None:
    assert ops("- {pool: avg, kernel: 2, padding: 1, count_padding: true}")["pool1"] == (
        "AveragePool(kernel=(2, 2), stride=(2, 2), pads=((1, 1), (1, 1)), remainder=(0, 0), count_padding=True)"
    )


@pytest.mark.parametrize(
    ("top", "kept", "gone"),
    [
        ("input: [4, 9]", (4, 1), (4,)),
        ("input: [4, 9, 8]", (4, 1, 1), (4,)),
        ("input: [4, 9, 8, 7]", (4, 1, 1, 1), (4,)),
        ("input: {shape: [9, 4], layout: sequence}", (1, 4), (4,)),
    ],
)
def test_a_global_pool_leaves_the_channels(top: str, kept: tuple[int, ...], gone: tuple[int, ...]) -> None:
    layers = "[{global_pool: max, keepdims: true}, {global_pool: avg}]"
    assert shapes(layers, top) == {"global_pool1": kept, "global_pool2": gone}


def test_a_global_pool_needs_positions() -> None:
    assert refused("- {global_pool: avg}", "input: [4]") == [
        "E401 `global_pool` needs a feature map or a sequence (given a vector of 4)"
    ]


def test_an_adaptive_pool_makes_the_size_it_says() -> None:
    assert shapes("- {adaptive_pool: avg, to: 3}")["adaptive_pool1"] == (4, 3, 3)
    assert shapes("- {adaptive_pool: max, to: [3, 12]}")["adaptive_pool1"] == (4, 3, 12)
    assert refused("- {adaptive_pool: max, to: [3]}") == [
        "E401 `to` needs one number for each spatial axis (1 number for 2 spatial axes)"
    ]
