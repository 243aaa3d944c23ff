"""Transposed convolutions that are cut where their padding cannot say the crops."""

from __future__ import annotations

from typing import final

from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  # as torch's users write it


class Cropped(nn.Module):
    """Mixed in before a torch module: zeros after what that module reads, and crops of what it makes.

    ``added`` and ``crops`` are in the order of ``torch.nn.functional.pad``, the last axis first.
    """

    def __init__(
        self, *, added: tuple[int, ...], crops: tuple[int, ...], **options: object
    ) -> None:
        super().__init__(**options)
        self.added = added
        self.crops = crops

    def forward(self, input: Tensor, output_size: list[int] | None = None) -> Tensor:  # noqa: A002  # torch's
        """The torch module's own result without its edges; ``output_size`` is that of the whole."""
        longer = F.pad(input, self.added) if any(self.added) else input
        whole: Tensor = super().forward(longer, output_size)
        return (
            F.pad(whole, [-crop for crop in self.crops]) if any(self.crops) else whole
        )

    def extra_repr(self) -> str:
        """The torch module's own options, then what is added and cut off."""
        added = f", added={self.added}" if any(self.added) else ""
        return f"{super().extra_repr()}{added}, crops={self.crops}"


@final
class CroppedConvTranspose1d(Cropped, nn.ConvTranspose1d):
    """``ConvTranspose1d`` before explicit crops."""


@final
class CroppedConvTranspose2d(Cropped, nn.ConvTranspose2d):
    """``ConvTranspose2d`` before explicit crops."""


@final
class CroppedConvTranspose3d(Cropped, nn.ConvTranspose3d):
    """``ConvTranspose3d`` before explicit crops."""
