"""What processes take, in memory too, and rows of other units than seconds."""

from __future__ import annotations

import sys

import pytest

from benchmarks import process, report
from benchmarks.exports import SPECS, against_each, footprint_rows
from benchmarks.measure import Comparison, Timing, turns
from benchmarks.pairs import EXPORTED
from benchmarks.process import Footprint

MIB = 2**20
HOLD = "held = bytearray({0}); held[::4096] = bytes(len(held[::4096]))"


def test_a_process_is_charged_with_its_own_memory_and_that_of_its_children() -> None:
    held = bytearray(200 * MIB)
    held[::4096] = bytes(len(held[::4096]))  # this process is a large one: its children are not
    small = process.footprint(sys.executable, "-S", "-c", HOLD.format(MIB))
    large = process.footprint(sys.executable, "-S", "-c", HOLD.format(100 * MIB))
    inner = process.footprint(
        "sh", "-c", '"$@"; true', "sh", sys.executable, "-S", "-c", HOLD.format(100 * MIB)
    )
    assert small.peak < 50 * MIB
    assert 100 * MIB <= large.peak < 150 * MIB
    assert 100 * MIB <= inner.peak < 150 * MIB
    assert large.cpu > 0
    assert large.wall > 0


def test_a_process_that_fails_says_so_through_the_one_that_starts_it() -> None:
    with pytest.raises(RuntimeError, match=r"(?s)launcher\.py .* ended with 1:\nno such layer"):
        process.footprint(sys.executable, "-c", "import sys; sys.stderr.write('no such layer'); sys.exit(3)")


def test_turns_return_whatever_sides_do() -> None:
    answers = iter("abcdefgh")
    assert turns([lambda: next(answers), lambda: next(answers).upper()], 3) == [
        ["c", "e", "g"],
        ["D", "F", "H"],
    ]


def test_memory_files_and_nodes_read_in_their_units() -> None:
    netc = Timing("netc compile", (70 * MIB,))
    torch = Timing("torch.onnx.export", (2450 * MIB,))
    rows = [
        Comparison("peak", netc, torch, unit="bytes"),
        Comparison("nodes", Timing("netc", (57,)), Timing("torch", (60,)), unit="nodes"),
        Comparison("nodes", Timing("netc", (1057,)), Timing("torch", (5285,)), unit="nodes"),
    ]
    assert [report.row_text(row).splitlines() for row in rows] == [
        [
            "peak",
            "  netc compile        70.0 MiB",
            "  torch.onnx.export  2,450.0 MiB",
            "  ratio 35.00× smaller",
        ],
        ["nodes", "  netc          57", "  torch         60", "  ratio 0.95×"],
        ["nodes", "  netc       1,057", "  torch      5,285", "  ratio 5.00× fewer"],
    ]
    assert [report.row_json(row)["unit"] for row in rows] == ["bytes", "nodes", "nodes"]


def test_one_side_is_compared_with_each_other_by_time_and_by_memory() -> None:
    taken = {"netc": [Footprint(1, 1, 70)], "cp": [Footprint(0.5, 0.1, 10)], "torch": [Footprint(9, 9, 2000)]}
    rows = list(footprint_rows("a net", taken))
    assert [(row.what, row.first.name, row.second.name, row.unit, row.ratio) for row in rows] == [
        ("a net, whole process, wall time", "netc", "cp", "seconds", 2),
        ("a net, whole process, wall time", "netc", "torch", "seconds", 1 / 9),
        ("a net, whole process, peak memory", "netc", "cp", "bytes", 7),
        ("a net, whole process, peak memory", "netc", "torch", "bytes", 70 / 2000),
    ]
    assert list(against_each("alone", [Timing("netc", (1,))], "nodes")) == []


def test_networks_are_named_once_for_those_who_load_torch_and_those_who_do_not() -> None:
    assert {pair.name: pair.spec for pair in EXPORTED} == SPECS
