"""Receptive fields: published numbers, numbers by hand, and what networks respond to."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import netc
from netc.report.receptive_field import MOST_PHASES, ReceptiveField
from netc.report.rows import field_texts

SPECS = Path(__file__).parents[2] / "specs"


def fields(text: str) -> dict[str, ReceptiveField]:
    return {path: row.receptive_field for path, row in netc.loads(text).layers.items()}


def last_field(
    spec: str, variant: str | None = None, params: dict[str, object] | None = None
) -> ReceptiveField:
    """That of the last layer which does not read the whole input."""
    layers = netc.load(SPECS / f"{spec}.yaml", variant=variant, params=params).layers.values()
    return [row.receptive_field for row in layers if any(row.receptive_field.sizes)][-1]


@pytest.mark.parametrize(
    ("spec", "variant", "size", "why"),
    [
        # Araujo, Norris and Sim (2019), the table of convolutional networks: at the last feature map.
        ("alexnet", None, 195, "Araujo et al.: alexnet_v2"),
        ("vgg", "16", 212, "Araujo et al.: vgg_16"),
        ("mobilenet_v1", None, 315, "Araujo et al.: mobilenet_v1"),
        ("inception_v3", None, 1311, "Araujo et al.: inception_v3"),
        # By hand, through the 5×5 branch of each module: 7, +4 = 11 at stride 4, +8, +8 = 27 at 8,
        # 2·32, +16 = 107 at 16, 5·64, +32 = 459 at 32, 2·128.
        ("googlenet", None, 715, "the sum above"),
        # Torchvision halves the map in the 3×3 of a stage's first bottleneck, at the stride before it: in
        # place of 483, 1027 and 1507 (Araujo et al., strides in front of it) 8 + 16 + 32 less.
        ("resnet", "50", 483 - 56, "Araujo et al.: resnet_v1_50, less 56"),
        ("resnet", "101", 1027 - 56, "Araujo et al.: resnet_v1_101, less 56"),
        ("resnet", "152", 1507 - 56, "Araujo et al.: resnet_v1_152, less 56"),
    ],
)
def test_published_fields(spec: str, variant: str | None, size: int, why: str) -> None:
    assert last_field(spec, variant) == ReceptiveField((size, size), (32, 32)), why


def test_resnet_with_the_papers_strides_has_the_published_field() -> None:
    text = (SPECS / "resnet.yaml").read_text(encoding="utf-8")
    torchvision = "- {conv1x1: $width}\n          - {conv: $width, kernel: 3, stride: $stride}"
    paper = "- {conv1x1: $width, stride: $stride}\n          - {conv: $width, kernel: 3}"
    assert torchvision in text
    found = fields(text.replace(torchvision, paper))
    assert found["bottleneck4.2.residual1"] == ReceptiveField((483, 483), (32, 32))


BRANCHES = """\
netc: 1
input: [4, 64, 64]
layers:
  - {conv: 4, kernel: [3, 1], stride: [2, 1], padding: half, name: a}
  - {branches: [[], [{conv: 4, kernel: 3, padding: [[0, 2], 1]}], [{pool: max, kernel: 5, stride: 1, padding: half}]],
     merge: add, name: b}
  - {upsample: 2, name: c}
  - {conv: 4, kernel: 3, padding: half, name: d}
  - {squeeze_excite: 2, name: e}
"""


def test_branches_are_joined_where_they_lie_and_an_upsampling_halves_the_stride() -> None:
    found = fields(BRANCHES)
    assert found["a"] == ReceptiveField((3, 1), (2, 1))
    # 3 + 4·2 along H, 1 + 4 along W: the widest branch holds the others.
    assert found["b"] == ReceptiveField((11, 5), (2, 1))
    assert found["c"] == ReceptiveField((11, 5), (1, 0.5))
    # Of two neighbours along c at least one reads what its neighbour does: one step of the stride before.
    assert found["d"] == ReceptiveField((13, 6), (1, 0.5))
    assert found["e"] == ReceptiveField((None, None), (None, None))


def test_branches_that_lie_apart_read_more_than_the_larger_of_them() -> None:
    found = fields(
        "netc: 1\ninput: [1, 64]\nlayers:\n"
        "  - {branches: [[{conv: 1, kernel: 3, padding: [[4, 0]]}, {crop: [[0, 2]]}], [{crop: [[2, 0]]}, {pad: [[0, 2]]}]],"
        " merge: add, name: b}\n"
    )
    assert found["b.branch0.conv1"].sizes == (3,)
    assert found["b"].sizes == (7,)  # from 4 before to 2 behind


def test_whatever_has_no_place_in_the_input_reads_all() -> None:
    found = fields(
        "netc: 1\ninput: [3, 8, 8]\nlayers:\n"
        "  - {conv: 4, kernel: 3, name: a}\n"
        "  - {linear: 5, axis: last, name: b}\n"
        "  - {norm: instance, name: c}\n"
        "  - {flatten: 1, name: d}\n"
        "  - {global_pool: avg, name: e}\n"
    )
    assert found["b"] == ReceptiveField((3, None), (1, None))
    assert found["c"] == ReceptiveField((None, None), (None, None))
    assert found["d"].sizes == (None,)
    assert found["e"] == ReceptiveField((), ())
    assert [field_texts(found[path]) for path in "abce"] == [
        ("3", "1"),
        ("3×all", "1×–"),
        ("all", ""),
        ("all", ""),
    ]


def test_a_sequence_is_read_along_time() -> None:
    found = fields(
        "netc: 1\ninput: {shape: [T], dtype: int64}\nlayers:\n"
        "  - {embed: 8, vocab: 10, name: a}\n"
        "  - {permute: [1, 0]}\n"
        "  - {conv: 8, kernel: 5, padding: same, name: b}\n"
        "  - {permute: [1, 0]}\n"
        "  - {linear: 8, name: c}\n"
        "  - {lstm: 8, name: d}\n"
    )
    assert [found[path].sizes for path in "abcd"] == [(1,), (5,), (5,), (None,)]


def test_an_image_of_channels_last_is_read_along_height_and_width() -> None:
    text = "netc: 1\ninput: {shape: [32, 48, 3], dtype: uint8}\nlayers:\n  - {permute: [2, 0, 1]}\n  - normalize\n"
    assert fields(text + "  - {conv: 8, kernel: [3, 5], stride: [1, 2], name: a}\n")["a"] == ReceptiveField(
        (3, 5), (1, 2)
    )


def test_of_two_inputs_the_first_that_is_read_counts() -> None:
    found = fields(
        "netc: 1\ninputs: {left: [3, 16, 16], right: [3, 16, 16]}\nlayers:\n"
        "  - {conv: 4, kernel: 3, padding: half, from: left, name: a}\n"
        "  - {conv: 4, kernel: 5, padding: half, from: right, name: b}\n"
        "  - {merge: add, from: [a, b], name: c}\n"
    )
    assert [found[path].sizes for path in "abc"] == [(3, 3), (5, 5), (3, 3)]


def test_symbolic_sizes_have_numbers_for_fields() -> None:
    any_size, fixed = last_field("unet_any_size"), last_field("fcn8s")
    assert any_size.strides == fixed.strides == (1, 1)
    assert all(any_size.sizes)


def test_where_too_many_elements_differ_all_is_read() -> None:
    text = "netc: 1\ninput: [1, 8]\nlayers:\n  - {{upsample: {0}, name: a}}\n  - {{upsample: 2, name: b}}\n"
    found = fields(text.format(MOST_PHASES))
    assert [found[path].sizes for path in "ab"] == [(1,), (None,)]


def test_json_has_an_entry_an_axis() -> None:
    from netc.report.formats import renderer

    net = netc.loads(BRANCHES)
    rows = {row["path"]: row for row in json.loads(renderer("json")(net.graph, net.summary))["layers"]}
    assert (rows["c"]["receptive_field"], rows["c"]["stride"]) == ([11, 5], [1, 0.5])
    assert (rows["e"]["receptive_field"], rows["e"]["stride"]) == ([None, None], [None, None])
    table = renderer("csv")(net.graph, net.summary).split("\n")
    assert [line.split(",")[-2:] for line in table if line[:2] in {"a,", "e,"}] == [
        ["3x1", "2x1"],
        ["all", ""],
    ]


LENGTH = 240

windows = st.builds(
    "{{conv: 1, kernel: {}, stride: {}, dilation: {}, padding: {}, bias: false}}".format,
    st.integers(1, 4),
    st.integers(1, 3),
    st.integers(1, 2),
    st.sampled_from(["valid", "same", "[[2, 1]]"]),
)
pools = st.builds("{{pool: avg, kernel: {}, stride: {}}}".format, st.integers(1, 3), st.integers(1, 2))
larger = st.one_of(
    st.builds("{{upsample: {}, mode: {}}}".format, st.integers(1, 3), st.sampled_from(["nearest", "linear"])),
    st.builds(
        "{{conv_transpose: 1, kernel: {}, stride: {}, padding: {}, bias: false}}".format,
        st.integers(2, 4),
        st.integers(1, 2),
        st.integers(0, 1),
    ),
)
moved = st.sampled_from(["{pad: [[3, 1]]}", "{crop: [[2, 5]]}", "{slice: 1, start: 3, step: 2}"])
apart = st.sampled_from(
    [
        "{branches: [[], [{conv: 1, kernel: 4, padding: [[0, 3]], bias: false}]], merge: add}",
        "{branches: [[{conv: 1, kernel: 3, stride: 2, padding: same, bias: false}], "
        "[{conv: 1, kernel: 1, stride: 2, padding: same, bias: false}]], merge: add}",
    ]
)
chains = st.lists(st.one_of(windows, pools, larger, moved, apart), min_size=1, max_size=4)


@settings(max_examples=40)
@given(chains)
def test_a_field_is_what_a_network_responds_to(layers: list[str]) -> None:
    """Of linear layers with weights of 1, the elements of which an impulse reaches an output, away from the edges."""
    text = f"netc: 1\ninput: [1, {LENGTH}]\nlayers: [{', '.join(layers)}]"
    net = netc.loads(text)
    shape = net.outputs["output"].shape
    [size], [stride] = list(net.layers.values())[-1].receptive_field
    assert size is not None
    assert stride is not None
    module = net.to_torch(
        weights={path: np.ones(type_.shape, np.float32) for path, type_ in net.parameters.items()}
    )
    with torch.no_grad():
        response = module.double().eval()(torch.eye(LENGTH, dtype=torch.float64)[:, None])[:, 0].numpy() != 0
    middle = [o for o in range(int(str(shape[1]))) if _lies_inside(response[:, o])]
    assume(len(middle) > 2)  # else all are near an edge
    spans = [np.flatnonzero(response[:, o]) for o in middle]
    assert size == max(span[-1] - span[0] + 1 for span in spans), text
    drift = (spans[-1][0] - spans[0][0]) - stride * (middle[-1] - middle[0])
    assert abs(drift) <= size, text


def _lies_inside(reached: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> bool:
    """Whether an output reads only elements of the middle third."""
    found = np.flatnonzero(reached)
    return bool(found.size) and found[0] > LENGTH / 3 and found[-1] < LENGTH * 2 / 3
