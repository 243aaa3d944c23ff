"""The type of a value: shape, element type and layout."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from netc.types.dims import Dim, Shape, product, shape_text

Dtype: TypeAlias = Literal["float32", "uint8", "int64"]
Layout: TypeAlias = Literal["channels_first", "sequence"]
InputLayout: TypeAlias = Literal["channels_first", "sequence", "hwc"]
"""An input may also be fed as ``hwc``; nothing that an op makes is laid out so."""

DTYPES: tuple[Dtype, ...] = ("float32", "uint8", "int64")
BYTES: dict[Dtype, int] = {"float32": 4, "uint8": 1, "int64": 8}
MOST_AXES = 8
"""Of a value, without the batch."""
AXES = {1: ("W",), 2: ("H", "W"), 3: ("D", "H", "W")}


@dataclass(frozen=True, slots=True)
class TensorType:
    """Shape (without the batch axis), element type and layout of a value.

    ``[C, L]``, ``[C, H, W]`` and ``[C, D, H, W]`` are feature maps of 1, 2 and 3 spatial axes,
    ``[F]`` is a vector, ``[]`` a scalar; ``[T, F]`` with the layout ``sequence`` is a sequence,
    time first; ``[H, W, C]`` with the layout ``hwc`` is an input that is fed as images are stored.

    >>> TensorType((3, 224, 224))
    TensorType(shape=(3, 224, 224), dtype='float32')
    """

    shape: Shape
    dtype: Dtype = "float32"
    layout: InputLayout = field(default="channels_first", repr=False)

    @property
    def rank(self) -> int:
        """The number of axes, without the batch."""
        return len(self.shape)

    @property
    def is_map(self) -> bool:
        """Whether this is a feature map of 1, 2 or 3 spatial axes."""
        return self.layout == "channels_first" and 2 <= len(self.shape) <= 4

    @property
    def is_vector(self) -> bool:
        """Whether this is a vector."""
        return len(self.shape) == 1

    @property
    def is_sequence(self) -> bool:
        """Whether this is a sequence, time first."""
        return self.layout == "sequence"

    @property
    def channel_axis(self) -> int:
        """The axis of the channels: 0 of a map, the last of a vector or a sequence."""
        return 0 if self.is_map or not self.shape else len(self.shape) - 1

    @property
    def channels(self) -> Dim:
        """The size of the channel axis."""
        return self.shape[self.channel_axis]

    @property
    def spatial(self) -> Shape:
        """The spatial dims of a feature map."""
        return self.shape[1:]

    @property
    def positions(self) -> Dim:
        """How many elements a channel has: the positions of a map, the steps of a sequence; a vector's is 1.

        >>> TensorType((64, 56, 56)).positions, TensorType((10,)).positions
        (3136, 1)
        """
        return product(dim for axis, dim in enumerate(self.shape) if axis != self.channel_axis)

    @property
    def elements(self) -> Dim:
        """The number of elements, for a batch of one."""
        return product(self.shape)

    @property
    def bytes(self) -> Dim:
        """The size in memory, in bytes, for a batch of one."""
        return self.elements * BYTES[self.dtype]

    def with_shape(self, shape: Shape) -> TensorType:
        """The same with other dims."""
        return replace(self, shape=shape)

    def describe(self) -> str:
        """The type as messages write it.

        >>> TensorType((3, 8, 8)).describe()
        'a feature map 3×8×8'
        """
        if self.dtype == "int64" and self.is_vector:
            return f"a sequence of {self.shape[0]} indices"
        if not self.shape:
            kind = "a"
        elif self.is_sequence:
            kind = "a sequence"
        elif self.layout == "hwc":
            kind = "an image, channels last,"
        elif self.is_vector:
            kind = "a vector of"
        elif self.is_map:
            kind = "a feature map"
        else:
            kind = f"a value of {self.rank} axes,"
        text = "scalar" if not self.shape else shape_text(self.shape)
        return f"{kind} {text}" if self.dtype == "float32" else f"{kind} {text} of {self.dtype}"
