"""Norms inside one sample, upsampling, and shuffles of pixels and channels."""

from __future__ import annotations

import pytest

from tests.elaborate.specs import built, flow, ops, parameters, refused, shapes, starts, written

SEQUENCE = "input: {shape: [5, 4], layout: sequence}"
MAPS = ["input: [4, 8]", "input: [4, 8, 7]", "input: [4, 8, 8, 8]"]


@pytest.mark.parametrize(
    ("layer", "op"),
    [
        ("norm: group, groups: 2", "GroupNorm(groups=2, eps=1e-05, affine=True)"),
        (
            "norm: group, groups: 1, eps: 1e-3, affine: false",
            "GroupNorm(groups=1, eps=0.001, affine=False)",
        ),
        ("norm: rms", "RmsNorm(eps=1e-05, affine=True)"),
        ("norm: rms, eps: 1e-6, affine: false", "RmsNorm(eps=1e-06, affine=False)"),
        ("norm: l2", "L2Norm(eps=1e-05)"),
        ("norm: l2, eps: 1e-12", "L2Norm(eps=1e-12)"),
        ("norm: instance", "InstanceNorm(eps=1e-05, affine=True)"),
        ("norm: instance, affine: false", "InstanceNorm(eps=1e-05, affine=False)"),
    ],
)
def test_norms_and_their_defaults(layer: str, op: str) -> None:
    for top in (*MAPS, SEQUENCE, *([] if "instance" in layer else ["input: [4]"])):
        assert ops(f"- {{{layer}}}", top) == {"norm1": op}


def test_a_norms_parameters_are_one_a_channel() -> None:
    for top in (*MAPS, SEQUENCE):
        assert parameters("- {norm: group, groups: 2}", top) == {"norm1.weight": (4,), "norm1.bias": (4,)}
        assert parameters("- {norm: instance}", top) == {"norm1.weight": (4,), "norm1.bias": (4,)}
        assert parameters("- {norm: rms}", top) == {"norm1.weight": (4,)}
        assert parameters("- {norm: l2}", top) == {}
    assert parameters("[{norm: group, groups: 2, affine: false}, {norm: rms, affine: false}]") == {}
    assert starts("[{norm: group, groups: 2}, {norm: rms}]") == {
        "norm1.weight": "ones",
        "norm1.bias": "zeros",
        "norm2.weight": "ones",
    }
    assert starts("- {norm: rms, init: {weight: zeros}}") == {"norm1.weight": "zeros"}


def test_only_batch_norm_takes_the_bias_of_the_layer_before_it() -> None:
    for norm in ("{group: {groups: 3}}", "instance", "rms", "l2"):
        assert "conv1.conv.bias" in parameters(f"- {{conv1x1: 6, norm: {norm}}}")
    assert "conv1.conv.bias" not in parameters("- {conv1x1: 6, norm: batch}")


def test_groups_beside_conv_are_the_convolutions() -> None:
    found = ops("- {conv1x1: 6, groups: 2, norm: {group: {groups: 3}}}")
    assert "groups=2" in found["conv1.conv"]
    assert found["conv1.norm"] == "GroupNorm(groups=3, eps=1e-05, affine=True)"


def test_groups_may_be_a_default_of_norm_and_an_expression() -> None:
    top = "input: [4, 8, 8]\ndefaults: {norm: {groups: 2}}"
    found = ops("[{norm: group}, {conv1x1: 6, norm: group}, {conv1x1: 6, norm: layer}]", top)
    assert found["norm1"] == found["conv1.norm"] == "GroupNorm(groups=2, eps=1e-05, affine=True)"
    assert found["conv2.norm"] == "LayerNorm(eps=1e-05, affine=True)"
    layers = "- {norm: group, groups: $(in_channels // 2)}"
    assert ops(layers) == {"norm1": "GroupNorm(groups=2, eps=1e-05, affine=True)"}


def test_a_projection_has_the_bodys_group_norm() -> None:
    layers = "- {residual: [{conv: 6, kernel: 1, norm: {group: {groups: 3}}}], shortcut: project}"
    assert flow(layers) == written("""
        residual1.conv1.conv = Conv of input: 6×8×8
        residual1.conv1.norm = GroupNorm of residual1.conv1.conv: 6×8×8
        residual1.shortcut.conv1.conv = Conv of input: 6×8×8
        residual1.shortcut.conv1.norm = GroupNorm of residual1.shortcut.conv1.conv: 6×8×8
        residual1 = Combine of residual1.conv1.norm, residual1.shortcut.conv1.norm: 6×8×8
        output output = residual1
    """)


@pytest.mark.parametrize(
    ("layer", "top", "message"),
    [
        ("norm: group, groups: 3", MAPS[1], "E403 the channels of `norm: group` are not divisible by its groups (4 channels, 3 groups)"),
        ("norm: group, groups: 4", "input: [4]", "E407 each group of `norm: group` has one element, and one element minus its mean is 0 (4 groups, given a vector of 4)"),
        ("norm: group, groups: 4", "input: [4, 1]", "E407 each group of `norm: group` has one element, and one element minus its mean is 0 (4 groups, given a feature map 4×1)"),
        ("norm: instance", "input: [4, 1, 1]", "E407 each channel of `norm: instance` has one element, and one element minus its mean is 0 (given a feature map 4×1×1)"),
        ("norm: instance", "input: [4]", "E401 `norm: instance` needs a feature map or a sequence (given a vector of 4)"),
        ("norm: instance, groups: 2", MAPS[1], "E201 `norm: instance` has no option `groups`"),
        ("norm: l2, init: {weight: ones}", MAPS[1], "E201 `norm: l2` has no option `init`"),
        ("norm: rms, momentum: 0.1", MAPS[1], "E201 `norm: rms` has no option `momentum`"),
    ],
)  # fmt: skip
def test_norms_that_cannot_be(layer: str, top: str, message: str) -> None:
    assert refused(f"- {{{layer}}}", top) == [message]


@pytest.mark.parametrize(
    ("layer", "top", "shape"),
    [
        ("upsample: 2", MAPS[0], (4, 16)),
        ("upsample: 2", MAPS[1], (4, 16, 14)),
        ("upsample: 2", MAPS[2], (4, 16, 16, 16)),
        ("upsample: [3, 1]", MAPS[1], (4, 24, 7)),
        ("upsample: 2, mode: linear, align_corners: true", MAPS[1], (4, 16, 14)),
        ("upsample: 2, align_corners: false", MAPS[1], (4, 16, 14)),
        ("pixel_shuffle: 2", MAPS[1], (1, 16, 14)),
        ("pixel_shuffle: 1", MAPS[1], (4, 8, 7)),
        ("pixel_unshuffle: 4", "input: [4, 8, 12]", (64, 2, 3)),
        ("channel_shuffle: 2", MAPS[2], (4, 8, 8, 8)),
    ],
)
def test_shapes(layer: str, top: str, shape: tuple[int, ...]) -> None:
    kind = layer.partition(":")[0]
    assert shapes(f"- {{{layer}}}", top) == {f"{kind}1": shape}
    assert parameters(f"- {{{layer}}}", top) == {}


def test_what_upsample_says_of_itself() -> None:
    assert ops("[{upsample: 2}, {upsample: [1, 2], mode: linear, align_corners: true}]") == {
        "upsample1": "Upsample(factors=(2, 2), mode='nearest', align_corners=False)",
        "upsample2": "Upsample(factors=(1, 2), mode='linear', align_corners=True)",
    }


def test_shuffling_costs_nothing_and_unshuffling_undoes_it() -> None:
    graph = built("[{pixel_shuffle: 2}, {pixel_unshuffle: 2}, {channel_shuffle: 2}]")
    assert [node.op.multiply_adds(node.output.type, node.inputs[0].type) for node in graph.nodes] == [0] * 3
    assert graph.nodes[1].output.type == graph.inputs[0].type


@pytest.mark.parametrize(
    ("layer", "top", "message"),
    [
        ("upsample: 2", SEQUENCE, "E401 `upsample` needs a feature map (given a sequence 5×4)"),
        ("upsample: [2, 2]", MAPS[0], "E401 `factor` needs one number for each spatial axis (2 numbers for 1 spatial axis)"),
        ("upsample: 2, align_corners: true", MAPS[1], "E206 `align_corners` is for `mode: linear`: `nearest` has no positions in between"),
        ("pixel_shuffle: 3", MAPS[1], "E403 the channels of `pixel_shuffle` are not divisible by the square of its factor (4 channels, 3² = 9)"),
        ("pixel_shuffle: 2", MAPS[0], "E401 `pixel_shuffle` needs a feature map of 2 spatial axes (given a feature map 4×8)"),
        ("pixel_unshuffle: 2", MAPS[1], "E407 the sizes that `pixel_unshuffle` takes apart are not divisible by its factor (7 along W, factor 2, the input is 8×7)"),
        ("channel_shuffle: 3", MAPS[1], "E403 the channels of `channel_shuffle` are not divisible by its groups (4 channels, 3 groups)"),
    ],
)  # fmt: skip
def test_maps_that_do_not_fit(layer: str, top: str, message: str) -> None:
    assert refused(f"- {{{layer}}}", top) == [message]


def test_align_corners_may_not_be_a_default_of_what_is_nearest() -> None:
    top = "input: [4, 8, 8]\ndefaults: {upsample: {mode: linear, align_corners: true}}"
    assert ops("- {upsample: 2}", top) == {
        "upsample1": "Upsample(factors=(2, 2), mode='linear', align_corners=True)"
    }
    [found] = refused("- {upsample: 2, mode: nearest}", top)
    assert found.startswith("E206 `align_corners` is for `mode: linear`")
