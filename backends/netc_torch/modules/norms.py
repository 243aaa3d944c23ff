"""Normalisation, over the axis that the channels lie on."""

from __future__ import annotations

from typing import Any, final

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  # as torch's users write it


def uncounted(module: Any) -> None:
    """Take ``num_batches_tracked`` from a batch norm of torch's, whose state dict then has none.

    The count matters only to a cumulative average, which no spec can ask for. State dicts that have
    it, with torch's metadata or without, load as if they had not.
    """
    if module.num_batches_tracked is not None:
        module.num_batches_tracked = None
    ignore_count(module)


def ignore_count(module: Any) -> None:
    """Have a module load state dicts with ``num_batches_tracked`` as if they had none."""
    module.register_load_state_dict_pre_hook(_drop_count)


def _drop_count(
    _module: nn.Module, state_dict: dict[str, Any], prefix: str, *_rest: object
) -> None:
    state_dict.pop(f"{prefix}num_batches_tracked", None)


@final
class FrozenBatchNorm(nn.Module):
    """A batch norm by the running statistics, in training as in evaluation.

    The channels are axis 1, or the ``last``. It is none of torch's batch norms, so that what changes those,
    as ``SyncBatchNorm`` does, leaves it as it is.
    """

    weight: nn.Parameter | None
    bias: nn.Parameter | None
    running_mean: Tensor
    running_var: Tensor

    def __init__(
        self,
        num_features: int,
        *,
        eps: float,
        affine: bool,
        last: bool,
        device: str | None = None,
    ) -> None:
        super().__init__()
        self.eps = eps
        self.last = last
        for name in ("weight", "bias"):
            values = (
                nn.Parameter(torch.empty(num_features, device=device))
                if affine
                else None
            )
            self.register_parameter(name, values)
        for name in ("running_mean", "running_var"):
            self.register_buffer(name, torch.empty(num_features, device=device))
        self.reset_parameters()
        ignore_count(self)

    def reset_parameters(self) -> None:
        """As torch's batch norms begin."""
        for ones in (self.weight, self.running_var):
            if ones is not None:
                nn.init.ones_(ones)
        for zeros in (self.bias, self.running_mean):
            if zeros is not None:
                nn.init.zeros_(zeros)

    def forward(self, x: Tensor) -> Tensor:
        """The value's own shape."""
        x = x.transpose(1, -1) if self.last else x
        result = F.batch_norm(
            x, self.running_mean, self.running_var, self.weight, self.bias, eps=self.eps
        )
        return result.transpose(1, -1) if self.last else result

    def extra_repr(self) -> str:
        """All options."""
        return f"{len(self.running_mean)}, eps={self.eps}, affine={self.weight is not None}"


@final
class ChannelLayerNorm(nn.LayerNorm):
    """Of the channels (axis 1) at each position of a feature map."""

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002  # torch's word
        """The value's own shape."""
        return super().forward(input.movedim(1, -1)).movedim(-1, 1)


class AlongAxis(nn.Module):
    """The base of norms along axis ``dim`` (the batch is axis 0) of any size, without parameters."""

    def __init__(self, *, dim: int, eps: float) -> None:
        super().__init__()
        self.dim = dim
        self.eps = eps

    def extra_repr(self) -> str:
        """All options."""
        return f"dim={self.dim}, eps={self.eps}"


@final
class OpenLayerNorm(AlongAxis):
    """Mean 0 and variance 1 along the axis."""

    def forward(self, x: Tensor) -> Tensor:
        """The value's own shape."""
        moved = x.movedim(self.dim, -1)
        return F.layer_norm(moved, moved.shape[-1:], eps=self.eps).movedim(-1, self.dim)


@final
class LocalResponseNormLast(nn.LocalResponseNorm):
    """Of values whose channels are the last axis: ``[N, C]``, ``[N, T, F]``."""

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002  # torch's word
        """The value's own shape."""
        channels_second = input.movedim(-1, 1)
        flat = channels_second.unsqueeze(-1).flatten(2)
        return super().forward(flat).reshape(channels_second.shape).movedim(1, -1)
