"""Local connections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc.types.dims import number
from netc_torch.forms import last_first, leaf
from netc_torch.modules.local import Local

if TYPE_CHECKING:
    from netc.ops.local import Local as LocalOp
    from netc.types import TensorType
    from netc_torch.forms import Leaf


def local(op: LocalOp, x: TensorType) -> Leaf:
    """A module of netc's own."""
    return leaf(
        Local,
        in_channels=number(x.channels, "input channels"),
        out_channels=op.channels,
        kernel_size=op.kernel,
        positions=op.positions(x),
        stride=op.stride,
        pads=last_first(op.pads),
        dilation=op.dilation,
        groups=op.groups,
        bias=op.bias,
        device="meta",
    )
