"""What becomes of runtimes that are right, wrong, slow, gone and mad."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

import netc
from netc.errors import BackendError
from netc.verification import Report, Row, Run, verify
from netc.verification.process import Child, Failed, Feed, Ran, run_apart
from netc.verification.runtimes import chosen
from tests.verification.installed import NAMES, POINTS, ROOT, installed

TEXT = """\
netc: 1
input: [3, 8, 8]
layers:
  - {conv: 4, kernel: 3, act: relu}
  - {pool: max, kernel: 2}
  - flatten
  - {linear: 5}
"""


@pytest.fixture(scope="module", autouse=True)
def strangers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with installed(tmp_path_factory.mktemp("installed"), POINTS):
        yield


@pytest.fixture(scope="module")
def report(strangers: None) -> Report:
    """All strangers that are installed, at once."""
    names = [name for name in NAMES if name not in {"absent", "hanging", "unlicensed"}]
    return verify(netc.loads(TEXT, filename="net.yaml"), against=names)


def said(row: Row) -> str:
    """What a row says, in a line."""
    text = f"{row.result} at {row.run}: {row.reason}" if row.reason else row.result
    return f"{text}; first at {row.first}" if row.first else text


POOL = "first at pool1 (pool, net.yaml:5)"
CONV = "first at conv1 (conv, net.yaml:4)"
ABORTED = "fails at batch 1: the process was ended by SIGABRT: Assertion `rank == 4` failed"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("right", "ok"),
        ("slightly", "ok"),
        ("reloading", "ok"),
        ("mended", "ok"),
        (
            "wrong",
            f"differs at batch {{batch}}: the output `output` differs by {{difference}} of its largest element; {POOL}",
        ),
        ("raising", f"fails at batch 1: NotImplementedError: no kernel for MaxPool(11); {POOL}"),
        ("crashing", f"{ABORTED}; {POOL}"),
        (
            "exiting",
            f"fails at batch 1: the process ended with status 7: loading for {{{{'input': (1, 3, 8, 8)}}}}; {POOL}",
        ),
        ("nan", f"differs at batch 1: the output `output` holds NaN, where torch has numbers; {CONV}"),
        ("fixed", f"differs at batch 3: the output `output` is 1×5, and torch's is 3×5; {CONV}"),
        ("silent", f"differs at batch 1: the output `output` is missing: there is none; {CONV}"),
        (
            "texts",
            f"fails at batch 1: TypeError: outputs that are no arrays of numbers: `output` (<U4); {CONV}",
        ),
        ("known", "known at batch {batch}: max pools are off by half in 1.0 (issue 12)"),
        ("known_to_crash", "known at batch 1: max pools crash in 1.0 (issue 13)"),
        ("known_otherwise", f"{ABORTED}; {POOL}"),
    ],
)
def test_each_has_its_row(report: Report, name: str, expected: str) -> None:
    (row,) = [row for row in report.rows if row.runtime == name]
    batch = row.run.batch if row.run else 0
    assert said(row) == expected.format(batch=batch, difference=f"{row.difference or 0:.1e}")


def test_differences_are_those_of_the_worst_output_and_of_the_culprit(report: Report) -> None:
    rows = {row.runtime: row for row in report.rows}
    assert (rows["right"].difference or 0) < 1e-6
    assert 1e-5 < (rows["slightly"].difference or 0) < report.rtol
    assert (rows["known"].difference or 0) > 0.1
    place = rows["wrong"].first
    assert place is not None
    assert place.difference == pytest.approx(0.5, rel=1e-5)
    assert rows["raising"].difference is None


def test_a_report_agrees_only_where_all_rows_do(report: Report) -> None:
    assert not report.agrees
    good = tuple(row for row in report.rows if row.result in {"ok", "known"})
    assert len(good) == 6
    assert report._replace(rows=good).agrees
    assert not report._replace(rows=good, problem="torch's own output is no number").agrees


def test_what_was_run_is_said(report: Report) -> None:
    assert report.runs == (Run(1, {}), Run(3, {}))
    assert report.reference.startswith("2.")
    assert all(row.seconds is None or row.seconds > 0 for row in report.rows)
    assert [row.version for row in report.rows] == ["1.0"] * len(report.rows)


def test_a_runtime_that_hangs_is_ended_and_so_is_what_it_started() -> None:
    start = time.monotonic()
    report = verify(netc.loads(TEXT, filename="net.yaml"), against=["hanging"], batches=[1], timeout=2.5)
    assert said(report.rows[0]) == f"fails at batch 1: no answer in 2.5 s: compiling kernel 3 of 8; {POOL}"
    assert time.monotonic() - start < 55  # each sleeps for 60 s


def test_a_search_that_takes_too_long_says_how_far_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("netc.verification.culprit.MOST_TRIALS", 2)
    (row,) = verify(netc.loads(TEXT), against=["nan"], batches=[1]).rows
    assert row.first is None
    assert row.search == (
        "the search for it was given up after 2 parts of the network; `conv1.act` is wrong already"
    )


def test_a_network_whose_own_numbers_are_none_is_compared_with_nothing() -> None:
    weights = {path: np.full(type_.shape, np.inf) for path, type_ in netc.loads(TEXT).parameters.items()}
    report = verify(netc.loads(TEXT), against=["right"], weights=weights)
    assert (report.rows, report.agrees) == ((), False)
    assert report.problem == (
        "torch's own output `output` holds NaN at batch 1: nothing can be compared with it; "
        "other weights may help"
    )


TWO_SIZES = """\
netc: 1
inputs:
  words: {shape: [T], dtype: int64}
  photo: {shape: [2, H, W], dtype: uint8}
dims: {T: {min: 4}, H: {multiple_of: 4}, W: {max: 9}}
layers:
  - {embed: 3, vocab: 5, from: words}
  - {lstm: 4, name: told}
  - {normalize: {}, from: photo}
  - {conv: 3, kernel: 3, padding: same, name: seen}
outputs: [told, seen]
"""


def test_outputs_that_hardly_depend_on_the_inputs_are_said_to() -> None:
    text = 'netc: 1\ninput: [3]\nlayers:\n  - {linear: 2, init: {weight: "constant(1.0e-9)"}}\n'
    quiet = verify(netc.loads(text), against=["right"])
    assert quiet.agrees
    assert [remark.partition(" from input")[2] for remark in quiet.remarks] == [
        " to input: that others agree on it says little, and trained weights would say more (--weights)"
    ]
    assert quiet.remarks[0].startswith("torch's own output `output` differs by no more than ")
    assert verify(netc.loads(TEXT), against=["right"]).remarks == ()


def test_symbols_bytes_indices_and_several_outputs() -> None:
    report = verify(netc.loads(TWO_SIZES), against=["right", "reloading"])
    assert [row.result for row in report.rows] == ["ok", "ok"]
    assert len(report.runs) == 10
    assert report.runs[0].sizes == {"T": 4, "H": 4, "W": 1}


def test_weights_that_are_given_are_used() -> None:
    zeros = {path: np.zeros(type_.shape) for path, type_ in netc.loads(TEXT).parameters.items()}
    (row,) = verify(netc.loads(TEXT), against=["wrong"], batches=[1], weights=zeros).rows
    assert (row.result, row.difference) == ("ok", 0.0)  # half of nothing is nothing


@pytest.mark.parametrize(
    ("against", "message"),
    [
        (["nobody"], "there is no runtime `nobody`: there are absent, crashing, exiting, "),
        ("nobody", "there is no runtime `nobody`: there are absent, crashing, exiting, "),
        (["right", "absent"], "`absent` is not installed: install nothing"),
        (
            ["lacking"],
            "`lacking` is not installed: install `tests.verification.no_such_module`, which it needs",
        ),
    ],
)
def test_names_that_cannot_be_run(against: Sequence[str], message: str, tmp_path: Path) -> None:
    with installed(tmp_path, POINTS, alone=True), pytest.raises(BackendError) as raised:
        chosen(against)
    assert str(raised.value).startswith(message)


def test_inputs_are_fed_in_float32_alone() -> None:
    with pytest.raises(BackendError) as caught:
        verify(netc.loads(TEXT), against=["right"], dtype="float16", io_dtype="float16")
    assert str(caught.value) == "`verify` feeds and compares float32: it goes with no other `io_dtype`"


def test_by_default_all_run_that_are_installed(tmp_path: Path) -> None:
    points = {name: POINTS[name] for name in ("right", "absent", "lacking", "unlicensed")}
    with installed(tmp_path / "some", points, alone=True):
        choice = chosen([])
    assert [one.name for one in choice.installed] == ["right"]
    assert choice.missing == {
        "absent": "install nothing",
        "lacking": "install `tests.verification.no_such_module`, which it needs",
        "unlicensed": "it cannot be loaded: RuntimeError: no licence",
    }
    with (
        installed(tmp_path / "none", {"absent": POINTS["absent"]}, alone=True),
        pytest.raises(
            BackendError, match=r"^there is no runtime to compare with: install netc with its extra"
        ),
    ):
        chosen([])


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_an_interrupt_ends_the_runtime_too(tmp_path: Path) -> None:
    Path(tmp_path, "net.yaml").write_text(TEXT, encoding="utf-8")
    program = (
        f"import sys; sys.path[:0] = {[str(ROOT), *sys.path]!r}\n"
        "from pathlib import Path\n"
        "from tests.verification.installed import POINTS, installed\n"
        "from netc.cli import main\n"
        "with installed(Path('installed'), POINTS):\n"
        "    main(['verify', 'net.yaml', '--against', 'hanging', '--timeout', '50'])\n"
    )
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    env = {**os.environ, "TMPDIR": str(temporary)}
    process = subprocess.Popen(
        [sys.executable, "-c", program], cwd=tmp_path, env=env, stderr=subprocess.PIPE, stdout=subprocess.PIPE
    )
    log: list[Path] = []
    while not (log and "kernel 3" in log[0].read_text(encoding="utf-8")):
        assert process.poll() is None, process.communicate()
        log = list(temporary.glob("*/*/log.txt"))
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (-signal.SIGINT, b"", b"")
    assert list(temporary.glob("netc-*")) == []


def test_a_child_that_is_left_is_gone(tmp_path: Path) -> None:
    (tmp_path / "job.json").write_text('{"runtime": "hanging", "model": "", "turns": []}', encoding="utf-8")
    with Child(tmp_path) as child:
        pid = child._process.pid  # pyright: ignore[reportPrivateUsage]  # to see whether it is gone
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_outputs_come_in_the_order_of_the_feeds_and_end_with_a_failure(tmp_path: Path) -> None:
    model = tmp_path / "model.onnx"
    netc.loads(TEXT).to_onnx(model)
    feeds: list[Feed] = []
    for place, shape in enumerate([(1, 3, 8, 8), (2, 3, 8, 8), (1, 3, 9, 9), (1, 3, 8, 8)]):
        np.savez(tmp_path / f"{place}.npz", np.ones(shape, np.float32))
        feeds.append(Feed(tmp_path / f"{place}.npz", ("input",)))
    first, second, failed = run_apart("right", model, feeds, [60.0] * 4)
    assert isinstance(first, Ran)
    assert isinstance(second, Ran)
    assert [one.outputs["output"].shape for one in (first, second)] == [(1, 5), (2, 5)]
    assert isinstance(failed, Failed)
    assert "Got invalid dimensions for input: input" in failed.reason
    assert "\n" not in failed.reason
