"""Single ONNX nodes that several lowerings need, in the form that the opset asks for.

Each takes the site, the label of the node (empty where it makes the result) and a tensor, and
returns the tensor that it makes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc_onnx import opsets
from netc_onnx.tensors import BATCH, Attribute, Extents, Tensor, integers, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netc.ops.window import Pads
    from netc.types import TensorType
    from netc_onnx.site import Site


def is_padded(pads: Pads) -> bool:
    """Whether anything is added on any side."""
    return any(before or after for before, after in pads)


def is_symmetric(pads: Pads) -> bool:
    """Whether as much is added before as after, along each axis."""
    return all(before == after for before, after in pads)


def flat(pads: Pads) -> list[int]:
    """Pads in ONNX's order: all that is added before, then all that is added after.

    >>> flat(((1, 2), (3, 4)))
    [1, 3, 2, 4]
    """
    return [before for before, _ in pads] + [after for _, after in pads]


def pad(at: Site, label: str, x: Tensor, pads: Pads, value: float) -> Tensor:
    """``x`` with ``value`` around it: ``pads`` along its last axes, nothing along those before."""
    leading = len(x.shape) - len(pads)
    amounts: Pads = ((0, 0),) * leading + pads
    shape = tuple(
        extent + before + after if isinstance(extent, int) else extent
        for extent, (before, after) in zip(x.shape, amounts, strict=True)
    )
    operands = (integers("pads", *flat(amounts)), number("constant_value", value))
    return at.step(label, "Pad", x, *operands, shape=shape, mode="constant")


def reshape(at: Site, label: str, x: Tensor, shape: Extents) -> Tensor:
    """The same elements in another shape; the batch axis, where there is one, stays the first."""
    numbers = (0 if extent == BATCH else int(extent) for extent in shape)
    attributes: dict[str, Attribute] = {"allowzero": 0} if at.opset >= opsets.RESHAPE_ALLOWZERO else {}
    return at.step(label, "Reshape", x, integers("shape", *numbers), shape=shape, **attributes)


def unsqueeze(at: Site, label: str, x: Tensor, axes: Sequence[int]) -> Tensor:
    """``x`` with axes of size 1, at the places ``axes`` of the result."""
    rest = iter(x.shape)
    shape = tuple(1 if axis in axes else next(rest) for axis in range(len(x.shape) + len(axes)))
    return at.step(label, "Unsqueeze", x, integers("axes", *axes), shape=shape)


def beside_channels(at: Site, label: str, vector: Tensor, type_: TensorType, *, batch: bool) -> Tensor:
    """A vector of the channels as it broadcasts against a value of ``type_``.

    ``batch`` tells whether the vector has a batch axis; without one, axes before the channels need
    not be there.
    """
    channels = type_.channel_axis
    axes = [axis for axis in range(type_.rank) if axis > channels or (batch and axis < channels)]
    if not axes:
        return vector
    places = [axis + 1 for axis in axes] if batch else [axis - channels for axis in axes]
    return unsqueeze(at, label, vector, places)


def move_axis(at: Site, label: str, x: Tensor, source: int, target: int) -> Tensor:
    """``x`` with its axis ``source`` at the place ``target``; the other axes keep their order."""
    order = [axis for axis in range(len(x.shape)) if axis != source]
    order.insert(target, source)
    return at.step(label, "Transpose", x, shape=tuple(x.shape[axis] for axis in order), perm=order)


def reduce(at: Site, label: str, kind: str, x: Tensor, axis: int, *, keepdims: bool) -> Tensor:
    """``ReduceMean`` or ``ReduceMax`` along one axis."""
    shape = (*x.shape[:axis], *((1,) if keepdims else ()), *x.shape[axis + 1 :])
    if at.opset < opsets.REDUCE_AXES_INPUT:
        return at.step(label, kind, x, shape=shape, axes=[axis], keepdims=int(keepdims))
    return at.step(
        label,
        kind,
        x,
        integers("axes", axis),
        shape=shape,
        keepdims=int(keepdims),
        noop_with_empty_axes=0,
    )


def max_pool(
    at: Site, label: str, x: Tensor, kernel: Sequence[int], stride: Sequence[int], pads: Pads
) -> Tensor:
    """The largest element of each window; ``pads`` are smaller than the kernel."""
    return at.step(
        label,
        "MaxPool",
        x,
        shape=pooled(x, kernel, stride, pads),
        dilations=[1] * len(kernel),
        kernel_shape=kernel,
        pads=flat(pads),
        storage_order=0,
        strides=stride,
    )


def average_pool(
    at: Site, label: str, x: Tensor, kernel: Sequence[int], stride: Sequence[int], pads: Pads
) -> Tensor:
    """The mean of those elements of each window that are not padding."""
    dilations: dict[str, Attribute] = {}
    if at.opset >= opsets.AVERAGE_POOL_DILATIONS:
        dilations = {"dilations": [1] * len(kernel)}
    return at.step(
        label,
        "AveragePool",
        x,
        shape=pooled(x, kernel, stride, pads),
        count_include_pad=0,
        kernel_shape=kernel,
        pads=flat(pads),
        strides=stride,
        **dilations,
    )


def pooled(x: Tensor, kernel: Sequence[int], stride: Sequence[int], pads: Pads) -> Extents:
    """The shape of ``x`` after windows over all its axes but the first two."""
    spatial = [int(extent) for extent in x.shape[2:]]
    fields = zip(spatial, kernel, stride, pads, strict=True)
    counts = ((extent + sum(added) - size) // step + 1 for extent, size, step, added in fields)
    return (*x.shape[:2], *counts)
