"""The numbers of the parameters: inside the model, or in a file beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from onnx import ModelProto, TensorProto

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    Weights = Mapping[str, NDArray[np.float32]]

LARGEST_FILE = 2**31 - 1
"""What one protobuf message may hold, in bytes."""

SMALLEST_BESIDE = 1024
"""Parameters of fewer bytes stay in the model even where the others lie beside it."""

PAGE = 4096
"""The offset of each parameter in a file is a multiple of this many bytes, so that it can be mapped."""

FRAMING = 32
"""The most bytes that protobuf adds to a parameter's own."""


def fits_one_file(model: ModelProto) -> bool:
    """Whether the model and all its parameters are small enough for one file."""
    framework: int = model.ByteSize()
    return framework + sum(tensor_bytes(tensor) + FRAMING for tensor in waiting(model)) <= LARGEST_FILE


def put_inside(model: ModelProto, weights: Weights) -> None:
    """Give every parameter of ``model`` its numbers."""
    for tensor in waiting(model):
        tensor.raw_data = numbers(tensor, weights).tobytes()


def put_beside(model: ModelProto, weights: Weights, path: Path) -> None:
    """Write the parameters to ``path``, one at a time, and have ``model`` find them there.

    The model must lie in the same folder as ``path``; it names that file without a folder.
    """
    with path.open("wb") as file:
        for tensor in waiting(model):
            size = tensor_bytes(tensor)
            array = numbers(tensor, weights)
            if size < SMALLEST_BESIDE:
                tensor.raw_data = array.tobytes()
                continue
            file.write(bytes(-file.tell() % PAGE))
            place = {"location": path.name, "offset": str(file.tell()), "length": str(size)}
            file.write(array.data)
            tensor.data_location = TensorProto.EXTERNAL
            for key, value in place.items():
                tensor.external_data.add(key=key, value=value)


def waiting(model: ModelProto) -> Iterator[TensorProto]:
    """The initializers that wait for their numbers; a lowering's own constants have theirs."""
    return (tensor for tensor in model.graph.initializer if not tensor.HasField("raw_data"))


def tensor_bytes(tensor: TensorProto) -> int:
    """The bytes of a parameter's numbers: four each."""
    size = 4
    for dim in tensor.dims:
        size *= dim
    return size


def numbers(tensor: TensorProto, weights: Weights) -> NDArray[np.float32]:
    """A parameter's numbers as ONNX stores them: little-endian, the last axis the fastest."""
    array = np.asarray(weights[tensor.name], "<f4", order="C")
    assert array.shape == tuple(tensor.dims), f"{tensor.name} is {array.shape}, not {tuple(tensor.dims)}"
    return array
