"""Transposed convolutions: torch's own, cut where its padding cannot say the crops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from torch import nn

from netc.types.dims import number
from netc_torch.forms import last_first, leaf
from netc_torch.modules.transposed import (
    CroppedConvTranspose1d,
    CroppedConvTranspose2d,
    CroppedConvTranspose3d,
)

if TYPE_CHECKING:
    from netc.ops.transposed import ConvTranspose
    from netc.types import TensorType
    from netc_torch.forms import Leaf


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
