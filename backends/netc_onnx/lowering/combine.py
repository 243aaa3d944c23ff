"""Merges in ONNX."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc.ops.elementwise import Combine
from netc_onnx.phrases import beside_channels
from netc_onnx.tensors import Tensor, batched, number

if TYPE_CHECKING:
    from netc.types import TensorType
    from netc_onnx.site import Site

KINDS = {"add": "Add", "mean": "Add", "mul": "Mul", "max": "Max", "sub": "Sub"}


def lower_combine(at: Site, op: Combine) -> Tensor:
    """Two at a time, in order, which every runtime knows; a mean is the sum, divided.

    One value alone is itself: ``Identity``.
    """
    if len(at.inputs) == 1:
        return at.end("Identity", at.x)
    combined, type_ = at.x, at.x_type
    for index in range(1, len(at.inputs)):
        is_last = index == len(at.inputs) - 1 and op.how != "mean"
        label = "" if is_last else f"{op.how if op.how != 'mean' else 'sum'}{index}"
        other, other_type = at.inputs[index], at.types[index]
        if op.how == "mul":
            first, second = _of_one_rank(at, index, (combined, type_), (other, other_type))
        else:
            first, second = combined, other
        type_ = op.infer(type_, other_type)
        combined = at.step(label, KINDS[op.how], first, second, shape=batched(type_))
    if op.how == "mean":
        return at.end("Div", combined, number("count", len(at.inputs)))
    return combined


def _of_one_rank(
    at: Site, index: int, first: tuple[Tensor, TensorType], second: tuple[Tensor, TensorType]
) -> tuple[Tensor, Tensor]:
    """The factors, a vector of the other's channels laid out beside them."""
    (a, a_type), (b, b_type) = first, second
    label = f"factor{index}"
    if a_type.rank > b_type.rank:
        return a, beside_channels(at, label, b, a_type, batch=True)
    if b_type.rank > a_type.rank:
        return beside_channels(at, label, a, b_type, batch=True), b
    return a, b
