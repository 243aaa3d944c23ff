"""Models on disk: one file, or two; the same bytes each time."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import onnx
import pytest

import netc_onnx.model
import netc_onnx.weights
from netc.ops.conv import Conv
from netc.ops.dense import Linear
from netc.ops.elementwise import Activation
from netc.ops.pool import GlobalPool
from netc.types import TensorType
from netc_onnx import backend, data_path
from tests.netc_onnx.networks import Network, Session, feeds, request, weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netc.graph import Graph

ROOT = Path(__file__).parents[2]

PRINT_HASHES = """
import hashlib, sys, tempfile
from pathlib import Path
from netc_onnx import backend
from tests.netc_onnx.networks import request
from tests.netc_onnx.test_files import small

with tempfile.TemporaryDirectory() as folder:
    path = Path(folder, "small.onnx")
    backend.write(request(small()), path)
    print(hashlib.sha256(path.read_bytes()).hexdigest(), "torch" in sys.modules)
"""


def small() -> Graph:
    """Parameters of 13,824, 128, 1,280 and 40 bytes."""
    network = Network(image=TensorType((12, 8, 8)))
    x = network.add(
        "conv1", Conv(32, (3, 3), (1, 1), ((1, 1), (1, 1)), (1, 1), 1, bias=True), network.inputs["image"]
    )
    x = network.add("act1", Activation("relu6"), x)
    x = network.add("global_pool1", GlobalPool("avg", keepdims=False), x)
    return network.graph(output=network.add("linear1", Linear(10, bias=True, axis="channels"), x))


class CountedWeights(Mapping[str, "NDArray[np.float32]"]):
    """Makes each array when it is asked for, and keeps count."""

    def __init__(self, graph: Graph) -> None:
        self.arrays = weights(graph)
        self.asked: list[str] = []

    def __getitem__(self, path: str) -> NDArray[np.float32]:
        self.asked.append(path)
        return self.arrays[path].copy()

    def __iter__(self) -> Iterator[str]:
        return iter(self.arrays)

    def __len__(self) -> int:
        return len(self.arrays)


@pytest.fixture
def largest_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Models above 8,192 bytes do not fit one file."""
    monkeypatch.setattr(netc_onnx.weights, "LARGEST_FILE", 8192)


def test_a_model_is_one_file(tmp_path: Path) -> None:
    path = tmp_path / "small.onnx"
    backend.write(request(small()), path)
    assert list(tmp_path.iterdir()) == [path]
    assert onnx.load(path) == backend.compile(request(small()))


@pytest.mark.usefixtures("largest_file")
def test_a_model_too_large_for_one_file_has_its_large_parameters_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "small.onnx"
    backend.write(request(small()), path)
    assert sorted(tmp_path.iterdir()) == [path, tmp_path / "small.onnx.data"]
    model = onnx.load(path, load_external_data=False)
    places = {
        tensor.name: {entry.key: entry.value for entry in tensor.external_data}
        for tensor in model.graph.initializer
        if tensor.data_location == onnx.TensorProto.EXTERNAL
    }
    assert places == {
        "conv1.weight": {"location": "small.onnx.data", "offset": "0", "length": "13824"},
        "linear1.weight": {"location": "small.onnx.data", "offset": "16384", "length": "1280"},
    }
    assert data_path(path).stat().st_size == 16384 + 1280
    assert path.stat().st_size < 8192


@pytest.mark.usefixtures("largest_file")
def test_parameters_beside_a_model_are_the_same_numbers_wherever_both_are_moved(tmp_path: Path) -> None:
    there, here = tmp_path / "there", tmp_path / "here"
    here.mkdir()
    backend.write(request(small()), here / "small.onnx")
    here.rename(there)
    moved = there / "small.onnx"
    onnx.checker.check_model(str(moved), full_check=True)
    numbers = feeds(small(), 3)
    inside = Session.of(backend.compile(request(small()))).run(numbers)
    np.testing.assert_array_equal(Session.of(str(moved)).run(numbers)["output"], inside["output"])


@pytest.mark.usefixtures("largest_file")
def test_parameters_are_asked_for_once_in_order(tmp_path: Path) -> None:
    graph = small()
    counted = CountedWeights(graph)
    backend.write(request(graph)._replace(weights=counted), tmp_path / "small.onnx")
    assert counted.asked == ["conv1.weight", "conv1.bias", "linear1.weight", "linear1.bias"]


@pytest.mark.parametrize("spare", [0, -1])
def test_one_file_holds_as_much_as_the_limit(
    spare: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four parameters may each need 32 bytes beside their numbers: the limit is met, never passed."""
    path = tmp_path / "small.onnx"
    bare = netc_onnx.model.model_without_weights(request(small())).model.ByteSize()
    needed = bare + 13824 + 128 + 1280 + 40 + 4 * 32
    monkeypatch.setattr(netc_onnx.weights, "LARGEST_FILE", needed + spare)
    backend.write(request(small()), path)
    assert data_path(path).exists() == (spare < 0)
    assert path.stat().st_size <= needed


def test_the_bytes_are_the_same_in_every_process_and_torch_is_not_loaded() -> None:
    outputs = {
        subprocess.run(
            [sys.executable, "-c", PRINT_HASHES],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1")
    }
    assert len(outputs) == 1
    assert outputs.pop().endswith(" False\n")
