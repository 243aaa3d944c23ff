"""What the words of norms and activations compute, against formulas written out by hand."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest

import netc
from tests.elaborate.specs import spec

if TYPE_CHECKING:
    from collections.abc import Callable

X = [[-3.5], [-1.0], [0.0], [0.25], [2.0], [7.0]]


def evaluated(layer: str, shape: str, x: Any, kind: str = "float32") -> Any:
    """The value of one layer on ``x``, a batch of one, from PyTorch in evaluation."""
    import torch

    module = netc.loads(spec(f"- {layer}", f"input: {{shape: {shape}, dtype: {kind}}}")).to_torch().eval()
    with torch.no_grad():
        return module(torch.tensor([x]))[0].tolist()


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


FORMULAS: dict[str, Callable[[float], float]] = {
    "relu": lambda x: max(x, 0),
    "relu6": lambda x: min(max(x, 0), 6),
    "leaky_relu": lambda x: x if x > 0 else 0.01 * x,
    "leaky_relu, slope: 0.2": lambda x: x if x > 0 else 0.2 * x,
    "prelu": lambda x: x if x > 0 else 0.25 * x,
    "elu": lambda x: x if x > 0 else math.expm1(x),
    "elu, alpha: 0.5": lambda x: x if x > 0 else 0.5 * math.expm1(x),
    "selu": lambda x: 1.0507009873554805 * (x if x > 0 else 1.6732632423543772 * math.expm1(x)),
    "gelu": lambda x: x * (1 + math.erf(x / math.sqrt(2))) / 2,
    "gelu_tanh": lambda x: x * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))) / 2,
    "silu": lambda x: x * sigmoid(x),
    "hardswish": lambda x: x * min(max(x + 3, 0), 6) / 6,
    "hardsigmoid": lambda x: min(max(x / 6 + 0.5, 0), 1),
    "hardsigmoid, slope: 0.2": lambda x: min(max(0.2 * x + 0.5, 0), 1),
    "sigmoid": sigmoid,
    "tanh": math.tanh,
    "softplus": lambda x: math.log1p(math.exp(x)),
    "mish": lambda x: x * math.tanh(math.log1p(math.exp(x))),
    "abs": abs,
    "square": lambda x: x * x,
}


@pytest.mark.parametrize("word", FORMULAS)
def test_activations(word: str) -> None:
    values = [value for [value] in X]
    found = evaluated(f"{{act: {word}}}", "[6]", values)
    assert found == pytest.approx([FORMULAS[word](value) for value in values], rel=1e-5, abs=1e-6)


def test_softmax_is_over_the_channels() -> None:
    found = evaluated("{act: softmax}", "[6, 1]", X)
    total = sum(math.exp(value) for [value] in X)
    assert [value for [value] in found] == pytest.approx([math.exp(value) / total for [value] in X], rel=1e-5)


def test_lrn_divides_by_a_power_of_the_mean_of_squares() -> None:
    found = evaluated("{norm: lrn, size: 4, alpha: 0.3, beta: 0.6, k: 2}", "[6, 1]", X)
    values = [value for [value] in X]
    expected: list[float] = []
    for place, value in enumerate(values):
        near = [values[i] if 0 <= i < len(values) else 0.0 for i in range(place - 2, place + 2)]
        expected.append(value / (2 + 0.3 * sum(n * n for n in near) / 4) ** 0.6)
    assert [value for [value] in found] == pytest.approx(expected, rel=1e-5, abs=1e-6)


def test_layer_norm_is_over_the_channels_of_each_position() -> None:
    columns = [[1.0, 5.0], [2.0, -1.0], [6.0, 2.0]]
    found = evaluated("{norm: layer, eps: 0.5}", "[3, 2]", columns)
    for position in range(2):
        values = [row[position] for row in columns]
        mean = sum(values) / 3
        variance = sum((value - mean) ** 2 for value in values) / 3
        expected = [(value - mean) / math.sqrt(variance + 0.5) for value in values]
        assert [row[position] for row in found] == pytest.approx(expected, rel=1e-5, abs=1e-6)
