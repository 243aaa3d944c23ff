"""Transposed convolutions: torch's own, cut where its padding cannot say the crops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  # as torch's users write it

from netc.types.dims import number
from netc_torch.forms import last_first, leaf

if TYPE_CHECKING:
    from netc.ops.transposed import ConvTranspose
    from netc.types import TensorType
    from netc_torch.forms import Leaf


class Cropped(nn.Module):
    """Mixed in before a torch module: zeros after what that module reads, and crops of what it makes.

    ``added`` and ``crops`` are in the order of ``torch.nn.functional.pad``, the last axis first.
    """

    def __init__(self, *, added: tuple[int, ...], crops: tuple[int, ...], **options: object) -> None:
        super().__init__(**options)
        self.added = added
        self.crops = crops

    def forward(self, input: Tensor, output_size: list[int] | None = None) -> Tensor:  # noqa: A002  # torch's
        """The torch module's own result without its edges; ``output_size`` is that of the whole."""
        longer = F.pad(input, self.added) if any(self.added) else input
        whole: Tensor = super().forward(longer, output_size)
        return F.pad(whole, [-crop for crop in self.crops]) if any(self.crops) else whole

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


OWN: tuple[type[nn.Module], ...] = (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
CROPPED: tuple[type[nn.Module], ...] = (
    CroppedConvTranspose1d,
    CroppedConvTranspose2d,
    CroppedConvTranspose3d,
)


def conv_transpose(op: ConvTranspose, x: TensorType) -> Leaf:
    """A transposed convolution of torch's, before explicit crops where its own cannot say them."""
    largest = tuple(max(sizes) - 1 for sizes in zip(op.stride, op.dilation, strict=True))
    placed = op.symmetric(largest)
    axes = len(op.kernel)
    options: dict[str, Any] = {
        "in_channels": number(x.channels, "input channels"),
        "out_channels": op.channels,
        "kernel_size": op.kernel,
        "stride": op.stride,
        "padding": placed.padding,
        "output_padding": placed.output_padding,
        "dilation": op.dilation,
        "groups": op.groups,
        "bias": op.bias,
        "device": "meta",
    }
    added = tuple((0, more) for more in placed.added)
    if not any(placed.added) and not any(map(any, placed.rest)):
        return leaf(OWN[axes - 1], **options)
    return leaf(CROPPED[axes - 1], added=last_first(added), crops=last_first(placed.rest), **options)
