"""Batch normalisation whose state is that of the spec."""

from __future__ import annotations

from typing import Any, final

from torch import Tensor, nn

from netc_torch.modules.norms import uncounted


class BatchNorm1d(nn.BatchNorm1d):
    """Without ``num_batches_tracked``, which only a cumulative average needs."""

    def __init__(self, num_features: int, **options: Any) -> None:
        super().__init__(num_features, **options)
        uncounted(self)


class BatchNorm2d(nn.BatchNorm2d):
    """Without ``num_batches_tracked``, which only a cumulative average needs."""

    def __init__(self, num_features: int, **options: Any) -> None:
        super().__init__(num_features, **options)
        uncounted(self)


class BatchNorm3d(nn.BatchNorm3d):
    """Without ``num_batches_tracked``, which only a cumulative average needs."""

    def __init__(self, num_features: int, **options: Any) -> None:
        super().__init__(num_features, **options)
        uncounted(self)


@final
class BatchNormLast(BatchNorm1d):
    """Of values whose channels are the last axis, such as ``[N, T, F]``."""

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002  # torch's word
        """The value's own shape."""
        return super().forward(input.transpose(1, -1)).transpose(1, -1)

    def _check_input_dim(self, input: Tensor) -> None:  # noqa: A002  # torch's word
        """Every rank will do."""
