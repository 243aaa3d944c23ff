"""Values laid out anew, padded and cropped.

Only operators, whole numbers and local names enter the text of expressions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import nn

from netc_torch.forms import Expression, last_first, leaf
from netc_torch.modules.arrangements import IndexPad
from netc_torch.sizes import dim_text, symbol_texts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netc.ops.arrange import Crop, Pad, Permute, Reshape
    from netc.types import Dim, TensorType
    from netc_torch.forms import Leaf

CONSTANT_PADS: tuple[type[nn.Module], ...] = (nn.ConstantPad1d, nn.ConstantPad2d, nn.ConstantPad3d)
MIRRORS: tuple[type[nn.Module], ...] = (nn.ReflectionPad1d, nn.ReflectionPad2d, nn.ReflectionPad3d)
REPEATS: tuple[type[nn.Module], ...] = (nn.ReplicationPad1d, nn.ReplicationPad2d, nn.ReplicationPad3d)


def pad(op: Pad, x: TensorType) -> Leaf:
    """A pad of torch's, or by indices where torch's own cannot."""
    axes = len(op.pads)
    flat = last_first(op.pads)
    if op.mode == "constant":
        value = op.value if x.dtype == "float32" else int(op.value)
        return leaf(CONSTANT_PADS[axes - 1], padding=flat, value=value)
    if x.dtype != "float32":
        return leaf(IndexPad, pads=flat, mirror=op.mode == "reflect")
    bases = MIRRORS if op.mode == "reflect" else REPEATS
    return leaf(bases[axes - 1], padding=flat)


def reshape(op: Reshape) -> Expression:
    """The same elements; the batch keeps its size, and a symbol's is what the other axes leave."""
    dims = "".join(f", {dim if isinstance(dim, int) else -1}" for dim in op.shape)

    def text(names: Sequence[str]) -> str:
        return f"{names[0]}.reshape({names[0]}.shape[0]{dims})"

    return Expression(text)


def permute(op: Permute, x: TensorType) -> Expression:
    """The axes in another order; torch counts the batch as axis 0.

    The bytes of an image are moved at once. Else all that follows would be laid out as they are, which
    convolutions whose weights are not are slow at; who wants that layout gives it to the whole module.
    """
    axes = "".join(f", {axis + 1}" for axis in op.order)
    moved = ".contiguous()" if x.layout == "hwc" else ""

    def text(names: Sequence[str]) -> str:
        return f"{names[0]}.permute(0{axes}){moved}"

    return Expression(text)


def crop(op: Crop, inputs: tuple[TensorType, ...]) -> Expression:
    """A slice of each spatial axis, from what is cut before to what is left before the rest.

    ``inputs`` after the first are those whose shapes have the symbols of what is cut.
    """

    def text(names: Sequence[str]) -> str:
        symbols = symbol_texts(inputs[1:], names[1:])
        own = f"{names[0]}.shape"
        ranges = (_range(sides, f"{own}[{axis}]", symbols) for axis, sides in enumerate(op.crops, start=2))
        return f"{names[0]}[:, :, {', '.join(ranges)}]"

    return Expression(text)


def _range(sides: tuple[Dim, Dim], size: str, symbols: Mapping[str, str]) -> str:
    before, after = sides
    if isinstance(before, int) and isinstance(after, int):
        return f"{before or ''}:{-after or ''}"
    return f"{dim_text(before, symbols)} : {size} - ({dim_text(after, symbols)})"
