"""Two processes train what one does: DistributedDataParallel and FSDP2, over gloo on the CPU."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.netc_torch.spread_out import APART, CASES, Case
from tests.netc_torch.varied import network

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the two processes found, case by case."""
    folder = tmp_path_factory.mktemp("two_processes")
    words = [sys.executable, "-W", "ignore::UserWarning", "-m", "tests.netc_torch.spread_out"]
    processes = [
        subprocess.Popen(
            [*words, str(rank), str(folder / "store"), str(folder / "report.json")],
            cwd=ROOT,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        for rank in range(2)
    ]
    try:
        said = [process.communicate(timeout=200)[0] for process in processes]
    finally:
        for process in processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
    assert [process.returncode for process in processes] == [0, 0], "\n\n".join(said)
    found: dict[str, Any] = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("case", CASES, ids=str)
def test_two_processes_train_as_one(report: dict[str, Any], case: Case) -> None:
    found = report[str(case)]
    assert len(found["alone"]) == 3
    assert len({f"{loss:.6f}" for loss in found["alone"]}) == 3  # it trains
    assert found["together"] == pytest.approx(found["alone"], rel=1e-5)
    assert found["apart"] < 1e-5
    assert found["loaded apart"] < 1e-6
    assert found["paths"] == list(network(case.name).parameters)


def test_a_unit_that_shares_what_another_owns_is_refused_by_torch(report: dict[str, Any]) -> None:
    assert "got mixed torch.Tensor and DTensor" in report[str(APART)]["error"]
