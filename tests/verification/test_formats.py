"""What a report looks like, whole."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from netc.diagnostics import Span
from netc.verification import Place, Report, Row, Run
from netc.verification.as_table import render
from netc.verification.formats import MODULES, renderer

GOLDEN = Path(__file__).parent / "golden"

SMALL, LARGE = {"H": 32, "W": 32}, {"H": 512, "W": 512}
POOL = Span("specs/googlenet.yaml", 31, 9, 31, 13)
DEEP = "stage4.block12.residual1.branches1.3x3.conv1.norm"

ROWS = (
    Row("onnxruntime", "1.32.0", "ok", 2.13e-7, run=Run(3, SMALL), seconds=0.0123),
    Row(
        "ncnn",
        "1.0.20261020 by pnnx 20261020",
        "known",
        reason="embeddings are no layer that pnnx knows, in 20261020",
        run=Run(1, SMALL),
    ),
    Row(
        "onnxruntime-plain",
        "1.32.0",
        "differs",
        0.31,
        "the output `output` differs by 3.1e-01 of its largest element",
        Run(3, SMALL),
        Place(DEEP, "conv", POOL, 0.29),
        seconds=1.5,
    ),
    Row(
        "mnn",
        "3.6.1",
        "fails",
        reason="the process was ended by SIGSEGV: \x1b[31mConvert failed",
        run=Run(1, SMALL),
        first=Place("inception3a", "branches", None, None),
    ),
    Row(
        "tract",
        "0.23.9",
        "fails",
        reason="no answer in 60 s",
        run=Run(1, SMALL),
        search="the search for it was given up after 4 parts of the network",
    ),
    Row(
        "opencv", "5.0.0.93", "known", 0.5, "odd sizes are resized by halves", Run(1, SMALL), seconds=0.000432
    ),
)

REPORT = Report(
    "googlenet",
    ROWS,
    (Run(1, SMALL), Run(3, SMALL)),
    (Run(3, LARGE),),
    {"openvino": "install netc with its extra `openvino`"},
    1e-3,
    "2.13.0+cpu",
    0.0456,
)


@pytest.mark.parametrize("name", MODULES)
def test_a_report_with_everything(name: str, golden: Callable[[Path, str], None]) -> None:
    golden(GOLDEN / f"{name}.txt", renderer(name)(REPORT) + "\n")


def test_lines_fit_a_terminal_of_80_columns() -> None:
    assert max(map(len, render(REPORT).splitlines())) == 80
    assert "\x1b" not in render(REPORT)


def test_where_all_is_well_the_table_is_short() -> None:
    assert render(REPORT._replace(rows=ROWS[:1], left_out=(), missing={}, runs=(Run(1, {}),))) == (
        "googlenet: its ONNX file against torch 2.13.0+cpu\n"
        "\n"
        "runtime      version     result  difference   time\n"
        "──────────────────────────────────────────────────\n"
        "torch        2.13.0+cpu                      46 ms\n"
        "onnxruntime  1.32.0      ok         2.1e-07  12 ms\n"
        "\n"
        "run at batch 1\n"
        "1 of 1 agrees with torch within 0.001 of an output's largest element"
    )


def test_where_nothing_can_be_compared_there_is_no_table() -> None:
    problem = "torch's own output `output` holds NaN at batch 1: nothing can be compared with it"
    assert render(REPORT._replace(rows=(), left_out=(), missing={}, problem=problem)) == (
        "googlenet: its ONNX file against torch 2.13.0+cpu\n"
        "\n"
        "run at batches 1 and 3, each at H = 32, W = 32\n"
        "torch's own output `output` holds NaN at batch 1: nothing can be compared with\n"
        "  it"
    )


def test_colours_tell_the_rows_apart() -> None:
    lines = render(REPORT, color=True).splitlines()
    colours = {row.runtime: next(line for line in lines if row.runtime in line) for row in ROWS}
    assert not colours["onnxruntime"].startswith("\x1b")
    assert colours["mnn"].startswith("\x1b[1;31m")
    assert colours["ncnn"].startswith("\x1b[36m")


def test_json_has_every_field() -> None:
    told = json.loads(renderer("json")(REPORT))
    assert [tuple(row) for row in told["runtimes"]] == [Row._fields] * len(ROWS)
    assert told["runtimes"][2]["first"] == {
        "path": DEEP,
        "kind": "conv",
        "file": "specs/googlenet.yaml",
        "line": 31,
        "difference": 0.29,
    }
    assert told["agrees"] is False
