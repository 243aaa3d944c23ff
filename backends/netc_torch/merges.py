"""Merges and slices as expressions.

Only operators, whole numbers and local names enter their text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from netc_torch.forms import Expression

if TYPE_CHECKING:
    from netc.ops.elementwise import Combine
    from netc.ops.shape import Concat, Slice
    from netc.types import TensorType


def combine(op: Combine, inputs: tuple[TensorType, ...]) -> Expression:
    """Sum, product, maximum, mean or difference."""
    match op.how:
        case "add":
            return Expression(" + ".join)
        case "sub":
            return Expression(" - ".join)
        case "mean":
            return Expression(_mean)
        case "max":
            return Expression(_maximum)
        case "mul":
            return Expression(_product(inputs))


def _mean(names: Sequence[str]) -> str:
    return f"({' + '.join(names)}) / {len(names)}"


def _maximum(names: Sequence[str]) -> str:
    text = names[0]
    for name in names[1:]:
        text = f"torch.maximum({text}, {name})"
    return text


def _product(inputs: tuple[TensorType, ...]) -> Callable[[Sequence[str]], str]:
    axes = [_axes(type_, inputs) for type_ in inputs]

    def text(names: Sequence[str]) -> str:
        return " * ".join(f"{name}{index}" for name, index in zip(names, axes, strict=True))

    return text


def _axes(factor: TensorType, inputs: tuple[TensorType, ...]) -> str:
    """The indexing that lays a vector along the channels of the product's other factors."""
    whole = max(inputs, key=lambda type_: type_.rank)
    if not factor.is_vector or whole.rank == 1:
        return ""
    before = ", None" * whole.channel_axis
    after = ", None" * (whole.rank - 1 - whole.channel_axis)
    return f"[:{before}, :{after}]"


def slice_(op: Slice, x: TensorType) -> Expression:
    """Elements of one axis, counted from its end where its size is not known."""
    start, stop = op.places(x)
    step = f":{op.step}" if op.step != 1 else ""
    index = ":, " * (op.axis + 1) + f"{start}:{'' if stop is None else stop}{step}"

    def text(names: Sequence[str]) -> str:
        return f"{names[0]}[{index}]"

    return Expression(text)


def concat(op: Concat) -> Expression:
    """Side by side; torch counts the batch as axis 0."""

    def text(names: Sequence[str]) -> str:
        return f"torch.cat([{', '.join(names)}], {op.axis + 1})"

    return Expression(text)
