"""Start-up: checking a small spec against what any program of pydantic and PyYAML must pay.

The processor time of `netc check specs/lenet.yaml` as a whole process, against that of a Python that imports
yaml and defines one pydantic model: the ground that netc stands on, and can do nothing about.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from benchmarks.measure import Bound, Comparison, Side, compare
from benchmarks.process import NETC, run

SPEC = "specs/lenet.yaml"
GROUND = """
import yaml
from pydantic import BaseModel

class Model(BaseModel):
    kernel: int
"""
BOUND = Bound("ratio", 1.35)


def measure(repeats: int) -> Iterator[Comparison]:
    """One row."""
    yield compare(
        "start-up, processor time",
        Side(f"netc check {SPEC}", lambda: run(NETC, "check", SPEC).cpu),
        Side("import yaml, define one pydantic model", lambda: run(sys.executable, "-c", GROUND).cpu),
        repeats,
        BOUND,
    )
