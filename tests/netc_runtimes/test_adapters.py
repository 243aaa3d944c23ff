"""Each runtime that is installed makes torch's numbers, and fails where it is known to: no declaration can rot."""

from __future__ import annotations

import os
import shutil
from importlib import import_module
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
import pytest

import netc
from netc_runtimes.models import read
from tests.netc_runtimes.crew import NODE_PATH, outcomes
from tests.netc_runtimes.nets import NETS, OPSETS

if TYPE_CHECKING:
    from pathlib import Path

    from netc.runtime import Runtime
    from netc_runtimes.rules import Rule

BATCHES = (1, 3)
SEED = 4

ONE_OF = {"onnxruntime-web": 6, "ncnn": 3}
"""Of how many networks that meet no known failure one is tried: each is a start of node, or a conversion."""

ONE_BATCH = {"ncnn"}
"""Runtimes that are tried at one batch: each batch is a conversion."""

SPOILED = {"mnn", "opencv"}
"""Runtimes that read and write foreign memory in what they do not know, and may fail in what comes after."""

NAMES = sorted(point.name for point in entry_points(group="netc.runtimes"))


def runtime_of(name: str) -> Runtime:
    (point,) = entry_points(group="netc.runtimes", name=name)
    runtime: Runtime = point.load()
    return runtime


def require(name: str) -> None:
    """Skip a test where a runtime is not installed."""
    runtime = runtime_of(name)
    if runtime.version() is None:
        pytest.skip(f"{name} is not installed: install {runtime.install}")


def rules_of(name: str) -> tuple[Rule, ...]:
    (point,) = entry_points(group="netc.runtimes", name=name)
    rules: tuple[Rule, ...] = getattr(import_module(point.module), "RULES", ())
    return rules


def rules_met(name: str, path: Path) -> list[Rule]:
    return [rule for rule in rules_of(name) if rule.meets(read(path))]


def expected(rules: list[Rule]) -> set[str]:
    """What may come of a model that meets these rules: their outcomes, and no other."""
    outcomes = {outcome for rule in rules for outcome in rule.outcomes}
    return {*outcomes, *(("ok",) if not any(rule.always for rule in rules) else ())}


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The files of all networks, beside inputs for them and what torch makes of those."""
    folder = tmp_path_factory.mktemp("models")
    for name, text in NETS.items():
        write(folder / name, text)
    return [folder / name for name in NETS]


def write(stem: Path, text: str) -> None:
    import torch

    chance = np.random.default_rng(SEED)
    network = netc.loads(text)
    weights = {
        path: (chance.uniform(-1, 1, type_.shape) / 2 + path.endswith("var")).astype(np.float32)
        for path, type_ in network.parameters.items()
    }
    network.to_onnx(stem.with_suffix(".onnx"), weights=weights, opset=OPSETS.get(stem.name))
    module = network.to_torch(weights=weights).eval()
    (type_,) = network.inputs.values()
    arrays: dict[str, Any] = {}
    for batch in BATCHES:
        shape = (batch, *(size if isinstance(size, int) else 10 for size in type_.shape))
        numbers = chance.normal(size=shape) if type_.dtype == "float32" else chance.integers(0, 9, shape)
        inputs = numbers.astype(type_.dtype)
        with torch.no_grad():
            arrays[f"{batch}/out/output"] = module(torch.from_numpy(inputs)).numpy()
        arrays[f"{batch}/in/input"] = inputs
    np.savez(stem.with_suffix(".npz"), **arrays)


@pytest.fixture(autouse=True)
def _node_finds_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NODE_PATH", str(NODE_PATH))


@pytest.mark.parametrize("name", NAMES)
def test_a_runtime_makes_the_same_numbers_but_where_it_is_known_not_to(
    name: str, models: list[Path], tmp_path: Path
) -> None:
    require(name)
    batches = BATCHES[1:] if name in ONE_BATCH else BATCHES
    met = {stem: rules_met(name, stem.with_suffix(".onnx")) for stem in models}
    stems = [stem for place, stem in enumerate(models) if met[stem] or place % ONE_OF.get(name, 1) == 0]
    suspects = [stem for stem, rules in met.items() if rules and name in SPOILED]
    found = outcomes(name, stems, suspects, batches, tmp_path)
    wrong = [
        f"{stem.name}: {found[stem.name]}, declared: {', '.join(expected(rules))}"
        for stem, rules in met.items()
        if stem.name in found and found[stem.name].partition(":")[0] not in expected(rules)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", NAMES)
def test_every_known_failure_is_tried(name: str, models: list[Path], whole_and_apart: Path) -> None:
    files = [*(stem.with_suffix(".onnx") for stem in models), whole_and_apart]
    met = {rule.reason for file in files for rule in rules_met(name, file)}
    assert {rule.reason for rule in rules_of(name)} == met


@pytest.fixture(scope="session")
def whole_and_apart(models: list[Path]) -> Path:
    """A model whose weights lie in a second file."""
    whole = models[0].with_suffix(".onnx")
    apart = whole.with_name("apart") / "model.onnx"
    apart.parent.mkdir()
    onnx.save_model(
        onnx.load(whole), apart, save_as_external_data=True, location="model.onnx.data", size_threshold=0
    )
    shutil.copyfile(models[0].with_suffix(".npz"), apart.with_suffix(".npz"))
    return apart


@pytest.mark.parametrize("name", NAMES)
def test_weights_in_a_second_file_are_read_or_are_known_not_to_be(
    name: str, whole_and_apart: Path, tmp_path: Path
) -> None:
    require(name)
    found = outcomes(name, [whole_and_apart.with_suffix("")], (), BATCHES[1:], tmp_path)
    assert found["model"].partition(":")[0] in expected(rules_met(name, whole_and_apart)), found


def test_what_netc_verify_needs_in_continuous_integration_is_there() -> None:
    """Elsewhere a runtime may be missing; there none may, or nothing would be tried."""
    if not os.environ.get("CI"):
        pytest.skip("a developer need not have every runtime")
    assert shutil.which("node")
    assert [name for name in NAMES if runtime_of(name).version() is None] == []
