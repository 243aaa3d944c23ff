"""One warning a code and written place, however often it is met."""

from __future__ import annotations

from netc.lint import Selection
from tests.lint.warned import HEAD, codes, warned

CELL = f"""{HEAD}blocks:
  cell:
    params: {{stride: 1}}
    layers:
      - {{conv: 8, kernel: 2, stride: $stride}}
layers:
  - for: stride
    in: [1, 2, 2]
    layers: [{{use: cell, with: [stride]}}]
"""


def test_a_block_warns_once_with_the_chain_that_leads_there() -> None:
    [found] = warned(CELL)
    assert (found.code, found.severity, found.path, found.span.line) == ("W103", "warning", "cell2.conv1", 7)
    assert found.label == "1 of 15 rows and 1 of 15 columns are dropped"
    assert [note.message for note in found.notes] == [
        "`cell` is used here, at cell2",
        "row 1 of this `for`: stride = 2",
        "the same once more: `cell3.conv1`",
    ]


def test_what_every_variant_has_is_reported_once_without_a_variant() -> None:
    variants = "params: {width: 8}\nvariants: {small: {width: 4}, large: {width: 16}}\n"
    [found] = warned(f"{HEAD}{variants}layers: [{{conv: $width, kernel: 3, stride: 2}}]\n")
    assert found.notes == ()


def test_a_shared_bias_is_cancelled_where_every_user_cancels_it() -> None:
    layers = "  - {conv1x1: 8, name: a, norm: batch, bias: true}\n  - {conv1x1: 8, share: a"
    assert codes(f"{HEAD}layers:\n{layers}, norm: batch, bias: true}}\n") == "W104:4"


def test_the_longest_code_decides_and_of_two_alike_the_one_that_turns_off() -> None:
    def on(*select: str, ignore: tuple[str, ...] = ()) -> str:
        selection = Selection(select, ignore)
        return " ".join(code for code in ("W101", "W103", "W201", "W202") if selection.has(code))

    assert on() == "W101 W103"
    assert on("W2") == on("W") == "W101 W103 W201 W202"
    assert on("W201") == "W101 W103 W201"
    assert on(ignore=("W1",)) == ""
    assert on("W103", ignore=("W",)) == "W103"
    assert on("W", ignore=("W103", "W2")) == "W101"
    assert on("W103", ignore=("W103",)) == "W101"


def test_a_block_in_an_imported_file_warns_and_is_silenced_there(tmp_path: object) -> None:
    from pathlib import Path

    import netc

    folder = Path(str(tmp_path))
    cell = "netc: 1\nblocks:\n  cell:\n    layers:\n      - {conv: 8, kernel: 3, stride: 2}"
    (folder / "cells.yaml").write_text(f"{cell}\n")
    (folder / "net.yaml").write_text(f"{HEAD}import: [cells.yaml]\nlayers: [{{use: cells.cell}}]\n")
    [found] = netc.check(folder / "net.yaml")
    assert (found.code, Path(found.span.file).name, found.span.line) == ("W103", "cells.yaml", 5)
    (folder / "cells.yaml").write_text(f"{cell}  # netc: ignore[W103]\n")
    assert netc.check(folder / "net.yaml") == []
    assert netc.check(folder / "cells.yaml") == []
