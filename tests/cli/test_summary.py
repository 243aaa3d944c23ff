"""``netc summary``."""

from __future__ import annotations

import csv
import json
import re
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Netc

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("format_", ["table", "json", "csv", "markdown"])
def test_a_summary(netc: Netc, golden: Callable[[Path, str], None], format_: str) -> None:
    ended = netc("summary", "small.yaml", "--format", format_)
    assert (ended.status, ended.err) == (0, "")
    golden(GOLDEN / f"summary_{format_}.txt", ended.out)


def test_the_rows_add_up_to_the_totals(netc: Netc) -> None:
    document = json.loads(netc("summary", "small.yaml", "--format", "json").out)
    for name in ("params", "trainable_params", "buffers", "macs", "activation_bytes"):
        assert sum(row[name] for row in document["layers"]) == document["totals"][name]
    assert document["totals"]["flops"] == 2 * document["totals"]["macs"]
    rows = list(csv.DictReader(StringIO(netc("summary", "small.yaml", "--format", "csv").out)))
    assert [row["path"] for row in rows] == [row["path"] for row in document["layers"]]
    assert [int(row["macs"]) for row in rows] == [row["macs"] for row in document["layers"]]


def test_what_sharing_saves_has_columns_of_its_own(netc: Netc) -> None:
    lines = netc("summary", "small.yaml", "--sharing").out.splitlines()
    assert re.split("  +", lines[2])[3:] == [
        "parameters",
        "without sharing",
        "factor",
        "MACs",
        "rec. field",
        "stride",
        "activations",
    ]
    assert lines[4].split()[3:6] == ["40", "31,360", "784"]
    assert lines[-2].split() == ["total", "4,266", "93,306", "21.9", "88,592", "42.9", "KiB"]
    rows = list(csv.DictReader(StringIO(netc("summary", "small.yaml", "--sharing", "--format", "csv").out)))
    assert [(row["unshared_params"], row["sharing_factor"]) for row in rows[:2]] == [
        ("31360", "784"),
        ("0", ""),
    ]


def test_a_summary_of_standard_input_with_another_value(netc: Netc) -> None:
    text = Path("small.yaml").read_text()
    ended = netc("summary", "-", "--set", "classes=0x10", "--variant", "wide", "--format", "json", stdin=text)
    document = json.loads(ended.out)
    assert document["outputs"] == {"output": {"shape": [16], "dtype": "float32", "layout": "channels_first"}}
    assert document["layers"][0]["output_shape"] == [16, 28, 28]


def test_a_wrong_spec_has_no_summary(netc: Netc) -> None:
    ended = netc("summary", "wrong.yaml")
    assert (ended.status, ended.out) == (1, "")
    assert ended.err.startswith("error[E201]: ")
    assert netc("summary", "nowhere.yaml") == (
        2,
        "",
        "error: nowhere.yaml cannot be read: No such file or directory\n",
    )
