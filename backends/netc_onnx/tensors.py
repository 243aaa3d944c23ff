"""Tensors as the nodes of an ONNX graph name them, and the protobuf messages that describe them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypeGuard

import numpy as np
from onnx import AttributeProto, TensorProto, ValueInfoProto

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netc.types import Dtype, TensorType
    from netc.types.symbolic import Symbolic

BATCH = "N"
ELEMENT_TYPES: dict[Dtype, TensorProto.DataType] = {
    "float32": TensorProto.FLOAT,
    "uint8": TensorProto.UINT8,
    "int64": TensorProto.INT64,
}

Extents: TypeAlias = "tuple[int | str | Symbolic, ...]"
"""A shape with all its axes: ``BATCH``, and dims."""

Attribute: TypeAlias = "int | float | str | Sequence[int] | Sequence[str]"


class Tensor(NamedTuple):
    """A value or an initializer by its name; ``shape`` includes the batch axis where there is one."""

    name: str
    shape: Extents
    dtype: Dtype = "float32"


Numbers: TypeAlias = "NDArray[np.float32] | NDArray[np.int64] | NDArray[np.uint8]"


class Constant(NamedTuple):
    """Numbers of a lowering's own, named for what they are to the node that reads them."""

    label: str
    array: Numbers

    @property
    def dtype(self) -> Dtype:
        """The type of its elements."""
        return next(dtype for dtype in ELEMENT_TYPES if self.array.dtype == dtype)


def batched(type_: TensorType) -> Extents:
    """The shape of a spec's value, with the batch axis before it.

    >>> from netc.types import TensorType
    >>> batched(TensorType((3, 8, 8)))
    ('N', 3, 8, 8)
    """
    return (BATCH, *type_.shape)


def whole(dims: Sequence[int | str | Symbolic]) -> TypeGuard[tuple[int, ...]]:
    """Whether each is a number."""
    return all(isinstance(dim, int) for dim in dims)


def integers(label: str, *values: int) -> Constant:
    """A vector of whole numbers, as axes, shapes, pads and indices are."""
    return Constant(label, np.array(values, np.int64))


def number(label: str, value: float, dtype: Dtype = "float32") -> Constant:
    """One number, of no axes; a whole one where ``dtype`` is of whole numbers."""
    return Constant(label, np.array(value, dtype))


def describe(tensor: Tensor) -> ValueInfoProto:
    """The name, element type and whole shape of a value; a symbolic size is named as it is written."""
    info = ValueInfoProto(name=tensor.name)
    info.type.tensor_type.elem_type = ELEMENT_TYPES[tensor.dtype]
    shape = info.type.tensor_type.shape
    for extent in tensor.shape:
        if isinstance(extent, int):
            shape.dim.add(dim_value=extent)
        else:
            shape.dim.add(dim_param=str(extent))
    return info


def described(tensor: TensorProto) -> ValueInfoProto:
    """What an initializer is, as values are described."""
    value = ValueInfoProto(name=tensor.name)
    value.type.tensor_type.elem_type = tensor.data_type
    shape = value.type.tensor_type.shape  # it is there even where it has no dims
    shape.SetInParent()
    for size in tensor.dims:
        shape.dim.add(dim_value=size)
    return value


def stored(name: str, array: Numbers) -> TensorProto:
    """A constant as an initializer."""
    kind = next(kind for dtype, kind in ELEMENT_TYPES.items() if array.dtype == dtype)
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
    words = [word.encode() for word in value if isinstance(word, str)]
    if words:
        return AttributeProto(name=name, type=AttributeProto.STRINGS, strings=words)
    return AttributeProto(
        name=name, type=AttributeProto.INTS, ints=[item for item in value if not isinstance(item, str)]
    )
