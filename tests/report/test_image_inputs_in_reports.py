"""What reports say of inputs that are fed as `hwc`."""

from __future__ import annotations

import json

import netc
from netc.report.formats import renderer
from netc.report.receptive_field import ReceptiveField, receptive_fields

SPEC = """
netc: 1
name: photo
inputs: {photo: {shape: [H, 48, 3], dtype: uint8, layout: hwc}, mask: {shape: [1, 64, 48], dtype: uint8}}
dims: {H: {min: 8}}
layers:
  - {normalize: {mean: 0.5}, from: mask}
  - {global_pool: avg, name: masked}
  - {normalize: imagenet, from: photo}
  - {conv: 8, kernel: [5, 3], stride: [2, 1]}
  - {global_pool: avg}
  - {merge: concat, from: [masked, prev]}
"""


def test_the_table_begins_with_what_is_fed_and_has_a_row_a_layer() -> None:
    net = netc.loads(SPEC)
    title, _, *rows = renderer("table")(net.graph, net.summary, sharing=False).split("\n")
    assert title == "photo: photo H×48×3 uint8 hwc, mask 1×64×48 uint8 → output 9 (H: min 8)"
    kinds = "normalize", "global_pool", "normalize", "conv", "global_pool", "merge"
    assert [row.split()[1] for row in rows[2 : 2 + len(kinds)]] == list(kinds)


def test_json_says_how_each_input_is_laid_out() -> None:
    net = netc.loads(SPEC)
    found = json.loads(renderer("json")(net.graph, net.summary, sharing=False))
    assert found["inputs"] == {
        "photo": {"shape": ["H", 48, 3], "dtype": "uint8", "layout": "hwc"},
        "mask": {"shape": [1, 64, 48], "dtype": "uint8", "layout": "channels_first"},
    }
    assert "photo.channels_first" not in json.dumps(found)


def test_receptive_fields_are_counted_along_height_and_width() -> None:
    net = netc.loads(SPEC)
    assert net.layers["conv1"].receptive_field == ReceptiveField((5, 3), (2, 1))
    fed = receptive_fields(net.graph)[net.graph.inputs[0]]
    assert fed == ReceptiveField((1, 1), (1, 1))
