"""A model as the bytes of its file, piece by piece: no parameter is copied into a message first.

Protobuf's wire format: a field is its number and wire type in a varint, and, where it has a length, that
length in a varint and so many bytes. A message inside another is a field with a length. Readers take fields
in any order; writers order them by their numbers, and so does netc. Source: Protocol Buffers, Encoding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Self, TypeAlias

from onnx import GraphProto, ModelProto, TensorProto

from netc_onnx.weights import numbers, tensor_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netc_onnx.weights import Weights

Message: TypeAlias = ModelProto | GraphProto | TensorProto

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


def opening(message: type[Message], field: str, length: int) -> bytes:
    """What stands before the ``length`` bytes of a field."""
    return varint(number_of(message, field) << 3 | LENGTH_DELIMITED) + varint(length)


def number_of(message: type[Message], field: str) -> int:
    """The number that stands for a field in the bytes."""
    descriptor: Any = message.DESCRIPTOR
    number: int = descriptor.fields_by_name[field].number
    return number


def pieces(model: ModelProto, weights: Weights) -> Iterator[bytes | memoryview]:
    """The bytes of ``model`` with the numbers of the parameters that wait for them, in parts.

    They are those that protobuf itself would write of the whole model. The model is taken apart: it is not to
    be used afterwards.
    """
    tensors = [Waiting.of(tensor) for tensor in model.graph.initializer]
    sizes = [tensor.length for tensor in tensors]
    model.graph.ClearField("initializer")
    nodes, values = around(model.graph, "initializer")
    model.ClearField("graph")
    above, below = around(model, "graph")
    starts = [opening(GraphProto, "initializer", size) for size in sizes]
    yield above + opening(ModelProto, "graph", len(nodes) + sum(map(len, starts)) + sum(sizes) + len(values))
    yield nodes
    for tensor, start in zip(tensors, starts, strict=True):
        yield start + tensor.head
        if tensor.size is not None:
            yield from numbers(tensor.tensor, weights)
            yield tensor.tail
    yield values
    yield below


class Waiting(NamedTuple):
    """An initializer as bytes: what stands before its numbers and after them, and the bytes of those.

    ``size`` is ``None`` where the numbers are in the head already.
    """

    tensor: TensorProto
    head: bytes
    tail: bytes
    size: int | None

    @classmethod
    def of(cls, tensor: TensorProto) -> Self:
        """That of a tensor with its numbers, or of one that waits for them."""
        if tensor.HasField("raw_data"):
            return cls(tensor, tensor.SerializeToString(deterministic=True), b"", None)
        size, copy = tensor_bytes(tensor), TensorProto()
        copy.CopyFrom(tensor)
        head, tail = around(copy, "raw_data")
        return cls(tensor, head + opening(TensorProto, "raw_data", size), tail, size)

    @property
    def length(self) -> int:
        """The bytes of all."""
        return len(self.head) + (self.size or 0) + len(self.tail)


def around(message: Message, field: str) -> tuple[bytes, bytes]:
    """What protobuf writes of a message before and after a field that it lacks: fields go by their numbers.

    The message loses those before.
    """
    number, written = number_of(type(message), field), message.SerializeToString(deterministic=True)
    for present, _ in message.ListFields():
        if present.number < number:
            message.ClearField(present.name)
    after = message.SerializeToString(deterministic=True)
    return written[: len(written) - len(after)], after
