"""Tensors as the nodes of an ONNX graph name them, and the protobuf messages that describe them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
from onnx import AttributeProto, TensorProto, ValueInfoProto

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netc.types import Dtype, TensorType

BATCH = "N"
ELEMENT_TYPES: dict[Dtype, TensorProto.DataType] = {
    "float32": TensorProto.FLOAT,
    "uint8": TensorProto.UINT8,
    "int64": TensorProto.INT64,
}

Extents: TypeAlias = "tuple[int | str, ...]"
"""A shape with all its axes; a symbol stands for itself."""

Attribute: TypeAlias = "int | float | str | Sequence[int]"


class Tensor(NamedTuple):
    """A value or an initializer by its name; ``shape`` includes the batch axis where there is one."""

    name: str
    shape: Extents
    dtype: Dtype = "float32"


class Constant(NamedTuple):
    """Numbers of a lowering's own, named for what they are to the node that reads them."""

    label: str
    array: NDArray[np.float32] | NDArray[np.int64]


def batched(type_: TensorType) -> Extents:
    """The shape of a spec's value, with the batch axis before it.

    >>> from netc.types import TensorType
    >>> batched(TensorType((3, 8, 8)))
    ('N', 3, 8, 8)
    """
    return (BATCH, *type_.shape)


def integers(label: str, *values: int) -> Constant:
    """A vector of whole numbers, as axes, shapes, pads and indices are."""
    return Constant(label, np.array(values, np.int64))


def number(label: str, value: float) -> Constant:
    """One float32, of no axes."""
    return Constant(label, np.array(value, np.float32))


def describe(tensor: Tensor) -> ValueInfoProto:
    """The name, element type and whole shape of a value."""
    info = ValueInfoProto(name=tensor.name)
    info.type.tensor_type.elem_type = ELEMENT_TYPES[tensor.dtype]
    shape = info.type.tensor_type.shape
    for extent in tensor.shape:
        if isinstance(extent, str):
            shape.dim.add(dim_param=extent)
        else:
            shape.dim.add(dim_value=extent)
    return info


def stored(name: str, array: NDArray[np.float32] | NDArray[np.int64]) -> TensorProto:
    """A constant as an initializer."""
    kind = TensorProto.INT64 if array.dtype == np.int64 else TensorProto.FLOAT
    raw = array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes()
    return TensorProto(name=name, data_type=kind, dims=array.shape, raw_data=raw)


def attribute(name: str, value: Attribute) -> AttributeProto:
    """An attribute whose type is its value's."""
    if isinstance(value, int):
        return AttributeProto(name=name, type=AttributeProto.INT, i=value)
    if isinstance(value, float):
        return AttributeProto(name=name, type=AttributeProto.FLOAT, f=value)
    if isinstance(value, str):
        return AttributeProto(name=name, type=AttributeProto.STRING, s=value.encode())
    return AttributeProto(name=name, type=AttributeProto.INTS, ints=value)
