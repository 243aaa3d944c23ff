"""Several inputs and outputs: the same names, order and numbers through both backends."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import onnxruntime
import pytest
import torch

import netc

if TYPE_CHECKING:
    from numpy.typing import NDArray

INPUTS = "inputs: {right: [3, 6, 6], left: [3, 6, 6], unread: [2], extra: {shape: [4], dtype: int64}}"
LAYERS = """
layers:
  - {conv1x1: 4, from: left, name: a}
  - {layers: [{conv1x1: 4, name: inner}, {act: tanh}], from: right, name: b}
  - {head: side, from: a, layers: [{global_pool: avg}, {head: deep, layers: [{linear: 2}]}, {act: relu}]}
  - {head: lesson, train_only: true, from: a, layers: [flatten]}
  - {merge: sub, from: [prev, a]}
"""


def network(outputs: str) -> netc.Network:
    return netc.loads(f"netc: 1\nname: signature\n{INPUTS}\n{outputs}\n{LAYERS}")


def arrays() -> dict[str, NDArray[Any]]:
    numbers = np.random.default_rng(0)
    return {
        "right": numbers.standard_normal((2, 3, 6, 6)).astype(np.float32),
        "left": numbers.standard_normal((2, 3, 6, 6)).astype(np.float32),
        "unread": numbers.standard_normal((2, 2)).astype(np.float32),
        "extra": numbers.integers(0, 9, (2, 4)),
    }


def through_torch(net: netc.Network, *, training: bool = False) -> dict[str, NDArray[Any]]:
    """Inputs go in by place, in the spec's order."""
    made = net.to_torch().train(training)(*(torch.tensor(array) for array in arrays().values()))
    return {name: value.detach().numpy() for name, value in made.items()}


def through_onnx(net: netc.Network, folder: Path) -> tuple[list[str], dict[str, NDArray[Any]]]:
    """The names of the inputs, and what comes out."""
    net.to_onnx(folder / "net.onnx")
    session: Any = onnxruntime.InferenceSession(str(folder / "net.onnx"), providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    made = dict(zip(names, session.run(names, arrays()), strict=True))
    return [value.name for value in session.get_inputs()], made


@pytest.mark.parametrize(
    ("outputs", "expected", "lesson"),
    [
        ("", ["output", "deep", "side", "lesson"], ["lesson"]),
        ("outputs: [b, a, lesson]", ["b", "a", "lesson", "deep", "side"], ["lesson"]),
        (
            "outputs: {twice: a, again: a, inside: b.inner, copy: left, number: extra, all: side, exam: lesson}",
            ["twice", "again", "inside", "copy", "number", "all", "exam", "deep"],
            ["exam"],
        ),
        (
            "outputs: {exam: lesson.flatten1, one: merge1}",
            ["exam", "one", "deep", "side", "lesson"],
            ["exam", "lesson"],
        ),
    ],
)
def test_names_order_and_numbers_are_the_specs(
    outputs: str, expected: list[str], lesson: list[str], tmp_path: Path
) -> None:
    net = network(outputs)
    assert list(net.inputs) == ["right", "left", "unread", "extra"]
    assert list(net.outputs) == expected
    evaluated = [name for name in expected if name not in lesson]
    assert list(through_torch(net, training=True)) == expected
    made = through_torch(net)
    inputs, others = through_onnx(net, tmp_path)
    assert inputs == list(net.inputs)
    assert list(made) == list(others) == evaluated
    for name, array in made.items():
        assert array.shape == (2, *net.outputs[name].shape)
        assert array.dtype == net.outputs[name].dtype
        np.testing.assert_allclose(array, others[name], rtol=1e-4, atol=1e-6)


def test_outputs_that_are_one_value_are_one() -> None:
    made = through_torch(network("outputs: {twice: a, again: a, copy: left, inside: b.inner}"))
    np.testing.assert_array_equal(made["twice"], made["again"])
    np.testing.assert_array_equal(made["copy"], arrays()["left"])
    assert not np.array_equal(made["inside"], made["twice"])


@pytest.mark.parametrize("place", ["for", "use", "residual", "branches", "layers", "head"])
def test_a_head_stands_in_every_scope(place: str, tmp_path: Path) -> None:
    head = "{head: aux, layers: [{conv1x1: 2}, {global_pool: max}]}"
    scope = {
        "for": f"{{for: x, in: [1], name: rows, layers: [{head}, {{conv1x1: 3}}]}}",
        "use": "{use: b}",
        "residual": f"{{residual: [{head}, {{conv1x1: 3}}], shortcut: [{{conv1x1: 3}}, {{head: way, layers: []}}]}}",
        "branches": f"{{branches: [[{head}, {{conv1x1: 1}}], [{{conv1x1: 2}}]]}}",
        "layers": f"{{layers: [{head}, {{conv1x1: 3}}]}}",
        "head": f"{{head: outer, layers: [{head}, {{conv1x1: 3}}]}}",
    }[place]
    text = f"netc: 1\ninput: [3, 5, 5]\nblocks: {{b: {{layers: [{head}, {{conv1x1: 3}}]}}}}\nlayers: [{scope}, {{act: relu}}]"
    net = netc.loads(text)
    x = torch.randn(2, 3, 5, 5)
    made = net.to_torch().eval()(x)
    net.to_onnx(tmp_path / "net.onnx")
    session: Any = onnxruntime.InferenceSession(
        str(tmp_path / "net.onnx"), providers=["CPUExecutionProvider"]
    )
    assert [output.name for output in session.get_outputs()] == list(made) == list(net.outputs)
    assert net.outputs["aux"].shape == (2,)
    for name, array in zip(made, session.run(None, {"input": x.numpy()}), strict=True):
        np.testing.assert_allclose(made[name].detach().numpy(), array, rtol=1e-4, atol=1e-6)
