"""netc's files have no more nodes than simplifiers leave of torch's, but for those that runtimes need."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import netc
from benchmarks.nodes import Row, deliberate, measured

if TYPE_CHECKING:
    from onnx import ModelProto

    from benchmarks.nodes import Ops


@pytest.mark.parametrize("spec", ["pedestrian", "resnet_cifar"])
def test_a_slice_of_the_zoo(spec: str) -> None:
    row = measured(spec)
    assert row.how == "trace"
    assert all(row.total(step) for step in ("torch", "onnxslim", "onnxsim", "netc")), row.counts
    assert row.excess is not None
    assert row.excess <= 0, row.text


def row(netc: int, onnxslim: Ops | str, onnxsim: Ops | str, **reasons: int) -> Row:
    counts = {"torch": {"Conv": 9}, "onnxslim": onnxslim, "onnxsim": onnxsim, "netc": {"Conv": netc}}
    return Row("net", "trace", counts, reasons)


def test_only_what_has_a_reason_may_be_more() -> None:
    assert row(5, {"Conv": 5}, {"Conv": 6}).excess == 0
    assert row(4, {"Conv": 5}, {"Conv": 6}, pads=3).excess == -1
    assert row(7, {"Conv": 5}, {"Conv": 6}, pads=2).excess == 0
    assert row(8, {"Conv": 5}, {"Conv": 4}, pads=2).excess == 2
    assert row(8, "took more than 600 s", {"Conv": 9}).excess == -1
    assert row(8, "crashed", "crashed").excess is None


def test_a_row_as_it_is_printed() -> None:
    found = [
        row(7, {"Conv": 5}, {"Conv": 6}, pads=2).text,
        row(5, {"Conv": 5}, "crashed", pads=2).text,
        row(5, "crashed", "crashed").text,
    ]
    assert found == [
        "net                             9         5         6         7   1.40×  2 pads",
        "net                             9         5         –         5   1.00×",
        "net                             9         –         –         5       –",
    ]


@pytest.mark.parametrize(
    ("layers", "reasons"),
    [
        ("{global_pool: avg}, {linear: 2}", {"Flatten after a global pool": 1}),
        ("{adaptive_pool: avg, to: 1}, flatten", {"Flatten after a global pool": 1}),
        ("{pool: avg, kernel: 3, padding: 1, count_padding: true}", {"Pad before a pool": 1}),
        (
            "{pool: avg, kernel: 2, stride: 2, round: ceil}",
            {"Pad before a pool": 1, "Mul after an average pool": 1},
        ),
        ("{depthwise: 3, padding: [[0, 1], [0, 1]]}", {"Pad before a depthwise conv": 1}),
        ("{pad: 1, mode: reflect}, {conv: 2, kernel: 3}", {}),
        ("flatten, {linear: 2}", {}),
    ],
)
def test_the_reasons(layers: str, reasons: Ops) -> None:
    model: ModelProto = netc.loads(f"netc: 1\ninput: [2, 7, 7]\nlayers: [{layers}]\n").compile("onnx")
    assert deliberate(model.graph) == reasons
