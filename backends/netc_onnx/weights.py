"""The numbers of the parameters: inside the model, or in a file beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onnx import ModelProto, TensorProto

from netc.weights.pieces import pieces
from netc_onnx.element_types import element_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    Weights = Mapping[str, NDArray[np.float32]]

LARGEST_FILE = 2**31 - 1
"""What one protobuf message may hold, in bytes."""

SMALLEST_BESIDE = 1024
"""Parameters of fewer bytes stay in the model even where the others lie beside it."""

PAGE = 4096
"""The offset of each parameter in a file is a multiple of this many bytes, so that it can be mapped."""

BUFFER = 2**20
"""How many bytes are collected before they are handed to the system."""

FRAMING = 32
"""The most bytes that protobuf adds to a parameter's own."""


def fits_one_file(model: ModelProto) -> bool:
    """Whether the model and all its parameters are small enough for one file."""
    framework: int = model.ByteSize()
    return framework + sum(tensor_bytes(tensor) + FRAMING for tensor in waiting(model)) <= LARGEST_FILE


def put_inside(model: ModelProto, weights: Weights) -> None:
    """Give every parameter of ``model`` its numbers."""
    for tensor in waiting(model):
        tensor.raw_data = b"".join(numbers(tensor, weights))


def put_beside(model: ModelProto, weights: Weights, path: Path) -> None:
    """Write the parameters to ``path``, part by part, and have ``model`` find them there.

    The model must lie in the same folder as ``path``; it names that file without a folder.
    """
    with path.open("wb", buffering=BUFFER) as file:
        for tensor in waiting(model):
            size = tensor_bytes(tensor)
            if size < SMALLEST_BESIDE:
                tensor.raw_data = b"".join(numbers(tensor, weights))
                continue
            file.write(bytes(-file.tell() % PAGE))
            place = {"location": path.name, "offset": str(file.tell()), "length": str(size)}
            file.writelines(numbers(tensor, weights))
            tensor.data_location = TensorProto.EXTERNAL
            for key, value in place.items():
                tensor.external_data.add(key=key, value=value)


def waiting(model: ModelProto) -> Iterator[TensorProto]:
    """The initializers that wait for their numbers; a lowering's own constants have theirs."""
    return (tensor for tensor in model.graph.initializer if not tensor.HasField("raw_data"))


def tensor_bytes(tensor: TensorProto) -> int:
    """The bytes of a parameter's numbers."""
    size = element_bytes(tensor.data_type)
    for dim in tensor.dims:
        size *= dim
    return size


def numbers(tensor: TensorProto, weights: Weights) -> Iterator[memoryview]:
    """The bytes of a parameter's numbers as ONNX stores them, in parts: the last axis the fastest.

    No part is held once the next is asked for.
    """
    size = 0
    for part in map(_stored, pieces(weights, tensor.name)):
        size += len(part)
        yield part
        del part  # while the next one is made
    assert size == tensor_bytes(tensor), f"{tensor.name} has {size} bytes, not {tensor_bytes(tensor)}"


def _stored(part: NDArray[Any]) -> memoryview:
    """The bytes of numbers, little-endian."""
    return part.astype(part.dtype.newbyteorder("<"), copy=False).view("u1").data
