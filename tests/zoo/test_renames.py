"""Published state_dicts land in the zoo's specs by the files of specs/renames/, each tensor in its place.

Names and shapes are those of the libraries (tests/data/README.md). That shapes fit is not enough, for layers of one
shape could be exchanged: so the layers are matched by the order in which evaluation runs them, and logits are
compared with those that the libraries' own modules gave.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import torch

from netc.errors import WeightsError
from netc.weights.match import match
from netc.weights.rename import Rule, apply, idle
from tests.zoo.formula import Array, line, owners
from tests.zoo.networks import DATA, error, torch_logits
from tests.zoo.resnet50 import ResNet50
from tests.zoo.state_dicts import RENAMES, TIMM, TORCHVISION, StateDict, formula_state_dict

ALL = (*TORCHVISION, *TIMM)
ORDERED = [one for one in TORCHVISION if one.order]
WITH_LOGITS = [one for one in ALL if one.logits is not None]
TOLERANCE = 1e-4
"""As in test_logits.py."""


FILES = sorted(RENAMES.rglob("*.txt"))


def named(one: StateDict) -> str:
    return f"{one.library}-{one.name}"


def zeros(one: StateDict) -> dict[str, Array]:
    """Tensors of its shapes that take no memory."""
    return {name: np.broadcast_to(np.float32(0), shape) for name, shape in one.tensors.items()}


@pytest.mark.parametrize("one", ALL, ids=named)
def test_every_tensor_lands_once_and_none_is_left(one: StateDict) -> None:
    graph = one.load().graph
    found = match(graph.parameters, zeros(one), one.rules())
    counted = [name for name in one.tensors if not name.endswith("num_batches_tracked")]
    assert sorted(found.values()) == sorted(counted)
    assert list(found) == list(graph.parameters)


@pytest.mark.parametrize("one", ORDERED, ids=named)
def test_layers_that_evaluation_runs_in_the_same_order_are_the_same(one: StateDict) -> None:
    renamed = apply(one.rules(), (f"{module}.weight" for module in one.order))
    assert list(renamed.values()) == [f"{node.path}.weight" for node in owners(one.load().graph)]


@pytest.mark.parametrize("one", WITH_LOGITS, ids=named)
def test_weights_that_were_renamed_give_the_librarys_logits(one: StateDict) -> None:
    net = one.load()
    module = net.to_torch(weights=formula_state_dict(one), renames=f"@{one.file}")
    file = "formula_logits.npz" if one.library == "torchvision" else "timm_logits.npz"
    with np.load(DATA / file) as logits:
        right = logits[str(one.logits)]
    assert error(torch_logits(module, line(net.inputs["input"].shape)[None])[0], right) < TOLERANCE


def test_timms_networks_that_have_torchvisions_names_have_its_renames() -> None:
    of_torchvision = {one.name: one for one in TORCHVISION}
    same = [one for one in TIMM if one.name in of_torchvision and not one.logits]
    same = [one for one in same if of_torchvision[one.name].tensors == one.tensors]
    assert {one.spec for one in same} == {"densenet", "resnet", "resnext", "wide_resnet"}
    for one in same:
        assert [rule.text for rule in one.rules()] == [rule.text for rule in of_torchvision[one.name].rules()]


@pytest.mark.parametrize("path", FILES, ids=[path.relative_to(RENAMES).as_posix() for path in FILES])
def test_a_file_says_what_it_serves_and_has_no_rule_too_many(path: Path) -> None:
    served = [one for one in ALL if one.file == path]
    assert served
    unused: set[Rule] = set(served[0].rules())
    for one in served:
        unused &= set(idle(one.rules(), one.tensors))
    assert unused == set()
    head = path.read_text(encoding="utf-8").partition("\n\n")[0]
    sentence = " ".join(head.replace("\n#", " ").split())
    stated = re.match(r"# Renames the tensors of (.*?) in (\w+) ([\d.]+) to those of (\w+)\.yaml", sentence)
    assert stated is not None
    assert re.split(", | and ", stated[1]) == [one.name for one in served]
    assert (stated[2], stated[4]) == (served[0].library, served[0].spec)


def test_the_file_of_another_variant_is_refused() -> None:
    by_name = {one.name: one for one in TORCHVISION}
    wrong, right = by_name["resnet18"], by_name["resnet50"]
    with pytest.raises(WeightsError) as caught:
        match(right.load().graph.parameters, zeros(right), wrong.rules())
    assert caught.value.problems[0] == (
        "`bottleneck1.0.residual1.conv1.conv.weight` (64×64×1×1) is missing; "
        "the nearest of those left over is `basic1.0.residual1.conv1.conv.weight`"
    )
    assert len(caught.value.problems) == 101


def test_a_resnet_50_written_by_hand_and_the_spec_with_its_weights_agree_to_the_last_bit() -> None:
    torch.manual_seed(0)
    by_hand = ResNet50()
    listed = next(one for one in TORCHVISION if one.name == "resnet50")
    assert {name: list(value.shape) for name, value in by_hand.state_dict().items()} == listed.tensors
    for name, value in by_hand.state_dict().items():
        if "running" in name:  # first ones are all alike
            value.add_(torch.rand(value.shape))
    images = torch.rand(1, 3, 224, 224)
    spec = listed.load().to_torch(weights=by_hand.state_dict(), renames=[f"@{listed.file}"])
    with torch.no_grad():
        assert torch.equal(spec.eval()(images), by_hand.eval()(images))
