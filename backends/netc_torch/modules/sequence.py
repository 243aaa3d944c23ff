"""Recurrent layers, attention and learned positions, each a module from one tensor to one tensor."""

from __future__ import annotations

from typing import final

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  # as torch's users write it


@final
class Recurrent(nn.RNNBase):
    """``RNN``, ``LSTM`` and ``GRU`` in one, as ``mode`` says, whose result is one tensor.

    It is the sequence, or, with ``last``, the top layer's final state of each direction, joined. Unlike
    torch's own it is traced by ``torch.compile``, and reads its parameters anew at each call, so that they
    can be another module's.
    """

    def __init__(self, *, last: bool, mode: str, **options: int | float | str) -> None:
        super().__init__(mode, batch_first=True, **options)  # type: ignore[arg-type]  # as RNNBase names them
        self.last = last

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002  # torch's word
        """``[N, T, F]`` to ``[N, T, directions · hidden]``, or to ``[N, directions · hidden]``."""
        directions = 2 if self.bidirectional else 1
        start = input.new_zeros(
            directions * self.num_layers, input.shape[0], self.hidden_size
        )
        names: list[str] = self._flat_weights_names
        weights: list[Tensor] = [getattr(self, name) for name in names]
        options = (
            True,
            self.num_layers,
            self.dropout,
            self.training,
            self.bidirectional,
            True,
        )
        if self.mode == "LSTM":
            output, state, _ = torch.lstm(input, (start, start), weights, *options)
        else:
            run = torch.gru if self.mode == "GRU" else torch.rnn_tanh
            output, state = run(input, start, weights, *options)
        return state[-directions:].transpose(0, 1).flatten(1) if self.last else output


@final
class SelfAttention(nn.Module):
    """Multi-head self-attention without a mask, its parameters named as ``MultiheadAttention``'s."""

    def __init__(
        self, features: int, heads: int, dropout: float, device: str | None = None
    ) -> None:
        super().__init__()
        self.heads = heads
        self.dropout = dropout
        self.in_proj_weight = nn.Parameter(
            torch.empty(3 * features, features, device=device)
        )
        self.in_proj_bias = nn.Parameter(torch.empty(3 * features, device=device))
        self.out_proj = nn.Linear(features, features, device=device)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """As ``MultiheadAttention`` begins."""
        nn.init.xavier_uniform_(self.in_proj_weight)
        nn.init.zeros_(self.in_proj_bias)
        nn.init.zeros_(self.out_proj.bias)

    def forward(self, x: Tensor) -> Tensor:
        """``[N, T, F]`` to the same."""
        projected = F.linear(x, self.in_proj_weight, self.in_proj_bias)
        parts: Tensor = torch.unflatten(projected, 2, (3, self.heads, -1))
        query, key, value = parts.permute(2, 0, 3, 1, 4).unbind(0)
        dropped = self.dropout if self.training else 0.0
        mixed = F.scaled_dot_product_attention(query, key, value, dropout_p=dropped)
        result: Tensor = self.out_proj(mixed.transpose(1, 2).flatten(2))
        return result

    def extra_repr(self) -> str:
        """The heads and the dropout."""
        return f"heads={self.heads}, dropout={self.dropout}"


@final
class Position(nn.Module):
    """A learned tensor of the value's own shape, added to it."""

    def __init__(self, shape: tuple[int, ...], device: str | None = None) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(shape, device=device))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Normal numbers, those beyond ±2 left out."""
        nn.init.trunc_normal_(self.weight, std=0.02)

    def forward(self, x: Tensor) -> Tensor:
        """The value's own shape."""
        return x + self.weight

    def extra_repr(self) -> str:
        """The shape."""
        return f"{tuple(self.weight.shape)}"
