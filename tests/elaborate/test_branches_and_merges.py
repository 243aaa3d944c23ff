"""Branches, inception, squeeze-and-excitation and merges."""

from __future__ import annotations

import pytest

from tests.elaborate.specs import flow, ops, order, parameters, refused, shapes, written


def test_every_branch_reads_the_same_value_and_concat_is_the_default() -> None:
    assert flow("- branches: [[{conv1x1: 2}], [{conv1x1: 3}]]") == written("""
        branches1.branch0.conv1 = Conv of input: 2×8×8
        branches1.branch1.conv1 = Conv of input: 3×8×8
        branches1 = Concat of branches1.branch0.conv1, branches1.branch1.conv1: 5×8×8
        output output = branches1
    """)


@pytest.mark.parametrize("merge", ["add", "mul", "max", "mean", "sub"])
def test_other_merges_and_the_act_after_them(merge: str) -> None:
    layers = f"- {{branches: [[], [{{act: tanh}}]], merge: {merge}, act: relu}}"
    found = ops(layers)
    assert found["branches1"] == f"Combine(how='{merge}')"
    assert order(layers) == ["branches1.branch1.act1", "branches1", "branches1.act"]


@pytest.mark.parametrize("empty", ["[]", "[{conv1x1: 9, if: false}]", "[{conv1x1: 9, repeat: 0}]"])
def test_a_branch_without_layers_is_the_identity(empty: str) -> None:
    layers = f"- {{branches: {{a: {empty}, b: [{{conv1x1: 2}}]}}}}"
    assert flow(layers) == written("""
        branches1.b.conv1 = Conv of input: 2×8×8
        branches1 = Concat of input, branches1.b.conv1: 6×8×8
        output output = branches1
    """)


def test_split_gives_each_branch_its_equal_share_of_the_channels() -> None:
    layers = "- {branches: [[], [{act: relu}, {conv1x1: 3, from: input}]], split: true}"
    assert flow(layers) == written("""
        branches1.split0 = Slice of input: 2×8×8
        branches1.split1 = Slice of input: 2×8×8
        branches1.branch1.act1 = Activation of branches1.split1: 2×8×8
        branches1.branch1.conv1 = Conv of branches1.split1: 3×8×8
        branches1 = Concat of branches1.split0, branches1.branch1.conv1: 5×8×8
        output output = branches1
    """)
    assert ops(layers)["branches1.split1"] == "Slice(axis=0, start=2, stop=4, step=1)"
    assert refused("- {branches: [[], [], []], split: true}") == [
        "E403 `split: true` needs channels that the branches share equally (4 channels, 3 branches)"
    ]


def test_the_channels_of_a_sequence_are_its_last_axis_when_split_and_joined() -> None:
    layers = "- {branches: [[], []], split: true}"
    found = ops(layers, "input: {shape: [5, 4], layout: sequence}")
    assert found["branches1.split1"] == "Slice(axis=1, start=2, stop=4, step=1)"
    assert found["branches1"] == "Concat(axis=1)"


def test_inception_keeps_the_spatial_size_and_writes_its_branches_in_order() -> None:
    assert flow("- {inception: {pool: 1, 5x5: [2, 3], 1x1: 4}, norm: batch, act: relu}") == written("""
        inception1.branch_pool.pool1 = MaxPool of input: 4×8×8
        inception1.branch_pool.conv1.conv = Conv of inception1.branch_pool.pool1: 1×8×8
        inception1.branch_pool.conv1.norm = BatchNorm of inception1.branch_pool.conv1.conv: 1×8×8
        inception1.branch_pool.conv1.act = Activation of inception1.branch_pool.conv1.norm: 1×8×8
        inception1.branch5x5.conv1.conv = Conv of input: 2×8×8
        inception1.branch5x5.conv1.norm = BatchNorm of inception1.branch5x5.conv1.conv: 2×8×8
        inception1.branch5x5.conv1.act = Activation of inception1.branch5x5.conv1.norm: 2×8×8
        inception1.branch5x5.conv2.conv = Conv of inception1.branch5x5.conv1.act: 3×8×8
        inception1.branch5x5.conv2.norm = BatchNorm of inception1.branch5x5.conv2.conv: 3×8×8
        inception1.branch5x5.conv2.act = Activation of inception1.branch5x5.conv2.norm: 3×8×8
        inception1.branch1x1.conv1.conv = Conv of input: 4×8×8
        inception1.branch1x1.conv1.norm = BatchNorm of inception1.branch1x1.conv1.conv: 4×8×8
        inception1.branch1x1.conv1.act = Activation of inception1.branch1x1.conv1.norm: 4×8×8
        inception1 = Concat of inception1.branch_pool.conv1.act, inception1.branch5x5.conv2.act, inception1.branch1x1.conv1.act: 8×8×8
        output output = inception1
    """)


def test_inceptions_windows_are_those_of_the_paper() -> None:
    found = ops("- {inception: {3x3: [2, 3], pool: 1}, pool_kind: max}")
    assert found["inception1.branch3x3.conv2"] == (
        "Conv(channels=3, kernel=(3, 3), stride=(1, 1), pads=((1, 1), (1, 1)), dilation=(1, 1), groups=1, bias=True)"
    )
    assert (
        found["inception1.branch_pool.pool1"]
        == "MaxPool(kernel=(3, 3), stride=(1, 1), pads=((1, 1), (1, 1)))"
    )


def test_inception_in_1_and_3_spatial_axes() -> None:
    layers = "- inception: {1x1: 1, 3x3: [1, 2], 5x5: [1, 3], pool: 4}"
    assert shapes(layers, "input: [4, 8]")["inception1"] == (10, 8)
    assert shapes(layers, "input: [4, 8, 6, 7]")["inception1"] == (10, 8, 6, 7)


def test_squeeze_excite_step_by_step() -> None:
    assert flow("- {squeeze_excite: 2}") == written("""
        squeeze_excite1.pool = GlobalPool of input: 4×1×1
        squeeze_excite1.reduce = Conv of squeeze_excite1.pool: 2×1×1
        squeeze_excite1.act = Activation of squeeze_excite1.reduce: 2×1×1
        squeeze_excite1.expand = Conv of squeeze_excite1.act: 4×1×1
        squeeze_excite1.gate = Activation of squeeze_excite1.expand: 4×1×1
        squeeze_excite1 = Combine of input, squeeze_excite1.gate: 4×8×8
        output output = squeeze_excite1
    """)
    found = ops("- {squeeze_excite: 2, gate: hardsigmoid}")
    assert found["squeeze_excite1.act"] == "Activation(function='relu', constant=0.0)"
    assert found["squeeze_excite1.gate"].startswith("Activation(function='hardsigmoid', constant=0.1666")
    assert parameters("- {squeeze_excite: 2, act: prelu, gate: prelu}") == {
        "squeeze_excite1.reduce.weight": (2, 4, 1, 1),
        "squeeze_excite1.reduce.bias": (2,),
        "squeeze_excite1.act.weight": (2,),
        "squeeze_excite1.expand.weight": (4, 2, 1, 1),
        "squeeze_excite1.expand.bias": (4,),
        "squeeze_excite1.gate.weight": (4,),
    }


def test_merge_reads_several_values_in_the_order_of_from() -> None:
    assert flow("[{conv1x1: 3}, {merge: concat, from: [prev, input], act: relu}]").splitlines()[1:3] == [
        "merge1 = Concat of conv1, input: 7×8×8",
        "merge1.act = Activation of merge1: 7×8×8",
    ]


def test_concat_along_another_axis() -> None:
    layers = "[{pool: max, kernel: [2, 1]}, {merge: concat, axis: 1, from: [prev, input]}]"
    assert shapes(layers)["merge1"] == (4, 12, 8)
    assert refused("- {merge: add, axis: 1, from: [prev, input]}") == [
        "E206 `axis` is for `concat`: `add` has none"
    ]


INPUTS = "inputs: {map: [4, 6, 8], thin: [4, 1, 8], ones: [1, 1, 1], vector: [4], short: [3], one: [1]}"


@pytest.mark.parametrize(
    ("names", "shape"),
    [
        ("map, map", (4, 6, 8)),
        ("map, thin", (4, 6, 8)),
        ("thin, map", (4, 6, 8)),
        ("ones, map", (4, 6, 8)),
        ("map, vector", (4, 6, 8)),
        ("vector, map", (4, 6, 8)),
        ("vector, thin", (4, 1, 8)),
        ("vector, vector, map, ones", (4, 6, 8)),
        ("one, short", (3,)),
    ],
)
def test_mul_takes_axes_of_size_1_and_a_vector_of_the_channels(names: str, shape: tuple[int, ...]) -> None:
    assert shapes(f"- {{merge: mul, from: [{names}]}}", INPUTS)["merge1"] == shape


@pytest.mark.parametrize("names", ["map, short", "map, one", "vector, short"])
def test_mul_takes_no_other_shapes(names: str) -> None:
    [found] = refused(f"- {{merge: mul, from: [{names}]}}", INPUTS)
    assert found.startswith("E404 `mul` needs equal shapes, axes of size 1, or a vector of the channels")


@pytest.mark.parametrize("merge", ["add", "max", "mean", "sub"])
def test_the_others_need_equal_shapes(merge: str) -> None:
    assert refused(f"- {{merge: {merge}, from: [map, thin]}}", INPUTS) == [
        f"E404 `{merge}` needs equal shapes (`map`: 4×6×8, `thin`: 4×1×8)"
    ]


def test_a_map_and_a_sequence_of_one_shape_do_not_merge() -> None:
    top = "inputs: {map: [4, 6], steps: {shape: [4, 6], layout: sequence}}"
    for merge in ("add", "concat", "mul"):
        [found] = refused(f"- {{merge: {merge}, from: [map, steps]}}", top)
        assert found.startswith("E404 ")


def test_merges_and_branches_take_no_bytes() -> None:
    top = "input: {shape: [4, 8, 8], dtype: uint8}"
    for layer in (
        "{branches: [[], []]}",
        "{branches: [[], []], split: true}",
        "{residual: []}",
        "{merge: concat, from: [prev, input]}",
    ):
        [found] = refused(f"- {layer}", top)
        assert found.startswith("E406 ")
