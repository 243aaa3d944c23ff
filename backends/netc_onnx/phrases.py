"""Single ONNX nodes that several lowerings need, in the form that the opset asks for.

Each takes the site, the label of the node (empty where it makes the result) and a tensor, and
returns the tensor that it makes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard, TypeVar

from netc.ops.window import window_count
from netc.types.dims import Dim, is_symbolic, simplest
from netc_onnx import opsets
from netc_onnx.tensors import Attribute, Extents, Tensor, integers, number, whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netc.ops.window import Pads, WholePads
    from netc.types import TensorType
    from netc_onnx.site import Site

Side = TypeVar("Side", int, Dim)


def is_padded(pads: Pads) -> bool:
    """Whether anything is added on any side."""
    return any(sides != (0, 0) for sides in pads)


def are_whole(pads: Pads) -> TypeGuard[WholePads]:
    """Whether they depend on no symbol: the pads that an op of ONNX has itself are numbers."""
    return all(map(whole, pads))


def no_pads(axes: int) -> WholePads:
    """Nothing added, along so many axes."""
    return ((0, 0),) * axes


def is_symmetric(pads: Pads) -> bool:
    """Whether as much is added before as after, along each axis."""
    return all(before == after for before, after in pads)


def flat(pads: Sequence[tuple[Side, Side]]) -> list[Side]:
    """Pads in ONNX's order: all that is added before, then all that is added after.

    >>> flat(((1, 2), (3, 4)))
    [1, 3, 2, 4]
    """
    return [before for before, _ in pads] + [after for _, after in pads]


def pad(at: Site, label: str, x: Tensor, pads: Pads, value: float) -> Tensor:
    """``x`` with ``value`` around it: ``pads`` along its last axes, nothing along those before."""
    amounts, shape = padded(x, pads)
    operands = (at.sizes(label, "pads", *flat(amounts)), number("constant_value", value, x.dtype))
    return at.step(label, "Pad", x, *operands, shape=shape, mode="constant")


def pad_by_edge(at: Site, label: str, x: Tensor, pads: Pads, mode: str) -> Tensor:
    """``x`` with what ``mode`` makes of itself around it: ``reflect`` or ``edge``."""
    amounts, shape = padded(x, pads)
    return at.step(label, "Pad", x, at.sizes(label, "pads", *flat(amounts)), shape=shape, mode=mode)


def padded(x: Tensor, pads: Pads) -> tuple[Pads, Extents]:
    """``pads`` along the last axes of ``x`` as pads along all of them, and the shape that they make."""
    amounts: Pads = ((0, 0),) * (len(x.shape) - len(pads)) + pads
    shape = tuple(
        extent if isinstance(extent, str) else simplest(extent + before + after)
        for extent, (before, after) in zip(x.shape, amounts, strict=True)
    )
    return amounts, shape


def reshape(at: Site, label: str, x: Tensor, shape: Extents, kept: int = 0) -> Tensor:
    """The same elements in another shape; the batch axis, where there is one, stays the first.

    The first ``kept`` axes stay as they are, of whatever size, and so does a symbolic size that keeps its
    place. One more is what the others leave; several are computed.
    """
    dims: list[Dim] = []
    for axis, extent in enumerate(shape):
        stays = is_symbolic(extent) and axis < len(x.shape) and x.shape[axis] == extent
        dims.append(0 if axis < kept or stays or isinstance(extent, str) else extent)
    if sum(map(is_symbolic, dims)) == 1:
        dims = [dim if isinstance(dim, int) else -1 for dim in dims]
    attributes: dict[str, Attribute] = {"allowzero": 0} if at.opset >= opsets.RESHAPE_ALLOWZERO else {}
    return at.step(label, "Reshape", x, at.sizes(label, "shape", *dims), shape=shape, **attributes)


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
    """``ReduceMean``, ``ReduceMax`` or ``ReduceL2`` along one axis."""
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
    at: Site, label: str, x: Tensor, kernel: Sequence[int], stride: Sequence[int], pads: WholePads
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
    at: Site, label: str, x: Tensor, kernel: Sequence[int], stride: Sequence[int], pads: WholePads
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


def pooled(x: Tensor, kernel: Sequence[int], stride: Sequence[int], pads: WholePads) -> Extents:
    """The shape of ``x`` after windows over all its axes but the first two."""
    spatial = [extent for extent in x.shape[2:] if not isinstance(extent, str)]
    fields = zip(spatial, kernel, stride, pads, strict=True)
    counts = (simplest(window_count(extent + sum(added), size, step)) for extent, size, step, added in fields)
    return (*x.shape[:2], *counts)
