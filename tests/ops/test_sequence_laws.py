"""Shapes, parameters and costs of layers of sequences, against PyTorch's modules and a plain count."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netc.errors import Mistake
from netc.ops.sequence import Attention, Cell, Embed, Position, Recurrent
from netc.types import Initializer, OwnParameter, TensorType
from netc.types.facts import Facts
from netc.types.symbolic import symbol

sizes = st.integers(1, 5)
cells: st.SearchStrategy[Cell] = st.sampled_from(["rnn", "lstm", "gru"])
recurrent = st.builds(
    Recurrent, cells, sizes, st.integers(1, 3), st.booleans(), dropout=st.just(0.0), last=st.booleans()
)


def sequence(*shape: int) -> TensorType:
    return TensorType(shape, layout="sequence")


def shaped(module: Any) -> dict[str, tuple[int, ...]]:
    return {name: tuple(parameter.shape) for name, parameter in module.named_parameters()}


@settings(max_examples=60)
@given(recurrent, sizes, sizes)
def test_a_recurrent_layers_parameters_and_shape_are_pytorchs(op: Recurrent, steps: int, width: int) -> None:
    import torch

    kinds: dict[Cell, Any] = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}
    module = kinds[op.cell](width, op.hidden, op.layers, batch_first=True, bidirectional=op.bidirectional)
    x = sequence(steps, width)
    owned = op.parameters(x)
    assert list(shaped(module).items()) == [(own.name, own.shape) for own in owned]
    bound = owned[0].initializer.argument
    assert all(float(value.detach().abs().max()) <= bound for value in module.parameters())
    output, _ = module(torch.zeros(1, steps, width))
    assert tuple(output.shape[1:]) == op.infer(x).shape or op.last
    assert op.infer(x).channels == output.shape[2]


@settings(max_examples=60)
@given(recurrent, sizes, sizes)
def test_a_recurrent_layer_uses_every_weight_once_a_step(op: Recurrent, steps: int, width: int) -> None:
    x = sequence(steps, width)
    weights = [own for own in op.parameters(x) if own.role == "weight"]
    entries = sum(int(own.shape[0]) * int(own.shape[1]) for own in weights)
    assert op.multiply_adds(op.infer(x), x) == steps * entries


@pytest.mark.parametrize(("features", "heads"), [(1, 1), (4, 2), (6, 3)])
def test_attentions_parameters_are_pytorchs_and_each_is_used_once_a_step(features: int, heads: int) -> None:
    import torch

    op, x = Attention(heads, dropout=0.0), sequence(7, features)
    module = torch.nn.MultiheadAttention(features, heads)
    owned = op.parameters(x)
    assert list(shaped(module).items()) == [(own.name, own.shape) for own in owned]
    entries = sum(int(own.shape[0]) * int(own.shape[1]) for own in owned if own.role == "weight")
    assert op.multiply_adds(x, x) == 7 * entries
    assert [own.name for own in owned if own.initializer.scheme == "zeros"] == [
        name for name, value in module.named_parameters() if not value.any()
    ]


def test_an_embeddings_parameter_is_pytorchs() -> None:
    import torch

    [own] = Embed(11, 3).parameters(TensorType((5,), "int64"))
    assert {own.name: own.shape} == shaped(torch.nn.Embedding(11, 3))
    assert own.initializer == Initializer("normal", 1.0)


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("weight", "weight"),
        ("bias", "bias"),
        ("weight_hh_l3_reverse", "weight"),
        ("in_proj_bias", "bias"),
        ("out_proj.weight", "weight"),
        ("running_mean", ""),
    ],
)
def test_a_parameters_name_says_which_word_of_init_speaks_of_it(name: str, role: str) -> None:
    assert OwnParameter(name, (1,), Initializer("zeros")).role == role
    assert OwnParameter(name, (1,), Initializer("zeros"), buffer=True).role == ""


def test_time_may_be_a_symbol_but_not_where_a_parameter_has_its_size() -> None:
    time = symbol("T", Facts())
    x = TensorType((time, 4), layout="sequence")
    op = Recurrent("lstm", 3, 2, bidirectional=True, dropout=0.0, last=False)
    assert Embed(9, 4).infer(TensorType((time,), "int64")) == x
    assert op.infer(x) == TensorType((time, 6), layout="sequence")
    assert op.multiply_adds(op.infer(x), x) == 2 * 12 * (4 + 3 + 6 + 3) * time
    assert Attention(2, dropout=0.0).infer(x) == x
    assert Attention(2, dropout=0.0).multiply_adds(x, x) == 64 * time
    with pytest.raises(Mistake) as raised:
        Position().infer(x)
    assert raised.value.code == "E409"
    features = TensorType((5, time), layout="sequence")
    for refused in (op, Attention(2, dropout=0.0)):
        with pytest.raises(Mistake) as raised:
            refused.parameters(features)
        assert raised.value.code == "E409"
