"""Growth: checking ten times as many layers.

The processor time of `netc check` as a whole process on two generated specs, chains of 1,000 and of 10,000
convolutions, each written out in a line of its own. Start-up is part of both.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measure import Bound, Comparison, Side, compare
from benchmarks.process import NETC, run

SMALL, LARGE = 1_000, 10_000
HEAD = "netc: 1\nname: chain\ninput: [8, 16, 16]\nlayers:\n"
LAYER = "  - {conv: 8, kernel: 3, padding: same, act: relu}\n"
BOUNDS = (Bound("ratio", 12), Bound("seconds", 2))


def chain(layers: int) -> str:
    """The text of a spec with so many layers."""
    return HEAD + LAYER * layers


def measure(repeats: int) -> Iterator[Comparison]:
    """One row."""
    with TemporaryDirectory() as folder:
        yield compare(
            "growth of a check, processor time",
            checking(LARGE, Path(folder)),
            checking(SMALL, Path(folder)),
            repeats,
            *BOUNDS,
        )


def checking(layers: int, folder: Path) -> Side:
    """The check of a chain that is written into ``folder``."""
    spec = folder / f"chain_{layers}.yaml"
    spec.write_text(chain(layers))
    return Side(f"{layers:,} layers", lambda: run(NETC, "check", str(spec)).cpu)
