"""Every value that a file still has is torch's value of that path: what the search for a culprit rests on."""

from __future__ import annotations

from pathlib import Path
from random import Random

import numpy as np
import onnx
import pytest

import netc
from netc.compiler import Compilation
from netc.verification.comparison import compared
from netc.verification.plan import numbers, planned
from netc.verification.reference import Reference
from netc.verification.search import chain
from netc_onnx import backend
from tests.netc_onnx.networks import Session
from tests.parity.runs import exposed
from tests.parity.specs import spec

SHARED = """\
netc: 1
inputs: {first: [2, 6, 6], second: [2, 6, 6]}
dims: {}
layers:
  - {conv: 3, kernel: 3, norm: batch, act: relu, from: first, name: one}
  - {conv: 3, kernel: 3, norm: batch, act: relu, from: second, name: two, share: one}
  - {linear: 2, axis: channels}
  - {permute: [1, 2, 0]}
  - {permute: [1, 0, 2]}
  - {head: aux, layers: [{global_pool: max}], train_only: true}
outputs: [one, two, permute2, aux]
"""


def check(text: str, folder: Path, *, optimize: bool) -> int:
    """Compare every value of a network with torch's, at its first sizes; gives how many there were."""
    net = netc.loads(text)
    graph = net.graph
    compilation = Compilation(graph, net.text, "0", imported=net.imported, optimize=optimize)
    path = folder / "whole.onnx"
    net.to_onnx(path, optimize=optimize)
    inputs = numbers(graph, planned(graph, None).runs[-1], 0)
    made = Session.of(exposed(onnx.load(path)), optimized=False).run(inputs)
    found = chain(graph, backend.values(path))
    reference = Reference(compilation._replace(optimize=False).request())
    for value, name in found.names.items():
        right = reference.value(value, inputs)
        if np.isfinite(right).all():
            seen = compared(made, {name: right})
            assert seen.within(1e-4), f"{value.path}: {seen}\n{text}"
    return len(found.names)


@pytest.mark.parametrize("optimize", [True, False])
def test_shared_weights_several_inputs_and_a_head(tmp_path: Path, optimize: bool) -> None:
    assert check(SHARED, tmp_path, optimize=optimize) > 6


BYTES = """\
netc: 1
input: {shape: [9, 8, 3], dtype: uint8, layout: hwc}
layers:
  - {normalize: imagenet}
  - {gray: luma}
  - {conv: 3, kernel: 3, norm: batch}
"""


def test_what_is_left_of_a_normalisation_has_another_name(tmp_path: Path) -> None:
    assert check(BYTES, tmp_path, optimize=True) == 2  # the channels put first, and the last


def test_random_networks(tmp_path: Path) -> None:
    seeds = Random(4).sample(range(10**6), 8)
    assert sum(check(spec(seed).text, tmp_path, optimize=True) for seed in seeds) > 40


def test_a_part_is_the_whole_up_to_its_value(tmp_path: Path) -> None:
    net = netc.loads(SHARED)
    whole, part = tmp_path / "whole.onnx", tmp_path / "part.onnx"
    net.to_onnx(whole, optimize=False)
    inputs = numbers(net.graph, planned(net.graph, None).runs[0], 0)
    model = onnx.load(whole)
    right = Session.of(exposed(model), optimized=False).run(inputs)
    weights = {tensor.name for tensor in model.graph.initializer}
    assert {"one.conv:0", "two", "permute2"} <= backend.values(whole)
    for name in sorted(backend.values(whole)):
        read = backend.cut(whole, name, part)
        cut = onnx.load(part)
        onnx.checker.check_model(cut, full_check=True)
        found = Session.of(cut, optimized=False).run({one: inputs[one] for one in read})
        assert list(found) == [name]
        assert np.array_equal(found[name], right[name])
        used = {one for node in cut.graph.node for one in node.input}
        assert {tensor.name for tensor in cut.graph.initializer} == weights & used
        assert {one.name for one in cut.graph.input} == {*inputs} & used
