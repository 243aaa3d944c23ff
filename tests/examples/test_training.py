"""examples/train_digits.py, run as its docstring says; one or two epochs are enough to see its files."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
import onnx
import onnxruntime
import pytest
import safetensors.numpy
import torch

import netc

if TYPE_CHECKING:
    from numpy.typing import NDArray

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "examples" / "train_digits.py"
SHIPPED = ROOT / "examples" / "digits"
REPORT = re.compile(
    r"written to           (?P<folder>.+)\n"
    r"test accuracy        (?P<accuracy>[01]\.\d{4})\n"
    r"same answer in ONNX  360/360\n"
    r"largest difference   \d\.\de-0[5-9]\n"
)


def train(folder: Path, *launcher: str, epochs: int) -> float:
    """Train into ``folder``; the accuracy that the script prints."""
    arguments = [*launcher, str(SCRIPT), "--epochs", str(epochs), "--out", str(folder)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}  # torchrun says so at length where it is not set
    process = subprocess.Popen(
        [sys.executable, *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        output, errors = process.communicate(timeout=200)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)  # torchrun's children, too
        raise
    assert process.returncode == 0, errors
    assert errors == ""  # no progress bar outside a terminal
    report = REPORT.fullmatch(output)
    assert report, output
    assert report["folder"] == f"{folder}{os.sep}"
    return float(report["accuracy"])


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("one_process")
    assert train(folder, "-W", "error", epochs=2) > 0.5  # chance is 0.1
    return folder


def test_the_weights_are_those_of_the_spec(trained: Path) -> None:
    net = netc.load(ROOT / "specs" / "lenet_digits.yaml")
    weights = safetensors.numpy.load_file(trained / "lenet_digits.safetensors")
    assert {path: array.shape for path, array in weights.items()} == {
        path: parameter.shape for path, parameter in net.parameters.items()
    }
    first = net.to_torch(seed=0).state_dict()
    assert all(not np.array_equal(array, first[path].numpy()) for path, array in weights.items())


def test_the_model_holds_the_weights_as_they_were_written(trained: Path) -> None:
    weights = safetensors.numpy.load_file(trained / "lenet_digits.safetensors")
    stored = {
        tensor.name: onnx.numpy_helper.to_array(tensor)
        for tensor in onnx.load(trained / "lenet_digits.onnx").graph.initializer
    }
    for path, array in weights.items():
        np.testing.assert_array_equal(stored[path], array)


def test_the_same_seed_gives_the_same_files(trained: Path, tmp_path: Path) -> None:
    train(tmp_path, epochs=2)
    for name in ("lenet_digits.safetensors", "lenet_digits.onnx", "test_digits.npz"):
        assert (tmp_path / name).read_bytes() == (trained / name).read_bytes(), name


def test_two_processes_train_one_network(trained: Path, tmp_path: Path) -> None:
    torchrun = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    assert train(tmp_path, *torchrun, epochs=2) > 0.5
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in trained.iterdir())


def test_the_digits_in_the_repository_are_those_of_the_script(trained: Path) -> None:
    with np.load(trained / "test_digits.npz") as written, np.load(SHIPPED / "test_digits.npz") as shipped:
        assert shipped["pixels"].shape == (360, 8, 8)
        assert shipped["pixels"].dtype == shipped["labels"].dtype == np.uint8
        assert shipped["pixels"].max() == 16
        for name in ("pixels", "labels"):
            np.testing.assert_array_equal(shipped[name], written[name])


def test_the_weights_in_the_repository_answer_alike_in_torch_and_onnx(tmp_path: Path) -> None:
    net, weights = netc.load(ROOT / "specs" / "lenet_digits.yaml"), SHIPPED / "lenet_digits.safetensors"
    net.to_onnx(tmp_path / "lenet_digits.onnx", weights=weights)
    with np.load(SHIPPED / "test_digits.npz") as shipped:
        images, labels = (shipped["pixels"][:, np.newaxis] / 16).astype(np.float32), shipped["labels"]
    with torch.inference_mode():
        in_torch = net.to_torch(weights=weights).eval()(torch.from_numpy(images)).numpy()
    session = onnxruntime.InferenceSession(tmp_path / "lenet_digits.onnx")
    in_onnx = cast("NDArray[np.float32]", session.run(None, {"input": images})[0])
    np.testing.assert_array_equal(in_torch.argmax(1), in_onnx.argmax(1))
    np.testing.assert_allclose(in_torch, in_onnx, rtol=1e-4, atol=1e-4)
    assert (in_onnx.argmax(1) == labels).mean() >= 0.97
