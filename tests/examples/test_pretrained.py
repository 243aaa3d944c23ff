"""examples/pretrained/, run as its docstrings say."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import torch

from tests.zoo.resnet50 import ResNet50
from tests.zoo.state_dicts import TIMM, TORCHVISION

FOLDER = Path(__file__).parents[2] / "examples" / "pretrained"


def run(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", str(FOLDER / script)],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_a_checkpoint_lands_and_computes_what_its_own_module_does(tmp_path: Path) -> None:
    made = run("stand_in.py", tmp_path)
    assert (made.returncode, made.stdout, made.stderr) == (0, "wrote resnet50.pth: 320 tensors\n", "")
    state: dict[str, torch.Tensor] = torch.load(tmp_path / "resnet50.pth", weights_only=True)
    shapes = {name: list(value.shape) for name, value in state.items()}
    for library in (TORCHVISION, TIMM):
        assert shapes == next(one.tensors for one in library if one.name == "resnet50")

    by_hand = ResNet50()
    by_hand.load_state_dict(state)
    with torch.no_grad():
        logits = by_hand.eval()(torch.linspace(-1, 1, 3 * 224 * 224).reshape(1, 3, 224, 224))[0]
    landed = run("land.py", tmp_path)
    assert landed.returncode == 0, landed.stderr
    found = re.findall(r"^(\w+): 320 tensors landed; the first logits: (.*)$", landed.stdout, re.MULTILINE)
    assert [library for library, _ in found] == ["torchvision", "timm"]
    for _, first in found:
        printed = torch.tensor([float(text) for text in first.split(", ")])
        torch.testing.assert_close(
            printed, logits[:3], rtol=1e-4, atol=0
        )  # four decimals of logits in the hundreds
    assert landed.stderr == "wrote resnet50.onnx (opset 17, 25,557,032 parameters, 97.4 MiB)\n"
    assert (tmp_path / "resnet50.onnx").stat().st_size > 4 * 25_000_000


def test_without_a_checkpoint_it_says_where_one_comes_from(tmp_path: Path) -> None:
    ended = run("land.py", tmp_path)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert (
        ended.stderr == "there is no resnet50.pth here: run examples/pretrained/stand_in.py, or see there\n"
    )
