"""Colours of images, and their scale, in ONNX."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netc_onnx.tensors import Constant

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netc.ops.colour import Gray, Normalize
    from netc_onnx.site import Site
    from netc_onnx.tensors import Tensor


def lower_gray(at: Site, op: Gray) -> Tensor:
    """A 1x1 ``Conv`` with the weights of the three channels."""
    axes = len(at.x_type.spatial)
    weights = np.array(op.weights, np.float32).reshape(1, 3, *(1,) * axes)
    return at.end(
        "Conv",
        at.x,
        Constant("weights", weights),
        dilations=[1] * axes,
        group=1,
        kernel_shape=[1] * axes,
        pads=[0] * 2 * axes,
        strides=[1] * axes,
    )


def lower_normalize(at: Site, op: Normalize) -> Tensor:
    """``Cast`` of what is no float32, ``Mul`` and ``Add``, each only where it changes something."""
    factors, addends = op.line
    steps = [("Mul", "factor", factors)] if any(factor != 1 for factor in factors) else []
    steps += [("Add", "addend", addends)] if any(addends) else []
    x = at.x
    if x.dtype != "float32":
        x = at.cast("cast" if steps else "", x, "float32")
    elif not steps:
        return at.end("Identity", x)
    for index, (kind, label, numbers) in enumerate(steps, start=1):
        name = "" if index == len(steps) else f"{label}s"
        x = at.step(name, kind, x, Constant(label, _beside_channels(at, numbers)))
    return x


def _beside_channels(at: Site, numbers: tuple[float, ...]) -> NDArray[np.float32]:
    """One number for all elements, or one a channel as it broadcasts against a batch of the values."""
    array = np.array(numbers, np.float32)
    if len(numbers) == 1:
        return array.reshape(())
    return array.reshape(-1, *(1,) * (at.x_type.rank - 1 - at.x_type.channel_axis))
