"""What layers of sequences mean, a sample, a step, a head and a unit at a time."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from netc.ops.sequence import Attention, Embed, Recurrent

Array: TypeAlias = NDArray[np.float64]
Parameters: TypeAlias = Mapping[str, Array]


def embed(op: Embed, x: Array, parameters: Parameters) -> Array:
    table = parameters["weight"]
    assert table.shape == (op.vocab, op.width)
    return np.array([[table[int(index)] for index in sample] for sample in x])


def recurrent(op: Recurrent, x: Array, parameters: Parameters) -> Array:
    return np.array([_sample(op, list(steps), parameters) for steps in x])


def _sample(op: Recurrent, steps: list[Array], parameters: Parameters) -> Array:
    ends: list[Array] = []
    for layer in range(op.layers):
        forward = _run(op, steps, f"l{layer}", parameters)
        ends = [forward[-1]]
        joined = forward
        if op.bidirectional:
            backward = _run(op, steps[::-1], f"l{layer}_reverse", parameters)
            ends.append(backward[-1])
            joined = [np.concatenate(pair) for pair in zip(forward, backward[::-1], strict=True)]
        steps = joined
    return np.concatenate(ends) if op.last else np.array(steps)


def _run(op: Recurrent, steps: list[Array], end: str, parameters: Parameters) -> list[Array]:
    """The state after each step, from a state of zeros."""
    state, cell = np.zeros(op.hidden), np.zeros(op.hidden)
    states: list[Array] = []
    for x in steps:
        seen = _gates(op, parameters[f"weight_ih_{end}"] @ x + parameters[f"bias_ih_{end}"])
        kept = _gates(op, parameters[f"weight_hh_{end}"] @ state + parameters[f"bias_hh_{end}"])
        if op.cell == "rnn":
            state = np.tanh(seen[0] + kept[0])
        elif op.cell == "lstm":
            enter, forget, out = (sigmoid(seen[gate] + kept[gate]) for gate in (0, 1, 3))
            cell = forget * cell + enter * np.tanh(seen[2] + kept[2])
            state = out * np.tanh(cell)
        else:
            reset, update = (sigmoid(seen[gate] + kept[gate]) for gate in (0, 1))
            state = (1 - update) * np.tanh(seen[2] + reset * kept[2]) + update * state
        states.append(state)
    return states


def _gates(op: Recurrent, rows: Array) -> list[Array]:
    return [rows[start : start + op.hidden] for start in range(0, len(rows), op.hidden)]


def sigmoid(x: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-x)))


def attention(op: Attention, x: Array, parameters: Parameters) -> Array:
    features = x.shape[2]
    size = features // op.heads
    projected = x @ parameters["in_proj_weight"].T + parameters["in_proj_bias"]
    query, key, value = (projected[..., place * features :][..., :features] for place in range(3))
    mixed = np.empty_like(x)
    for sample in range(len(x)):
        for head in range(op.heads):
            own = slice(head * size, (head + 1) * size)
            for step, asked in enumerate(query[sample, :, own]):
                scores = np.array([asked @ other / math.sqrt(size) for other in key[sample, :, own]])
                shares = np.exp(scores - scores.max())
                mixed[sample, step, own] = shares / shares.sum() @ value[sample, :, own]
    return mixed @ parameters["out_proj.weight"].T + parameters["out_proj.bias"]
