"""The format ``table`` of a verification: 80 columns, for a terminal."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from netc.diagnostics.paint import painter
from netc.diagnostics.printable import printable
from netc.report.grid import Grid, as_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from netc.diagnostics.paint import Paint, Style
    from netc.verification.report import Report, Result, Row, Run

COLUMNS = 80
HEAD = ("runtime", "version", "result", "difference", "time", "first at")
NUMBERS = frozenset({3, 4})
STYLES: Mapping[Result, Style] = {"differs": "error", "fails": "error", "known": "note"}
VERBS: Mapping[Result, tuple[str, str]] = {
    "differs": ("differs", "differ"),
    "fails": ("fails", "fail"),
    "known": ("goes wrong as it is known to", "go wrong as they are known to"),
}
"""What is said of one runtime with a result, and of several."""

LONGEST_VERSION = 14
WIDEST_BUT_THE_PATH = 66
"""Columns of all but the last, with a long name, its gaps included."""


def render(report: Report, *, color: bool = False) -> str:
    """A row a runtime, a remark for each that is not well, what was run, and the verdict."""
    paint = painter(color)
    lines = [paint("strong", printable(f"{report.name}: its ONNX file against torch {report.reference}")), ""]
    if report.rows:
        lines += [*_table(report, paint, color=color), ""]
    remarks = [text for row in report.rows if (text := remark(row))]
    remarks += report.remarks
    remarks += [f"not installed: {name}: {way_out}" for name, way_out in report.missing.items()]
    remarks.append(f"run at {runs_text(report.runs)}")
    if report.left_out:
        remarks.append(f"left out, as too large: {'; '.join(map(str, report.left_out))}")
    lines += (line for text in remarks for line in _wrapped(text))
    lines += (paint("strong" if report.agrees else "error", line) for line in _wrapped(verdict(report)))
    return "\n".join(lines)


def _table(report: Report, paint: Paint, *, color: bool) -> Iterator[str]:
    """The lines of the grid, those of runtimes that are not well in their colours."""
    cells: list[tuple[str, ...]] = [
        ("torch", _clipped(report.reference), "", "", time_text(report.seconds), "")
    ]
    cells += map(_cells, report.rows)
    shown = len(HEAD) if any(row.first for row in report.rows) else len(HEAD) - 1
    grid = Grid(HEAD[:shown], [row[:shown] for row in cells], NUMBERS)
    head, rule, torch, *lines = as_text(grid, color=color)
    yield from (head, rule, torch)
    for row, line in zip(report.rows, lines, strict=True):
        yield paint(STYLES[row.result], line) if row.result in STYLES else line


def _cells(row: Row) -> tuple[str, ...]:
    difference = "" if row.difference is None else f"{row.difference:.1e}"
    path = "" if row.first is None else row.first.path
    room = COLUMNS - max(
        WIDEST_BUT_THE_PATH, WIDEST_BUT_THE_PATH + len(row.runtime) - len("onnxruntime-plain")
    )
    return (
        row.runtime,
        _clipped(row.version),
        row.result,
        difference,
        time_text(row.seconds),
        _end(path, room),
    )


def _clipped(version: str) -> str:
    return version if len(version) <= LONGEST_VERSION else f"{version[: LONGEST_VERSION - 1]}…"


def _end(path: str, room: int) -> str:
    """A path, or its end where there is not room for it all."""
    return path if len(path) <= room else f"…{path[1 - room :]}"


def time_text(seconds: float | None) -> str:
    """A time as people read it; nothing for none.

    >>> time_text(0.000123), time_text(0.0456), time_text(12.3)
    ('0.12 ms', '46 ms', '12.3 s')
    """
    if seconds is None:
        return ""
    if seconds >= 1:
        return f"{seconds:.1f} s"
    return f"{1000 * seconds:.2f} ms" if seconds < 0.01 else f"{1000 * seconds:.0f} ms"


def remark(row: Row) -> str:
    """What there is to say of a runtime that is not well, in a sentence; nothing of another."""
    if row.result == "ok":
        return ""
    where = f" at {row.run}" if row.run is not None else ""
    if row.result == "known":
        return f"{row.runtime}{where}: known: {row.reason}"
    text = f"{row.runtime} {row.result}{where}: {row.reason}"
    if row.first is not None:
        text += f"; first at {row.first}"
        text += f", by {row.first.difference:.1e}" if row.first.difference is not None else ""
    return f"{text}; {row.search}" if row.search else text


def runs_text(runs: Sequence[Run]) -> str:
    """The runs in words.

    >>> from netc.verification.report import Run
    >>> runs_text([Run(1, {}), Run(3, {})])
    'batches 1 and 3'
    >>> runs_text([Run(batch, {"H": H}) for H in (1, 7) for batch in (1, 3)])
    'batches 1 and 3, each at H = 1; H = 7'
    >>> runs_text([Run(1, {"H": 1}), Run(3, {"H": 1}), Run(1, {"H": 9})])
    'batch 1, H = 1; batch 3, H = 1; batch 1, H = 9'
    """
    batches = list(dict.fromkeys(run.batch for run in runs))
    sizes = list(dict.fromkeys(str(run._replace(batch=0)).partition(", ")[2] for run in runs))
    if len(runs) != len(batches) * len(sizes):
        return "; ".join(map(str, runs))
    several = len(batches) > 1
    text = f"batch{'es' * several} {listed(map(str, batches))}"
    return f"{text}, {'each ' * several}at {'; '.join(sizes)}" if sizes[0] else text


def listed(words: Iterable[str]) -> str:
    """Words with commas and an "and".

    >>> listed(["a"]), listed(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def verdict(report: Report) -> str:
    """Who agrees, and who does not, in a sentence."""
    if report.problem:
        return report.problem
    within = f"with torch within {report.rtol:g} of an output's largest element"
    parts: list[str] = []
    for result, (of_one, of_several) in VERBS.items():
        names = [row.runtime for row in report.rows if row.result == result]
        if names:
            parts.append(f"{listed(names)} {of_several if len(names) > 1 else of_one}")
    agreeing = sum(row.result == "ok" for row in report.rows)
    start = f"{agreeing} of {len(report.rows)} {'agrees' if agreeing == 1 else 'agree'} {within}"
    return "; ".join([start, *parts])


def _wrapped(text: str) -> list[str]:
    """A text in lines that fit, those after the first indented; words that do not fit stay whole."""
    return wrap(
        printable(text), COLUMNS, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )
