"""A model as the bytes of its file, piece by piece: no parameter is copied into a message first.

Protobuf's wire format: a field is its number and wire type in a varint, and, where it has a length, that
length in a varint and so many bytes. Fields may stand in any order, and a message inside another is a
field with a length. Source: Protocol Buffers, Encoding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from onnx import GraphProto, ModelProto, TensorProto

from netc_onnx.weights import numbers, tensor_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from netc_onnx.weights import Weights

LENGTH_DELIMITED = 2
"""The wire type of messages and bytes."""


def varint(number: int) -> bytes:
    """A whole number, seven bits a byte, the lowest first; all bytes but the last have their top bit set.

    >>> varint(300).hex()
    'ac02'
    """
    result = bytearray()
    while number > 0x7F:
        result.append(number & 0x7F | 0x80)
        number >>= 7
    result.append(number)
    return bytes(result)


def opening(message: type[ModelProto | GraphProto | TensorProto], field: str, length: int) -> bytes:
    """What stands before the ``length`` bytes of a field."""
    descriptor: Any = message.DESCRIPTOR
    return varint(descriptor.fields_by_name[field].number << 3 | LENGTH_DELIMITED) + varint(length)


def pieces(model: ModelProto, weights: Weights) -> Iterator[bytes | memoryview]:
    """The bytes of ``model`` with the numbers of the parameters that wait for them, one parameter at a time.

    The model is taken apart: it is not to be used afterwards.
    """
    tensors = [(tensor, tensor.SerializeToString(deterministic=True)) for tensor in model.graph.initializer]
    lengths = [len(head) + _raw_length(tensor) for tensor, head in tensors]
    model.graph.ClearField("initializer")
    body = model.graph.SerializeToString(deterministic=True)
    model.ClearField("graph")
    heads = [opening(GraphProto, "initializer", length) for length in lengths]
    yield model.SerializeToString(deterministic=True)
    yield opening(ModelProto, "graph", len(body) + sum(map(len, heads)) + sum(lengths))
    yield body
    for (tensor, head), start in zip(tensors, heads, strict=True):
        yield start + head
        if not tensor.HasField("raw_data"):
            yield opening(TensorProto, "raw_data", tensor_bytes(tensor))
            yield numbers(tensor, weights).reshape(-1).view("u1").data


def _raw_length(tensor: TensorProto) -> int:
    """The bytes that the numbers of a tensor add to it, where they are not in it yet."""
    if tensor.HasField("raw_data"):
        return 0
    size = tensor_bytes(tensor)
    return len(opening(TensorProto, "raw_data", size)) + size
