"""The global names that generated code sees; its functions live in this module.

They are nn, torch, the checks of inputs, and the classes whose ``forward`` generated code calls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
import torch.fx
from torch import nn

from netc_torch.modules.arrangements import IndexPad
from netc_torch.modules.batch_norms import BatchNormLast
from netc_torch.modules.colours import Gray, Normalize
from netc_torch.modules.elementwise import (
    Abs,
    ChannelLinear,
    DropoutLast,
    DropPath,
    Hardsigmoid,
    PReLULast,
    Scale,
    Sqrt,
    Square,
    Vector,
)
from netc_torch.modules.local import Local
from netc_torch.modules.norms import (
    ChannelLayerNorm,
    FrozenBatchNorm,
    LocalResponseNormLast,
)
from netc_torch.modules.sample_norms import ChannelRMSNorm, GroupNormLast, InstanceNormLast, L2Norm
from netc_torch.modules.sequence import Position, Recurrent, SelfAttention
from netc_torch.modules.transposed import (
    CroppedConvTranspose1d,
    CroppedConvTranspose2d,
    CroppedConvTranspose3d,
)
from netc_torch.modules.upsampling import Repeat
from netc_torch.modules.windows import (
    CountedAveragePool,
    GlobalAveragePool,
    GlobalMaxPool,
    PaddedAvgPool1d,
    PaddedAvgPool2d,
    PaddedAvgPool3d,
    PaddedConv1d,
    PaddedConv2d,
    PaddedConv3d,
    PaddedMaxPool1d,
    PaddedMaxPool2d,
    PaddedMaxPool3d,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from torch import Tensor

__all__ = [
    "Abs",
    "BatchNormLast",
    "ChannelLayerNorm",
    "ChannelLinear",
    "ChannelRMSNorm",
    "CountedAveragePool",
    "CroppedConvTranspose1d",
    "CroppedConvTranspose2d",
    "CroppedConvTranspose3d",
    "DropPath",
    "DropoutLast",
    "FrozenBatchNorm",
    "GlobalAveragePool",
    "GlobalMaxPool",
    "Gray",
    "GroupNormLast",
    "Hardsigmoid",
    "IndexPad",
    "InstanceNormLast",
    "L2Norm",
    "Local",
    "LocalResponseNormLast",
    "Normalize",
    "PReLULast",
    "PaddedAvgPool1d",
    "PaddedAvgPool2d",
    "PaddedAvgPool3d",
    "PaddedConv1d",
    "PaddedConv2d",
    "PaddedConv3d",
    "PaddedMaxPool1d",
    "PaddedMaxPool2d",
    "PaddedMaxPool3d",
    "Position",
    "Recurrent",
    "Repeat",
    "Scale",
    "SelfAttention",
    "Sqrt",
    "Square",
    "Vector",
    "nn",
    "require_dtype",
    "require_facts",
    "require_shape",
    "torch",
]


def require_shape(value: Tensor, name: str, shape: tuple[int | str, ...]) -> None:
    """Raise ``ValueError`` unless ``value`` is ``[N, *shape]``: the spec's own sizes, for any batch.

    Where ``shape`` has a symbol's name, any size is right.
    """
    sizes = value.shape[1:]
    wanted = [size if isinstance(size, int) else found for size, found in zip(shape, sizes, strict=False)]
    if list(sizes) != wanted or len(sizes) != len(shape) or not value.shape:
        # torch.compile, which tells of this error too, knows a size in an f-string, and `str` of one not.
        found = "×".join([f"{size}" for size in value.shape]) or "a scalar"
        expected = "×".join([f"{size}" for size in ("N", *shape)])
        raise ValueError(f"the input `{name}` is {found}, and the spec says {expected}, N being the batch")


def require_facts(
    sizes: Sequence[tuple[str, str, int]], facts: Mapping[str, tuple[int, int | None, int]]
) -> None:
    """Raise ``ValueError`` unless every symbol has one size, and that meets its facts.

    ``sizes`` are symbols, the inputs that have them and their sizes there; ``facts`` the smallest size, the
    largest (``None``: there is none) and what it is a multiple of.
    """
    met: dict[str, tuple[str, int]] = {}
    for symbol, name, size in sizes:
        least, most, multiple_of = facts[symbol]
        first, same = met.setdefault(symbol, (name, size))
        if size != same:
            message = f"{symbol} is {same} in the input `{first}` and {size} in `{name}`: one size is wanted"
            raise ValueError(message)
        if size < least or (most is not None and size > most) or size % multiple_of:
            end = "" if most is None else f", at most {most}"
            multiple = "" if multiple_of == 1 else f", a multiple of {multiple_of}"
            first_met = -(-least // multiple_of) * multiple_of
            message = (
                f"{symbol} is {size} in the input `{name}`; the spec says at least {first_met}{end}{multiple}"
            )
            raise ValueError(message)


def require_dtype(value: Tensor, name: str, dtype: str) -> None:
    """Raise ``TypeError`` unless ``value`` is of the spec's type; ``float32`` means any of torch's floats."""
    found = str(value.dtype).removeprefix("torch.")
    if found != dtype and not (dtype == "float32" and value.dtype.is_floating_point):
        raise TypeError(f"the input `{name}` is of {found}, and the spec says {dtype}")


torch.fx.wrap("require_dtype")
torch.fx.wrap("require_facts")
torch.fx.wrap("require_shape")  # torch.fx traces no branch on a shape: it records the call instead
