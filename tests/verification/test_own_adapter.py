"""The example in docs/verify.md of a runtime of one's own is found by its entry point, and runs."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import netc
from netc.verification import verify
from tests.docs.blocks import DOCS, blocks
from tests.verification.installed import installed

if TYPE_CHECKING:
    import pytest


def test_the_example_of_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = list(blocks((DOCS / "verify.md").read_text(encoding="utf-8")))
    (module,) = [block for block in found if block.caption == "one_thread.py"]
    (project,) = [block for block in found if block.text.startswith("# pyproject.toml")]
    (tmp_path / module.caption).write_text(module.text, encoding="utf-8")
    points = tomllib.loads(project.text)["project"]["entry-points"]["netc.runtimes"]
    net = netc.loads("netc: 1\ninput: [4]\nlayers: [{linear: 3}]")
    with installed(tmp_path, points):
        report = verify(net, against=["one-thread"])
    monkeypatch.delitem(sys.modules, "one_thread")
    assert [(row.runtime, row.result) for row in report.rows] == [("one-thread", "ok")]
