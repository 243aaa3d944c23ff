"""Layers that move, add or take away elements."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netc.ops.arrange import Crop, Pad, PadMode, Permute, Reshape
from netc.types import TensorType
from tests.elaborate.specs import built, flow, ops, order, parameters, shapes, written

SEQUENCE = "input: {shape: [5, 4], layout: sequence}"
BYTES = "input: {shape: [3, 8, 6], dtype: uint8}"


def result(layers: str, top: str) -> TensorType:
    """The type of the value that ends the network."""
    return built(layers, top).outputs[-1].value.type


@pytest.mark.parametrize(
    ("layer", "top", "expected"),
    [
        ("reshape: [64]", "input: [4, 4, 4]", TensorType((64,))),
        ("reshape: [8, 2, 2, 2]", "input: [64]", TensorType((8, 2, 2, 2))),
        ("reshape: [-1, 2]", "input: [4, 4, 4]", TensorType((32, 2))),
        ("reshape: [-1]", "input: []", TensorType((1,))),
        ("reshape: []", "input: [1, 1]", TensorType(())),
        ("reshape: [2, 10]", SEQUENCE, TensorType((2, 10))),
        ("reshape: [2, -1], layout: sequence", "input: [4, 5]", TensorType((2, 10), layout="sequence")),
        ("reshape: [144]", BYTES, TensorType((144,), "uint8")),
        ("permute: [1, 0]", SEQUENCE, TensorType((4, 5))),
        ("permute: [1, 0]", "input: [4, 5]", TensorType((5, 4), layout="sequence")),
        ("permute: [0, 1]", SEQUENCE, TensorType((5, 4), layout="sequence")),
        ("permute: [1, 0]", "input: {shape: [4, 5], dtype: int64}", TensorType((5, 4), "int64")),
        ("permute: [2, 0, 1]", BYTES, TensorType((6, 3, 8), "uint8")),
        ("pad: 1", BYTES, TensorType((3, 10, 8), "uint8")),
        ("pad: [1, [0, 2]]", "input: [3, 8, 6]", TensorType((3, 10, 8))),
        ("pad: [[2, 1]]", "input: [3, 8]", TensorType((3, 11))),
        ("crop: [1, [0, 2]]", "input: [3, 8, 6]", TensorType((3, 6, 4))),
        ("crop: 1", BYTES, TensorType((3, 6, 4), "uint8")),
        ("slice: 0, stop: 2", SEQUENCE, TensorType((2, 4), layout="sequence")),
        ("slice: 0, start: -2", "input: {shape: [7], dtype: int64}", TensorType((2,), "int64")),
    ],
)
def test_the_type_that_each_makes(layer: str, top: str, expected: TensorType) -> None:
    found = result(f"- {{{layer}}}", top)
    assert (found, found.layout) == (expected, expected.layout)


def test_one_that_changes_nothing_is_still_there_by_its_name() -> None:
    layers = "[{reshape: [4, 8, 8]}, {permute: [0, 1, 2]}, {pad: 0}, {crop: 0}, {slice: 0}, normalize]"
    assert order(layers) == ["reshape1", "permute1", "pad1", "crop1", "slice1", "normalize1"]
    assert set(shapes(layers).values()) == {(4, 8, 8)}
    assert parameters(layers) == {}


@pytest.mark.parametrize(
    ("options", "start", "stop", "size"),
    [
        ("", 0, 8, 8),
        ("start: 2", 2, 8, 6),
        ("stop: 7", 0, 7, 7),
        ("stop: 8", 0, 8, 8),
        ("stop: -1", 0, 7, 7),
        ("start: -3", 5, 8, 3),
        ("start: -8, stop: -7", 0, 1, 1),
        ("start: 1, stop: -1, step: 2", 1, 7, 3),
        ("start: 7, step: 5", 7, 8, 1),
    ],
)
def test_a_slices_places_are_pythons(options: str, start: int, stop: int, size: int) -> None:
    layer = f"- {{slice: 1, {options}}}"
    step = int(options.partition("step: ")[2] or 1)
    assert ops(layer)["slice1"] == f"Slice(axis=1, start={start}, stop={stop}, step={step})"
    assert shapes(layer)["slice1"] == (4, size, 8)


@pytest.mark.parametrize(
    ("mode", "op"),
    [
        ("", "mode='constant', value=0.0"),
        (", mode: zero", "mode='constant', value=0.0"),
        (", mode: reflect", "mode='reflect', value=0.0"),
        (", mode: replicate", "mode='replicate', value=0.0"),
        (", mode: {constant: -1.5}", "mode='constant', value=-1.5"),
    ],
)
def test_what_a_pad_adds(mode: str, op: str) -> None:
    assert ops(f"- {{pad: [2, [0, 1]]{mode}}}")["pad1"] == f"Pad(pads=((2, 2), (0, 1)), {op})"


def test_a_crop_to_a_layers_size_takes_the_odd_one_from_the_end() -> None:
    layers = """
    - {pool: avg, kernel: [3, 1], stride: 1, name: inner}
    - {crop: inner, from: input}
    """
    assert ops(layers, "input: [4, 9, 8]")["crop1"] == "Crop(crops=((1, 1), (0, 0)))"
    layers = """
    - {pool: avg, kernel: [4, 8], stride: 1, name: inner}
    - {crop: inner, from: input}
    """
    assert ops(layers, "input: [4, 9, 8]")["crop1"] == "Crop(crops=((1, 2), (3, 4)))"


def test_the_layer_that_a_crop_names_is_looked_up_as_from_is() -> None:
    """The contracting path of U-Net: what comes first is larger than what it is joined with."""
    layers = """
    - {layers: [{conv1x1: 4}], name: early}
    - {conv: 4, kernel: 3, name: late}
    - {crop: prev, from: early.conv1, name: cropped}
    - {merge: concat, from: [cropped, late]}
    - layers:
        - {crop: input, from: early}
        - {crop: late, repeat: 2}
    """
    assert flow(layers, "input: [3, 8, 8]") == written("""
        early.conv1 = Conv of input: 4×8×8
        late = Conv of early.conv1: 4×6×6
        cropped = Crop of early.conv1: 4×6×6
        merge1 = Concat of cropped, late: 8×6×6
        layers2.crop1 = Crop of early.conv1: 4×6×6
        layers2.crop2.0 = Crop of layers2.crop1: 4×6×6
        layers2.crop2.1 = Crop of layers2.crop2.0: 4×6×6
        output output = layers2.crop2.1
        """)


def test_prev_in_a_repeated_crop_is_the_turn_before() -> None:
    layers = "[{crop: 1}, {crop: prev, from: input, repeat: 2}]"
    assert shapes(layers) == {"crop1": (4, 6, 6), "crop2.0": (4, 6, 6), "crop2.1": (4, 6, 6)}


def test_amounts_and_dims_may_be_expressions() -> None:
    layers = """
    - {pad: $p}
    - {crop: [$p, [0, "$(p + 1)"]]}
    - {reshape: [-1, $(in_channels * 2)]}
    - {slice: 0, stop: $p}
    """
    assert shapes(layers, "params: {p: 2}\ninput: [4, 8, 8]") == {
        "pad1": (4, 12, 12),
        "crop1": (4, 8, 9),
        "reshape1": (36, 8),
        "slice1": (2, 8),
    }


sides = st.tuples(st.integers(0, 3), st.integers(0, 3))
modes: st.SearchStrategy[PadMode] = st.sampled_from(["constant", "reflect", "replicate"])
maps = st.integers(1, 3).flatmap(lambda axes: st.tuples(*[st.integers(4, 9)] * (axes + 1)))


@settings(max_examples=100)
@given(maps, modes, st.data())
def test_a_crop_undoes_a_pad(shape: tuple[int, ...], mode: PadMode, data: st.DataObject) -> None:
    pads = tuple(data.draw(st.tuples(*[sides] * (len(shape) - 1)), "pads"))
    x = TensorType(shape)
    assert Crop(pads).infer(Pad(pads, mode, 0.0).infer(x)) == x


@settings(max_examples=100)
@given(st.lists(st.integers(1, 5), min_size=1, max_size=5), st.data())
def test_permuting_and_back_is_the_identity(dims: list[int], data: st.DataObject) -> None:
    order = tuple(data.draw(st.permutations(range(len(dims))), "order"))
    back = tuple(order.index(axis) for axis in range(len(order)))
    x = TensorType(tuple(dims))
    there = Permute(order).infer(x)
    assert Permute(back).infer(there) == x
    assert Permute(back).infer(there).layout == x.layout
    assert Reshape(x.shape, "channels_first").infer(there) == x
