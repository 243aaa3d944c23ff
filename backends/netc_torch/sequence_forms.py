"""Layers of sequences: which module says each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import nn

from netc.types.dims import number
from netc_torch.forms import leaf
from netc_torch.modules import sequence

if TYPE_CHECKING:
    from netc.ops.sequence import Attention, Cell, Embed, Recurrent
    from netc.types import TensorType
    from netc_torch.forms import Leaf

MODES: dict[Cell, str] = {"rnn": "RNN_TANH", "lstm": "LSTM", "gru": "GRU"}
"""Torch's names of the cells."""


def embed(op: Embed) -> Leaf:
    """Torch's own."""
    return leaf(nn.Embedding, num_embeddings=op.vocab, embedding_dim=op.width, device="meta")


def recurrent(op: Recurrent, x: TensorType) -> Leaf:
    """One module for all layers and directions. Of one layer torch would warn that nothing is dropped."""
    return leaf(
        sequence.Recurrent,
        last=op.last,
        mode=MODES[op.cell],
        input_size=number(x.channels, f"the features that `{op.cell}` reads"),
        hidden_size=op.hidden,
        num_layers=op.layers,
        dropout=op.dropout if op.layers > 1 else 0.0,
        bidirectional=op.bidirectional,
        device="meta",
    )


def attention(op: Attention, x: TensorType) -> Leaf:
    """A module with the parameters of torch's own."""
    features = number(x.channels, "the features that `attention` reads")
    return leaf(sequence.SelfAttention, features=features, heads=op.heads, dropout=op.dropout, device="meta")


def position(x: TensorType) -> Leaf:
    """A module that adds its weight."""
    shape = tuple(number(dim, "the learned tensor of `position`") for dim in x.shape)
    return leaf(sequence.Position, shape=shape, device="meta")
