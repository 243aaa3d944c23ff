"""Images as calibration inputs: their bytes, as they are, for an input of bytes."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from netc.errors import BackendError
from netc_onnx.quantization.unreadable import UnreadableError, briefly

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from PIL import Image

    from netc.graph import Value
    from netc.types import TensorType

SUFFIXES = (".png", ".jpg", ".jpeg")

FORMATS = ("PNG", "JPEG")
"""What a file may be inside, whatever its name says: Pillow would start a program for some others."""

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
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=FORMATS) as image:
                pixels = _of_mode(image, MODES[channels])
    except UnreadableError:
        raise
    except Exception as error:  # of a broken file Pillow raises some ten kinds
        raise UnreadableError(f"is no image that Pillow reads: {briefly(error)}") from error
    return pixels if pixels.ndim == AXES else pixels[:, :, np.newaxis]


def _of_mode(image: Image.Image, modes: tuple[str, ...]) -> NDArray[np.uint8]:
    """An image's bytes. Raises ``UnreadableError`` where it is of none of these modes."""
    if image.mode in modes:
        return np.asarray(image, np.uint8)
    count = len(modes[0])
    raise UnreadableError(
        f"is an image of mode {image.mode}, and the input has {count} channel{'s' if count > 1 else ''}: "
        f"save it as {modes[0]}"
    )
