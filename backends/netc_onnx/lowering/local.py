"""Local connections in ONNX, which has no op for them."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

import numpy as np

from netc.types.dims import number
from netc_onnx.phrases import is_padded, pad, reshape
from netc_onnx.tensors import BATCH, Constant, Tensor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netc.ops.local import Local
    from netc_onnx.site import Site


def lower_local(at: Site, op: Local) -> Tensor:
    """One matrix product a position: its window in every sample by its own filters.

    A ``Gather`` along each axis lays the windows side by side. The weight keeps its name and shape and is
    turned about in the graph, which runtimes do once, when they load it.
    """
    groups = (op.groups,) if op.groups > 1 else ()
    rows, columns = _rows(at, op, groups), _columns(at, op, groups)
    made = at.step("product", "MatMul", rows, columns, shape=(*rows.shape[:-1], columns.shape[-1]))
    axes, batch = len(op.kernel), len(made.shape) - 2
    bias = at.parameters.get("bias")
    order = [batch, *range(axes, batch), batch + 1, *range(axes)]
    y = _transposed(at, "channels" if groups or bias else "", made, order)
    if groups:
        y = reshape(at, "joined" if bias else "", y, at.shape)
    return at.end("Add", y, bias) if bias else y


def _rows(at: Site, op: Local, groups: tuple[int, ...]) -> Tensor:
    """The windows: ``[positions…, groups, N, C/groups · F]``, without the groups where there is one."""
    x = pad(at, "pad", at.x, op.pads, 0.0) if is_padded(op.pads) else at.x
    if groups:
        x = reshape(at, "groups", x, (BATCH, *groups, _reads(at, op), *x.shape[2:]))
    first = 2 + len(groups)
    for axis, (size, count, stride, dilation) in enumerate(
        zip(op.kernel, op.positions(at.x_type), op.stride, op.dilation, strict=True)
    ):
        place = first + 2 * axis  # each axis before has become two: element and position
        elements, corners = np.arange(size) * dilation, np.arange(count) * stride
        indices = Constant("indices", np.add.outer(elements, corners).astype(np.int64))
        shape = (*x.shape[:place], size, count, *x.shape[place + 1 :])
        x = at.step(f"windows{axis}", "Gather", x, indices, shape=shape, axis=place)
    order = [*range(first + 1, len(x.shape), 2), *range(1, first - 1), 0, first - 1]
    x = _transposed(at, "positions", x, [*order, *range(first, len(x.shape), 2)])
    kept = x.shape[: len(op.kernel) + len(groups) + 1]
    return reshape(at, "rows", x, (*kept, _reads(at, op) * prod(op.kernel)))


def _columns(at: Site, op: Local, groups: tuple[int, ...]) -> Tensor:
    """The weight: ``[positions…, groups, C/groups · F, channels/groups]``, likewise."""
    weight, axes = at.parameters["weight"], len(op.kernel)
    terms = _reads(at, op) * prod(op.kernel)
    shape = (*groups, op.channels // op.groups, terms, *weight.shape[-axes:])
    joined = reshape(at, "filters", weight, shape)
    lead = len(groups)
    return _transposed(at, "columns", joined, [*range(lead + 2, len(shape)), *range(lead), lead + 1, lead])


def _reads(at: Site, op: Local) -> int:
    """How many channels a filter sees."""
    return number(at.x_type.channels, "the channels of `local`") // op.groups


def _transposed(at: Site, label: str, x: Tensor, order: Sequence[int]) -> Tensor:
    """The axes of ``x`` in another order."""
    return at.step(label, "Transpose", x, shape=tuple(x.shape[axis] for axis in order), perm=order)
