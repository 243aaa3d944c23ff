"""Images as calibration inputs: their bytes, as they are, for an input of bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from netc.errors import BackendError
from netc_onnx.quantization.unreadable import UnreadableError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from netc.graph import Value
    from netc.types import TensorType

SUFFIXES = (".png", ".jpg", ".jpeg")

AXES = 3
"""Height, width and channels, in whatever order."""

MODES = {1: ("L",), 3: ("RGB",)}
"""Pillow's word for images of so many channels."""


def read(path: Path, inputs: tuple[Value, ...]) -> dict[str, NDArray[Any]]:
    """An image's bytes in the layout of the network's one input: one sample.

    Raises ``UnreadableError`` where the input takes no image, or none of these channels; ``BackendError``
    where Pillow is not installed. Nothing is resized: sizes are compared by who reads this.
    """
    type_ = _type(inputs)
    pixels = _pixels(path, _channels(type_))
    if type_.layout == "hwc":
        return {"": pixels}
    return {"": np.ascontiguousarray(np.moveaxis(pixels, 2, 0))}


def serve(inputs: tuple[Value, ...]) -> bool:
    """Whether the inputs are one that takes images of some size."""
    try:
        _channels(_type(inputs))
    except UnreadableError:
        return False
    return True


def _type(inputs: tuple[Value, ...]) -> TensorType:
    if len(inputs) != 1:
        names = ", ".join(f"`{value.name}`" for value in inputs)
        raise UnreadableError(f"is one image, and the network has the inputs {names}: write .npz files")
    [value] = inputs
    if value.type.dtype != "uint8":
        raise UnreadableError(
            f"is an image, of bytes, and the input `{value.name}` is {value.type.dtype}: give it "
            "`dtype: uint8` and a `normalize`, or write what the network is fed as .npy"
        )
    return value.type


def _channels(type_: TensorType) -> int:
    channels = type_.shape[-1] if type_.layout == "hwc" else type_.shape[0] if type_.is_map else 0
    if type_.rank != AXES or not isinstance(channels, int) or channels not in MODES:
        raise UnreadableError(f"is an image, and the input is {type_.describe()}: write .npy files")
    return channels


def _pixels(path: Path, channels: int) -> NDArray[np.uint8]:
    try:
        from PIL import Image  # noqa: PLC0415  # an extra that images alone need
    except ImportError as error:
        raise BackendError(
            f"{path}: images are read with `pillow`, which is not installed: pip install pillow, "
            "or write .npy files"
        ) from error
    try:
        with Image.open(path) as image:
            if image.mode not in MODES[channels]:
                raise UnreadableError(
                    f"is an image of mode {image.mode}, and the input has {channels} "
                    f"channel{'s' if channels > 1 else ''}: save it as {MODES[channels][0]}"
                )
            pixels = np.asarray(image, np.uint8)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise UnreadableError(f"is no image that Pillow reads: {error}") from error
    return pixels if pixels.ndim == AXES else pixels[:, :, np.newaxis]
