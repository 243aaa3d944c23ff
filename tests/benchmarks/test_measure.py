"""How benchmarks count: turns, medians, ratios, bounds. No clock is read here."""

from __future__ import annotations

import json
import sys
from itertools import count
from pathlib import Path

import pytest

from benchmarks import machine, process, report
from benchmarks.measure import Bound, Comparison, Side, Timing, compare, take_turns


def timing(*seconds: float) -> Timing:
    return Timing("side", seconds)


def test_sides_take_turns_and_the_first_of_each_does_not_count() -> None:
    order: list[str] = []
    clock = count(1)

    def side(name: str) -> Side:
        def turn() -> float:
            order.append(name)
            return float(next(clock))

        return Side(name, turn)

    timings = take_turns([side("A"), side("B"), side("C")], repeats=2)
    assert "".join(order) == "ABCABCABC"
    assert timings == [Timing("A", (4, 7)), Timing("B", (5, 8)), Timing("C", (6, 9))]


def test_a_median_is_not_moved_by_one_slow_turn() -> None:
    assert timing(1, 100, 2).median == 2
    assert timing(1, 100, 2, 4).median == 3


def test_a_ratio_is_of_medians_and_its_middle_half_of_turns() -> None:
    row = Comparison("what", timing(2, 3, 4, 5, 90), timing(1, 2, 2, 2, 30))
    assert row.ratio == 2
    assert row.middle_half == (2, 2.5)  # of 2, 1.5, 2, 2.5, 3
    assert Comparison("what", timing(3), timing(2)).middle_half == (1.5, 1.5)


@pytest.mark.parametrize(
    ("bound", "kept", "broken"),
    [
        (Bound("ratio", 1.5), 3, 3.01),
        (Bound("faster", 10), 0.2, 0.21),
        (Bound("seconds", 4), 4, 4.01),
    ],
    ids=lambda given: given.text if isinstance(given, Bound) else str(given),
)
def test_a_bound_is_met_up_to_its_limit(bound: Bound, kept: float, broken: float) -> None:
    two_seconds = timing(2)
    assert bound.met(timing(kept), two_seconds)
    assert not bound.met(timing(broken), two_seconds)


def test_a_row_reads_as_a_sentence() -> None:
    row = compare(
        "forward of a network, wall time",
        Side("netc", lambda: 0.0515),
        Side("by hand", lambda: 0.05),
        3,
        Bound("ratio", 1.02),
        Bound("seconds", 2),
    )
    assert report.row_text(row).splitlines() == [
        "forward of a network, wall time",
        "  netc      51.50 ms",
        "  by hand   50.00 ms",
        "  ratio 1.03×, middle half of 3: 1.03× to 1.03×",
        "  ≤ 1.02×: NOT MET",
        "  ≤ 2 s: met",
    ]


def test_a_row_that_is_faster_says_how_many_times() -> None:
    row = Comparison("export", Timing("netc", (0.5, 0.5)), Timing("torch", (25, 25)), (Bound("faster", 10),))
    assert report.row_text(row).splitlines()[3:] == [
        "  ratio 50.00× faster, middle half of 2: 50.00× faster to 50.00× faster",
        "  ≥ 10× faster: met",
    ]


def test_the_json_file_holds_every_sample(tmp_path: Path) -> None:
    row = Comparison("what", Timing("a", (1.0, 3.0)), Timing("b", (1.0, 1.0)), (Bound("ratio", 1.5),))
    report.write_json(tmp_path / "figures.json", {"processor": "one"}, [row])
    assert json.loads((tmp_path / "figures.json").read_text()) == {
        "machine": {"processor": "one"},
        "rows": [
            {
                "what": "what",
                "unit": "seconds",
                "sides": [
                    {"name": "a", "median": 2.0, "samples": [1.0, 3.0]},
                    {"name": "b", "median": 1.0, "samples": [1.0, 1.0]},
                ],
                "ratio": 2.0,
                "middle_half": [1.5, 2.5],
                "bounds": [{"kind": "ratio", "limit": 1.5, "met": False}],
            }
        ],
    }


def test_a_process_is_charged_with_its_own_time_alone() -> None:
    spin = "import time; end = time.process_time() + 0.3\nwhile time.process_time() < end: pass"
    assert process.run(sys.executable, "-c", spin).cpu >= 0.3
    sleeping = process.run(sys.executable, "-S", "-c", "import time; time.sleep(0.5)")
    assert sleeping.wall >= 0.5
    assert sleeping.cpu < sleeping.wall


def test_a_process_that_fails_says_what_it_wrote() -> None:
    with pytest.raises(RuntimeError, match=r"(?s)ended with 3:\nno such layer"):
        process.run(sys.executable, "-c", "import sys; sys.stderr.write('no such layer'); sys.exit(3)")


def test_processes_may_save_bytecode_and_answer_in_their_last_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    asks = "import os, sys; print('noise'); print(f'[{sys.dont_write_bytecode:d}, {os.environ[\"MORE\"]}]')"
    assert process.answer(sys.executable, "-c", asks, MORE="7") == [0, 7]


def test_figures_name_their_machine() -> None:
    facts = machine.description()
    assert facts["python"].split()[1] == sys.version.split()[0]
    assert {"processor", "cores", "torch", "onnx", "onnxruntime", "pydantic"} <= set(facts)
    assert all(facts.values())
