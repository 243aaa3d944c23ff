"""Convolutions: geometry, bias, and the paths of their parameters."""

from __future__ import annotations

import pytest

from tests.elaborate.specs import flow, ops, parameters, refused, shapes, starts, written

BATCH = ("weight", "bias", "running_mean", "running_var")


def test_alone_a_conv_owns_weight_and_bias() -> None:
    assert parameters("- {conv: 6, kernel: [3, 5], act: relu}") == {
        "conv1.weight": (6, 4, 3, 5),
        "conv1.bias": (6,),
    }


def test_with_a_norm_inside_each_part_has_a_path() -> None:
    assert parameters("- {conv: 6, kernel: 3, norm: batch, act: relu}") == {
        "conv1.conv.weight": (6, 4, 3, 3),
        **{f"conv1.norm.{name}": (6,) for name in BATCH},
    }


def test_with_a_prelu_inside_each_part_has_a_path() -> None:
    assert parameters("- {conv1x1: 6, act: prelu}") == {
        "conv1.conv.weight": (6, 4, 1, 1),
        "conv1.conv.bias": (6,),
        "conv1.act.weight": (6,),
    }
    assert list(parameters("- {depthwise: 3, norm: layer, act: {prelu: {per_channel: false}}}").values()) == [
        (4, 1, 3, 3), (4,), (4,), (4,), (1,),
    ]  # fmt: skip


def test_a_norm_without_parameters_still_has_a_path_and_none_is_no_norm() -> None:
    assert list(parameters("- {conv1x1: 6, norm: {lrn: {size: 3}}}")) == [
        "conv1.conv.weight",
        "conv1.conv.bias",
    ]
    assert list(parameters("- {conv1x1: 6, norm: none, act: none}")) == ["conv1.weight", "conv1.bias"]


def test_it_computes_convolution_then_norm_then_act() -> None:
    assert flow("- {act: relu, norm: batch, conv1x1: 6}") == written("""
        conv1.conv = Conv of input: 6×8×8
        conv1.norm = BatchNorm of conv1.conv: 6×8×8
        conv1.act = Activation of conv1.norm: 6×8×8
        output output = conv1.act
    """)


@pytest.mark.parametrize(
    ("options", "has_bias"),
    [
        ("", True),
        (", norm: none", True),
        (", norm: layer", True),
        (", norm: {lrn: {size: 3}}", True),
        (", norm: batch", False),
        (", norm: {batch: {affine: false}}", False),
        (", norm: batch, bias: auto", False),
        (", norm: batch, bias: true", True),
        (", bias: false", False),
    ],
)
@pytest.mark.parametrize(
    "kind",
    ["conv1x1: 6", "conv: 6, kernel: 3", "depthwise: 3", "separable: 6, kernel: 3", "linear: 6, axis: last"],
)
def test_bias_auto_is_true_unless_a_batch_norm_follows_inside(
    kind: str, options: str, has_bias: bool
) -> None:
    found = parameters(f"- {{{kind}{options}}}")
    biases = [path for path in found if path.endswith(".bias") and ".norm." not in path]
    assert bool(biases) is has_bias


def test_a_batch_norm_that_stands_behind_the_layer_takes_no_bias_away() -> None:
    assert "conv1.bias" in parameters("[{conv1x1: 6}, {norm: batch}]")


def test_depthwise_has_one_filter_set_a_channel() -> None:
    assert ops("- {depthwise: [3, 1], stride: 2, padding: half, multiplier: 3}")["depthwise1"] == (
        "Conv(channels=12, kernel=(3, 1), stride=(2, 2), pads=((1, 1), (0, 0)), dilation=(1, 1), groups=4, bias=True)"
    )
    assert parameters("- {depthwise: 3, multiplier: 2}")["depthwise1.weight"] == (8, 1, 3, 3)


def test_separable_gives_norm_act_and_bias_to_its_1x1_half() -> None:
    assert parameters("- {separable: 6, kernel: 3}") == {
        "separable1.depthwise.weight": (4, 1, 3, 3),
        "separable1.pointwise.weight": (6, 4, 1, 1),
        "separable1.pointwise.bias": (6,),
    }
    assert flow("- {separable: 6, kernel: 3, stride: 2, padding: same, norm: batch, act: relu}") == written("""
        separable1.depthwise = Conv of input: 4×4×4
        separable1.pointwise.conv = Conv of separable1.depthwise: 6×4×4
        separable1.pointwise.norm = BatchNorm of separable1.pointwise.conv: 6×4×4
        separable1.pointwise.act = Activation of separable1.pointwise.norm: 6×4×4
        output output = separable1.pointwise.act
    """)


def test_between_puts_the_same_after_the_depthwise_half() -> None:
    found = parameters("- {separable: 6, kernel: 3, norm: batch, act: prelu, bias: true, between: true}")
    assert list(found) == [
        f"separable1.{half}.{part}"
        for half in ("depthwise", "pointwise")
        for part in ("conv.weight", "conv.bias", *(f"norm.{name}" for name in BATCH), "act.weight")
    ]
    assert found["separable1.depthwise.norm.weight"] == (4,)
    assert found["separable1.pointwise.norm.weight"] == (6,)


def test_a_separable_is_one_layer_of_a_summary() -> None:
    import netc
    from tests.elaborate.specs import spec

    [row] = netc.loads(spec("- {separable: 6, kernel: 3}")).summary.layers.values()
    assert (row.path, row.kind, row.params) == ("separable1", "separable", 36 + 24 + 6)
    assert row.macs == 4 * 36 * 9 + 6 * 36 * 4


def test_init_says_how_weight_and_bias_begin_and_on_a_norm_stands_inside_it() -> None:
    layers = """
    - conv1x1: 6
      bias: true
      init: {weight: normal(0.02), bias: zeros}
      norm: {layer: {init: {weight: zeros, bias: ones}}}
      act: {prelu: {init: {weight: constant(0.1)}}}
    """
    assert starts(layers) == {
        "conv1.conv.weight": "normal(0.02)",
        "conv1.conv.bias": "zeros",
        "conv1.norm.weight": "zeros",
        "conv1.norm.bias": "ones",
        "conv1.act.weight": "constant(0.1)",
    }


def test_init_of_one_leaves_the_other_as_it_is() -> None:
    assert starts("- {conv1x1: 6, init: {bias: zeros}}") == {
        "conv1.weight": "uniform(0.5)",
        "conv1.bias": "zeros",
    }


@pytest.mark.parametrize(
    ("padding", "pads", "shape"),
    [
        ("valid", ((0, 0), (0, 0)), (3, 2)),
        ("same", ((0, 1), (1, 1)), (4, 3)),
        ("half", ((1, 1), (2, 2)), (4, 3)),
        ("3", ((3, 3), (3, 3)), (6, 4)),
        ("[0, 2]", ((0, 0), (2, 2)), (3, 3)),
        ("[[0, 1], 2]", ((0, 1), (2, 2)), (4, 3)),
        ("[[0, 1], [4, 0]]", ((0, 1), (4, 0)), (4, 3)),
    ],
)
def test_padding_in_words_numbers_and_pairs(padding: str, pads: object, shape: tuple[int, int]) -> None:
    layers = f"- {{conv: 6, kernel: [3, 5], stride: [2, 3], padding: {padding}}}"
    top = "input: [4, 8, 9]"
    assert f"pads={pads}" in ops(layers, top)["conv1"]
    assert shapes(layers, top)["conv1"] == (6, *shape)


def test_half_counts_the_dilated_kernel_and_must_be_whole() -> None:
    assert (
        "pads=((4, 4), (1, 1))"
        in ops("- {conv: 6, kernel: [3, 2], dilation: [4, 2], padding: half}")["conv1"]
    )
    assert refused("- {conv: 6, kernel: [3, 4], padding: half}") == [
        "E407 `padding: half` is not whole ((4 − 1)/2 along W)"
    ]


def test_the_window_rule_counts_the_dilated_kernel() -> None:
    assert shapes("- {conv: 6, kernel: 3, dilation: [2, 3]}")["conv1"] == (6, 4, 2)
    assert refused("- {conv: 6, kernel: 3, dilation: 4}") == [
        "E402 the window of `conv` is larger than its padded input (9 > 8 along H, the input is 8×8)"
    ]


def test_numbers_for_all_axes_or_one_an_axis() -> None:
    assert shapes("- {conv: 6, kernel: 3, stride: 2}", "input: [4, 9]")["conv1"] == (6, 4)
    assert shapes("- {conv: 6, kernel: [1, 2, 3], stride: [3, 2, 1]}", "input: [4, 9, 9, 9]")["conv1"] == (
        6,
        3,
        4,
        7,
    )
    assert refused("- {conv: 6, kernel: [3, 3, 3]}") == [
        "E401 `kernel` needs one number for each spatial axis (3 numbers for 2 spatial axes)"
    ]
    assert refused("- {conv: 6, kernel: 3, padding: [1]}") == [
        "E401 `padding` needs one number for each spatial axis (1 number for 2 spatial axes)"
    ]


def test_groups_divide_both_sides_channels() -> None:
    assert parameters("- {conv1x1: 6, groups: 2}")["conv1.weight"] == (6, 2, 1, 1)
    assert refused("- {conv1x1: 6, groups: 4}") == [
        "E403 the output channels are not divisible by the groups (6 channels, 4 groups)"
    ]
    assert refused("- {conv1x1: 6, groups: 3}") == [
        "E403 the input channels are not divisible by the groups (4 channels, 3 groups)"
    ]


@pytest.mark.parametrize("option", ["kernel: 1", "padding: same", "dilation: 2"])
def test_a_conv1x1_has_no_window_of_its_own(option: str) -> None:
    assert refused(f"- {{conv1x1: 6, {option}}}") == [
        f"E201 `conv1x1` has no option `{option.partition(':')[0]}`"
    ]


@pytest.mark.parametrize("kind", ["depthwise: 3", "separable: 6, kernel: 3"])
def test_depthwise_and_separable_have_no_groups(kind: str) -> None:
    assert refused(f"- {{{kind}, groups: 2}}") == [f"E201 `{kind.partition(':')[0]}` has no option `groups`"]


def test_a_conv_needs_its_kernel() -> None:
    assert refused("- {conv: 6}") == ["E203 `conv` needs `kernel`"]


@pytest.mark.parametrize(
    "layer",
    [
        "conv: 6, kernel: 1",
        "conv1x1: 6",
        "depthwise: 1",
        "separable: 6, kernel: 1",
        "pool: max, kernel: 1",
        "squeeze_excite: 2",
    ],
)
def test_a_sequence_and_a_vector_are_no_feature_maps(layer: str) -> None:
    kind = layer.partition(":")[0]
    assert refused(f"- {{{layer}}}", "input: {shape: [5, 4], layout: sequence}") == [
        f"E401 `{kind}` needs a feature map (given a sequence 5×4)"
    ]
    assert refused(f"- {{{layer}}}", "input: [4]") == [
        f"E401 `{kind}` needs a feature map (given a vector of 4)"
    ]
