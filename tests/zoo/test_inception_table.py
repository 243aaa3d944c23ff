"""Table 1 of the Inception-v3 paper, copied row by row, and where it contradicts itself.

Each row is a layer that reads an input of the size printed beside it, and a claim: an element-wise maximum of
what it makes and the input of the next row, which needs equal shapes. The modules of figures 5 to 7 are those of
specs/inception_v3.yaml, for neither the table nor the figures print the widths inside.
"""

from __future__ import annotations

import pytest

import netc
from tests.conftest import Golden
from tests.zoo.networks import GOLDEN, SPECS, table


def layer(kind: str, remark: str, channels: int) -> str:
    """The row as a person would write it; ``channels`` are those of the row's output."""
    match kind, remark.partition("x")[0]:
        case "conv" | "conv padded", kernel:
            stride, padding = remark.split("/")[1], "half" if kind == "conv padded" else "valid"
            return f"conv: {channels}, kernel: {kernel}, stride: {stride}, padding: {padding}"
        case "pool", "8":
            return "pool: avg, kernel: 8"
        case "pool", kernel:
            return f"pool: max, kernel: {kernel}, stride: {remark.split('/')[1]}"
        case "linear", _:
            return f"linear: {channels}, axis: channels"
        case _:
            count, figure = kind.removesuffix("xInception"), remark.removeprefix("As in figure ")
            width = ", with: {width: 192}" if figure == "6" else ""
            return f"use: figure{figure}{width}, repeat: {count}"


def transcription() -> str:
    """The whole table as a spec."""
    rows: list[list[str]] = table("inception_v3_table1.json")["rows"]
    shapes = [[int(size) for size in reversed(printed.split("x"))] for _, _, printed in rows]
    lines = ["netc: 1", "name: inception_v3_table1", "", "inputs:  # as printed: the input size of each row"]
    lines += [f"  row{index}: {shape}" for index, shape in enumerate(shapes, 1)]
    lines += ["", "layers:"]
    for index, (row, made) in enumerate(zip(rows, shapes[1:], strict=False), 1):
        lines += [
            f"  - head: claim{index}",
            f"    from: row{index}",
            "    layers:",
            f"      - {{{layer(row[0], row[1], made[0])}}}",
            f"      - {{merge: max, from: [prev, row{index + 1}]}}  # row {index}: {', '.join(row)}",
        ]
    lines.append(f"  - {{act: softmax, from: row{len(rows)}}}  # row {len(rows)}: {', '.join(rows[-1])}")
    written = (SPECS / "inception_v3.yaml").read_text(encoding="utf-8")
    modules = written[written.index("defaults:") : written.index("layers:\n  - {conv: 32")]
    return "\n".join(lines) + f"\n\n{modules}".rstrip() + "\n"


def test_the_table_as_printed_does_not_fit_together(golden: Golden) -> None:
    spec = transcription()
    golden(GOLDEN / "inception_v3_table1.yaml", spec)
    with pytest.raises(netc.SpecError) as raised:
        netc.loads(spec, filename="inception_v3_table1.yaml")
    golden(GOLDEN / "inception_v3_table1.txt", f"{raised.value}\n")


def test_three_rows_do_not_make_what_the_next_row_reads() -> None:
    spec = transcription()
    with pytest.raises(netc.SpecError) as raised:
        netc.loads(spec)
    lines = spec.splitlines()
    found = [(lines[each.span.line - 1].partition("# ")[2], each.label) for each in raised.value.diagnostics]
    assert found == [
        ("row 7: conv, 3x3/1, 35x35x192", "`prev`: 288×33×33, `row8`: 288×35×35"),
        ("row 8: 3xInception, As in figure 5, 35x35x288", "`prev`: 288×35×35, `row9`: 768×17×17"),
        ("row 9: 5xInception, As in figure 6, 17x17x768", "`prev`: 768×17×17, `row10`: 1280×8×8"),
    ]
