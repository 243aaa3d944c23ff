"""Normalisation, over the axis that the channels lie on."""

from __future__ import annotations

from typing import Any, final

from torch import Tensor, nn


def uncounted(module: Any) -> None:
    """Take ``num_batches_tracked`` from a batch norm of torch's, whose state dict then has none.

    The count matters only to a cumulative average, which no spec can ask for. State dicts that have
    it, with torch's metadata or without, load as if they had not.
    """
    module.num_batches_tracked = None
    module.register_load_state_dict_pre_hook(_drop_count)


def _drop_count(_module: nn.Module, state_dict: dict[str, Any], prefix: str, *_rest: object) -> None:
    state_dict.pop(f"{prefix}num_batches_tracked", None)


@final
class BatchNormLast(nn.BatchNorm1d):
    """Of values whose channels are the last axis, such as ``[N, T, F]``."""

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002  # torch's word
        """The value's own shape."""
        return super().forward(input.transpose(1, -1)).transpose(1, -1)

    def _check_input_dim(self, input: Tensor) -> None:  # noqa: A002  # torch's word
        """Every rank will do."""


@final
class ChannelLayerNorm(nn.LayerNorm):
    """Of the channels (axis 1) at each position of a feature map."""

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002  # torch's word
        """The value's own shape."""
        return super().forward(input.movedim(1, -1)).movedim(-1, 1)


@final
class LocalResponseNormLast(nn.LocalResponseNorm):
    """Of values whose channels are the last axis: ``[N, C]``, ``[N, T, F]``."""

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002  # torch's word
        """The value's own shape."""
        channels_second = input.movedim(-1, 1)
        flat = channels_second.unsqueeze(-1).flatten(2)
        return super().forward(flat).reshape(channels_second.shape).movedim(1, -1)
