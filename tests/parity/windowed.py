"""Layers with windows, drawn for the feature map that reaches them."""

from __future__ import annotations

from random import Random

from netc.types import TensorType
from tests.parity.options import Layer, after, groups, often, padding, size

WIDTHS = (1, 2, 3, 4, 6, 8)


def channels_of(type_: TensorType) -> int:
    """The channels, or 1 where they are a symbol's: the layer will most likely be refused."""
    return type_.channels if type_.shape and isinstance(type_.channels, int) else 1


def axes_of(type_: TensorType) -> int:
    """The number of axes beside the channels'."""
    return type_.rank - 1


def _window(chance: Random, type_: TensorType, *, dilated: bool = True) -> Layer:
    axes = axes_of(type_)
    layer: Layer = {"kernel": size(chance, (1, 2, 3, 3, 4, 5), axes)}
    if often(chance, 0.5):
        layer["stride"] = size(chance, (1, 2, 2, 3), axes)
    if often(chance, 0.7):
        layer["padding"] = padding(chance, axes)
    if dilated and often(chance, 0.2):
        layer["dilation"] = size(chance, (1, 2, 3), axes)
    return layer


def conv(chance: Random, type_: TensorType) -> Layer:
    out = chance.choice(WIDTHS)
    layer = {"conv": out, **_window(chance, type_), **after(chance, out)}
    if often(chance, 0.3):
        layer["groups"] = groups(chance, channels_of(type_), out)
    return layer


def conv1x1(chance: Random, type_: TensorType) -> Layer:
    out = chance.choice(WIDTHS)
    layer: Layer = {"conv1x1": out, **after(chance, out)}
    if often(chance, 0.3):
        layer |= {
            "stride": size(chance, (1, 2, 3), axes_of(type_)),
            "groups": groups(chance, channels_of(type_), out),
        }
    return layer


def depthwise(chance: Random, type_: TensorType) -> Layer:
    window = _window(chance, type_)
    multiplier = chance.choice((1, 1, 2, 3))
    layer = {"depthwise": window.pop("kernel"), **window, **after(chance, multiplier * channels_of(type_))}
    return layer if multiplier == 1 else {**layer, "multiplier": multiplier}


def separable(chance: Random, type_: TensorType) -> Layer:
    out = chance.choice(WIDTHS)
    layer = {"separable": out, **_window(chance, type_), **after(chance, 1)}
    return {**layer, "between": True} if often(chance, 0.4) else layer


def conv_transpose(chance: Random, type_: TensorType) -> Layer:
    out = chance.choice(WIDTHS)
    layer = {"conv_transpose": out, **_window(chance, type_), **after(chance, out)}
    if often(chance, 0.3):
        layer["groups"] = groups(chance, channels_of(type_), out)
    if often(chance, 0.3):
        layer["output_padding"] = size(chance, (0, 1, 1, 2), axes_of(type_))
    return layer


def local(chance: Random, type_: TensorType) -> Layer:
    out = chance.choice((1, 2, 4))
    layer = {"local": out, **_window(chance, type_), **after(chance, out)}
    if often(chance, 0.3):
        layer["groups"] = groups(chance, channels_of(type_), out)
    return layer


def pool(chance: Random, type_: TensorType) -> Layer:
    kind = chance.choice(("max", "avg"))
    layer: Layer = {"pool": kind, **_window(chance, type_, dilated=False)}
    if layer.get("padding") != "same" and often(chance, 0.4):
        layer["round"] = "ceil"
    if kind == "avg" and often(chance, 0.5):
        layer["count_padding"] = True
    return layer


def global_pool(chance: Random, type_: TensorType) -> Layer:
    layer: Layer = {"global_pool": chance.choice(("max", "avg"))}
    return {**layer, "keepdims": True} if often(chance, 0.6) else layer


def adaptive_pool(chance: Random, type_: TensorType) -> Layer:
    return {"adaptive_pool": chance.choice(("max", "avg")), "to": size(chance, (1, 2, 3, 5), axes_of(type_))}
