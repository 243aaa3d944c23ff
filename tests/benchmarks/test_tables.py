"""Figures as tables of the documentation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks import report, tables
from benchmarks.exports import against_each, footprint_rows
from benchmarks.measure import Timing
from benchmarks.process import Footprint

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

TABLE = """\
|  | netc | `cp` | ratio | `torch.onnx.export` | ratio |
| --- | --- | --- | --- | --- | --- |
| a net, whole process, wall time | 1.00 s | 500.00 ms | 2.00× | 9.00 s | 9.00× faster |
| a net, whole process, peak memory | 64.0 MiB | 16.0 MiB | 4.00× | 2,048.0 MiB | 32.00× smaller |
| a net, nodes | 12 |  |  | 15 | 0.80× |
"""


def test_a_measure_is_a_line_and_a_side_two_columns(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    taken = {
        "netc compile": [Footprint(1, 1, 2**26)],
        "cp": [Footprint(0.5, 0.1, 2**24)],
        "torch.onnx.export": [Footprint(9, 9, 2**31)],
    }
    nodes = [Timing("netc compile", (12,)), Timing("torch.onnx.export", (15,))]
    rows = [*footprint_rows("a net", taken), *against_each("a net, nodes", nodes, "nodes")]
    figures = tmp_path / "figures.json"
    report.write_json(figures, {"processor": "one"}, rows)
    tables.main(str(figures))
    assert capsys.readouterr().out == TABLE
    tables.main(str(figures), "nodes", "latency")
    assert capsys.readouterr().out.splitlines() == [
        "|  | netc | `torch.onnx.export` | ratio |",
        "| --- | --- | --- | --- |",
        "| a net, nodes | 12 | 15 | 0.80× |",
    ]
