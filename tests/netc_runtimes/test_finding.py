"""Asking an adapter takes nothing of its runtime, and copies of models are what they are said to be."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import onnx
import pytest

import netc
from netc_runtimes import onnxruntime_web
from netc_runtimes.copies import write_fixed
from netc_runtimes.models import read
from tests.netc_runtimes.nets import NETS

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = ("MNN", "_tools", "cv2", "ncnn", "onnxruntime", "openvino", "torch", "tract")

ASK = """
import json, sys
from importlib.metadata import entry_points
from pathlib import Path
for point in entry_points(group="netc.runtimes"):
    if point.module.startswith("netc_runtimes."):
        runtime = point.load()
        assert runtime.name == point.name
        runtime.version(), runtime.known(Path(sys.argv[1]))
print(json.dumps(list(sys.modules)))
"""


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "any_size.onnx"
    netc.loads(NETS["any_size"]).to_onnx(path)
    return path


def test_versions_and_known_failures_load_no_runtime(model: Path) -> None:
    done = subprocess.run([sys.executable, "-c", ASK, str(model)], capture_output=True, text=True, check=True)
    assert not set(json.loads(done.stdout)) & set(HEAVY)


def test_a_fixed_copy_has_numbers_for_every_size(model: Path) -> None:
    copy = model.with_name("copy.onnx")
    write_fixed(model, {"input": (2, 6, 8, 10)}, copy)
    found = read(copy)
    assert found.shape("input") == (2, 6, 8, 10)
    assert {node.op for node in found.nodes} == {node.op for node in read(model).nodes}
    values = onnx.load(copy).graph.value_info
    assert all(dim.dim_value for value in values for dim in value.type.tensor_type.shape.dim)


def test_the_npm_package_is_found_where_node_would_find_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def install(folder: Path, version: str) -> None:
        package = folder / "onnxruntime-web"
        package.mkdir(parents=True)
        (package / "package.json").write_text(json.dumps({"version": version}))

    below = tmp_path / "here" / "below"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    node = tmp_path / "bin" / "node"
    node.parent.mkdir()
    node.touch(0o755)
    monkeypatch.setenv("NODE_PATH", str(tmp_path / "elsewhere"))
    assert onnxruntime_web.runtime.version() is None
    install(tmp_path / "elsewhere", "1.1.1")
    assert onnxruntime_web.runtime.version() == "1.1.1"
    install(tmp_path / "here" / "node_modules", "2.2.2")
    assert onnxruntime_web.runtime.version() == "2.2.2"
    node.unlink()
    assert onnxruntime_web.runtime.version() is None
