"""What weight sharing saves: parameters as they would be if no two places had the same."""

from __future__ import annotations

import csv
import json
from io import StringIO
from math import prod
from pathlib import Path

import netc
from netc.report.formats import renderer
from netc.report.summary import ratio

SPECS = Path(__file__).parents[2] / "specs"

CONV_AND_LOCAL = """\
netc: 1
name: pair
input: [3, 10, 10]
layers:
  - {{{kind}: 8, kernel: 3, stride: 2, name: windows}}
"""


def test_without_sharing_a_conv_is_a_local_layer() -> None:
    shared = netc.loads(CONV_AND_LOCAL.format(kind="conv")).layers["windows"]
    local = netc.loads(CONV_AND_LOCAL.format(kind="local")).layers["windows"]
    assert shared.params == 8 * (3 * 9 + 1)
    assert shared.unshared_params == local.params == local.unshared_params == shared.params * 4 * 4
    assert (shared.sharing_factor, local.sharing_factor) == (16, 1)


def test_googlenet_by_the_rows_of_its_table() -> None:
    net = netc.load(SPECS / "googlenet.yaml")
    rows = net.layers.values()
    # A convolution's filters and biases serve as many positions as its output has; the classifier's serve one.
    expected = sum(row.params * prod(map(int, map(str, row.output.shape[1:]))) for row in rows)
    totals = net.summary.totals
    assert (totals.params, totals.unshared_params) == (6_998_552, expected)
    assert totals.sharing_factor == expected / 6_998_552
    assert round(expected / 6_998_552, 1) == 226.6


def test_every_weight_that_is_not_shared_multiplies_once() -> None:
    for spec in ("alexnet", "vgg", "unet"):
        net = netc.load(SPECS / f"{spec}.yaml")
        biases = sum(
            prod(row.output.shape[:1]) * prod(row.output.shape[1:])
            for row in net.layers.values()
            if row.params
        )
        assert net.summary.totals.unshared_params == net.summary.totals.macs + biases


TIED = """\
netc: 1
name: tied
input: {shape: [T], dtype: int64}
layers:
  - {embed: 4, vocab: 10}
  - {gru: 3, name: steps}
  - {linear: 3, name: a}
  - {linear: 3, share: a, name: b}
  - {norm: layer, name: c}
  - {global_pool: max}
"""


def test_a_step_and_a_layer_that_shares_count_each_time() -> None:
    net = netc.loads(TIED)
    found = {path: str(row.unshared_params) for path, row in net.layers.items()}
    assert found == {
        "embed1": "40·T",
        "steps": "81·T",
        "a": "12·T",
        "b": "12·T",
        "c": "6·T",
        "global_pool1": "0",
    }
    assert (net.layers["b"].params, net.layers["b"].sharing_factor) == (0, None)
    assert [str(net.layers[path].sharing_factor) for path in ("embed1", "steps", "a", "c")] == ["T"] * 4
    assert str(net.summary.totals.unshared_params) == "151·T"
    assert net.summary.totals.sharing_factor == "151·T/139"


def test_the_columns_of_each_format() -> None:
    net = netc.loads(TIED)

    def drawn(format_: str, *, sharing: bool) -> str:
        return renderer(format_)(net.graph, net.summary, sharing=sharing)

    assert drawn("table", sharing=True).split("\n")[2:] == [
        "layer         kind               output  parameters  without sharing     factor  MACs  rec. field  stride      activations",
        "─" * 122,
        "embed1        embed              T×4             40             40·T          T     0           1       1       16·T bytes",
        "steps         gru                T×3             81             81·T          T  63·T         all               12·T bytes",
        "a             linear             T×3             12             12·T          T   9·T         all               12·T bytes",
        "b             linear (shares a)  T×3              0             12·T              9·T         all               12·T bytes",
        "c             norm               T×3              6              6·T          T     0         all               12·T bytes",
        "global_pool1  global_pool        3                0                0                0         all                 12 bytes",
        "─" * 122,
        "total                                           139            151·T  151·T/139  81·T                      64·T + 12 bytes",
        "162·T FLOPs",
    ]
    assert "without sharing" not in drawn("table", sharing=False)
    assert drawn("markdown", sharing=True).split("\n")[2].split(" | ")[3:7] == [
        "parameters",
        "without sharing",
        "factor",
        "MACs",
    ]
    rows = list(csv.DictReader(StringIO(drawn("csv", sharing=True))))
    assert [(row["unshared_params"], row["sharing_factor"]) for row in rows[2:4]] == [
        ("12·T", "T"),
        ("12·T", ""),
    ]
    assert "unshared_params" not in drawn("csv", sharing=False)
    assert drawn("json", sharing=True) == drawn("json", sharing=False)
    document = json.loads(drawn("json", sharing=False))
    assert document["totals"]["unshared_params"] == "151·T"
    assert document["layers"][3]["sharing_factor"] is None


def test_a_ratio_is_whole_where_it_can_be() -> None:
    assert [ratio(12, 4), ratio(13, 4), ratio(4, 0)] == [3, 3.25, None]
