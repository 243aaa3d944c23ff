"""What was measured, for people and as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.measure import Comparison, Unit

MUCH_LESS = 0.5
"""Ratios below are said the other way round: how many times faster, or smaller, the first side is."""

LESS: dict[Unit, str] = {"seconds": "faster", "bytes": "smaller", "nodes": "fewer"}
"""What the side is that has less."""

MIB = 2**20


def row_text(row: Comparison) -> str:
    """A row of the table: what, then each side's median, their ratio and where it stands to the bounds."""
    width = max(len(row.first.name), len(row.second.name))
    first, second = (amount_text(side.median, row.unit) for side in (row.first, row.second))
    low, high = row.middle_half if row.ratio >= MUCH_LESS else reversed(row.middle_half)
    count = len(row.first.samples)
    half = f", middle half of {count}: {ratio_text(low, row.unit)} to {ratio_text(high, row.unit)}"
    lines = [
        row.what,
        f"  {row.first.name:<{width}}  {first:>9}",
        f"  {row.second.name:<{width}}  {second:>9}",
        f"  ratio {ratio_text(row.ratio, row.unit)}{half if row.unit == 'seconds' else ''}",
        *(f"  {bound.text}: {met_text(bound.met(row.first, row.second))}" for bound in row.bounds),
    ]
    return "\n".join(lines)


def amount_text(amount: float, unit: Unit) -> str:
    """A sample as it is read.

    >>> amount_text(0.0412, "seconds"), amount_text(70 * 2**20, "bytes"), amount_text(1234, "nodes")
    ('41.20 ms', '70.0 MiB', '1,234')
    """
    match unit:
        case "seconds":
            return seconds_text(amount)
        case "bytes":
            return f"{amount / MIB:,.1f} MiB"
        case "nodes":
            return f"{amount:,.0f}"


def seconds_text(seconds: float) -> str:
    """A duration in the unit that suits it.

    >>> seconds_text(12.345), seconds_text(0.0412), seconds_text(0.000123)
    ('12.35 s', '41.20 ms', '0.12 ms')
    """
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.2f} ms"


def ratio_text(ratio: float, unit: Unit = "seconds") -> str:
    """A ratio, turned over where it is small.

    >>> ratio_text(1.0312), ratio_text(9.6), ratio_text(0.01), ratio_text(0.01, "bytes")
    ('1.03×', '9.60×', '100.00× faster', '100.00× smaller')
    """
    return f"{1 / ratio:.2f}× {LESS[unit]}" if ratio < MUCH_LESS else f"{ratio:.2f}×"


def met_text(met: bool) -> str:
    """Whether a bound holds, in a word that is found by eye."""
    return "met" if met else "NOT MET"


def machine_text(machine: Mapping[str, str]) -> str:
    """The machine, a fact a line."""
    width = max(map(len, machine))
    return "\n".join(f"{name:<{width}}  {fact}" for name, fact in machine.items())


def row_json(row: Comparison) -> dict[str, Any]:
    """A row with every sample, in its unit."""
    return {
        "what": row.what,
        "unit": row.unit,
        "sides": [
            {"name": side.name, "median": side.median, "samples": side.samples}
            for side in (row.first, row.second)
        ],
        "ratio": row.ratio,
        "middle_half": row.middle_half,
        "bounds": [
            {"kind": bound.kind, "limit": bound.limit, "met": bound.met(row.first, row.second)}
            for bound in row.bounds
        ],
    }


def write_json(path: Path, machine: Mapping[str, str], rows: Sequence[Comparison]) -> None:
    """Everything into a file."""
    content = {"machine": machine, "rows": [row_json(row) for row in rows]}
    path.write_text(json.dumps(content, indent=2) + "\n")
