"""The types of floating point numbers that a model may hold, and how their bytes are made of float32."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from onnx import TensorProto

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netc.artifact import FloatType

FLOATS: dict[FloatType, TensorProto.DataType] = {
    "float32": TensorProto.FLOAT,
    "float16": TensorProto.FLOAT16,
    "bfloat16": TensorProto.BFLOAT16,
}
"""ONNX's element type of each."""

FLOAT_NAMES: dict[int, FloatType] = {number: name for name, number in FLOATS.items()}
"""The name of each, by ONNX's number."""

STORED: dict[int, str] = {TensorProto.FLOAT: "<f4", TensorProto.FLOAT16: "<f2", TensorProto.BFLOAT16: "<u2"}
"""NumPy's code for the numbers as a file holds them, by ONNX's number; it has no bfloat16 of its own."""

LARGEST: dict[FloatType, str] = {"float32": "3.4e38", "float16": "65,504", "bfloat16": "3.4e38"}
"""The largest number of each, for messages."""

SMALLEST: dict[FloatType, str] = {"float32": "1.4e-45", "float16": "6.0e-8", "bfloat16": "9.2e-41"}
"""The smallest number above 0 of each, for messages."""


def element_bytes(data_type: int) -> int:
    """The bytes of one stored number."""
    return np.dtype(STORED[data_type]).itemsize


def stored_as(array: NDArray[np.float32], data_type: int) -> NDArray[Any]:
    """float32 numbers as a file holds them in the type ``data_type``, rounded to nearest, ties to even.

    What is beyond the type's largest number becomes infinite, what is too small becomes zero.
    """
    if data_type == TensorProto.BFLOAT16:
        return bfloat16_bits(array)
    with np.errstate(over="ignore", under="ignore"):
        return np.asarray(array, STORED[data_type])


def bfloat16_bits(array: NDArray[np.float32]) -> NDArray[np.uint16]:
    """The upper halves of float32 numbers, rounded to nearest, ties to even; what is no number stays none.

    >>> [hex(bits) for bits in bfloat16_bits(np.array([1.0, 1.00390625, 1.01171875, 3.4e38], np.float32))]
    ['0x3f80', '0x3f80', '0x3f82', '0x7f80']
    """
    bits = array.view(np.uint32)
    rounded = bits + (np.uint32(0x7FFF) + (bits >> np.uint32(16) & np.uint32(1)))
    return np.where(np.isnan(array), np.uint32(0x7FC0), rounded >> np.uint32(16)).astype(np.uint16)


def is_finite(stored: NDArray[Any], data_type: int) -> NDArray[np.bool_]:
    """Of each stored number, whether it is finite."""
    if data_type == TensorProto.BFLOAT16:
        exponent = np.uint16(0x7F80)
        return np.asarray(np.bitwise_and(stored, exponent) != exponent, np.bool_)
    return np.asarray(np.isfinite(stored), np.bool_)


def is_zero(stored: NDArray[Any], data_type: int) -> NDArray[np.bool_]:
    """Of each stored number, whether it is zero, of either sign."""
    if data_type == TensorProto.BFLOAT16:
        return np.asarray(np.bitwise_and(stored, np.uint16(0x7FFF)) == 0, np.bool_)
    return np.asarray(stored == 0, np.bool_)
