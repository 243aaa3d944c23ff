"""Table 1 of the GoogLeNet paper, against what netc makes of the spec that copies it."""

from __future__ import annotations

from typing import Any

import netc
from netc.network import Network
from netc.report.summary import LayerSummary
from netc.types.dims import number
from tests.zoo.networks import SPECS, table

LAYERS = [
    "conv1",
    "pool1",
    "conv2 conv3",  # a 1x1 reduction and a 3x3 convolution are one row
    "pool2",
    "inception3a",
    "inception3b",
    "pool3",
    "inception4a",
    "inception4b",
    "inception4c",
    "inception4d",
    "inception4e",
    "pool4",
    "inception5a",
    "inception5b",
    "global_pool1",
    "dropout1",
    "linear1",
]
"""The layers of specs/googlenet.yaml that each row is; the last row, softmax, is none."""


def rows() -> list[dict[str, Any]]:
    published = table("googlenet_table1.json")
    return [dict(zip(published["columns"], row, strict=True)) for row in published["rows"]][: len(LAYERS)]


def parts(net: Network, layers: str) -> list[LayerSummary]:
    """The layers themselves and all inside."""
    return [row for path, row in net.layers.items() if path.split(".")[0] in layers.split()]


def differing(net: Network, layers: str, row: dict[str, Any]) -> list[str]:
    """Which of the row's costs are off by more than one unit: K is 1024 weights, M a million multiply-adds."""
    weights = sum(
        parameter.elements
        for path, parameter in net.parameters.items()
        if path.split(".")[0] in layers.split() and path.endswith(".weight")
    )
    made = {
        "params": weights / 1024,
        "ops": sum(number(part.macs, "a table") for part in parts(net, layers)) / 1e6,
    }
    return [name for name, cost in made.items() if row[name] and abs(float(row[name][:-1]) - cost) > 1]


def test_every_row_has_the_size_that_is_printed() -> None:
    net = netc.load(SPECS / "googlenet.yaml")
    made = [parts(net, layers)[-1].output.shape for layers in LAYERS]
    printed = [tuple(row["output size"]) for row in rows()]
    assert made == [(depth, height, width) if height > 1 else (depth,) for height, width, depth in printed]


def test_every_row_has_the_costs_that_are_printed_but_for_known_misprints() -> None:
    net = netc.load(SPECS / "googlenet.yaml")
    found = {
        f"{row['patch size/stride'] or ''} {row['type']}".strip(): " and ".join(costs)
        for layers, row in zip(LAYERS, rows(), strict=True)
        if (costs := differing(net, layers, row))
    }
    assert [f"{row}: {costs}" for row, costs in found.items()] == table("googlenet_table1.json")["misprints"]
