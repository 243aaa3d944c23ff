"""Layers that hold no others, drawn for the value that reaches them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import Any, TypeAlias

from netc.types import TensorType
from tests.parity.options import Layer, act_layer, after, groups, norm_layer, often, padding, schemes, size
from tests.parity.windowed import (
    WIDTHS,
    adaptive_pool,
    axes_of,
    channels_of,
    conv,
    conv1x1,
    conv_transpose,
    depthwise,
    global_pool,
    local,
    pool,
    separable,
)

Draw: TypeAlias = Callable[[Random, TensorType], Layer]


def linear(chance: Random, type_: TensorType) -> Layer:
    out = chance.choice(WIDTHS)
    layer: Layer = {"linear": out, **after(chance, out)}
    return {**layer, "axis": chance.choice(("channels", "last"))} if type_.is_map else layer


def norm(chance: Random, type_: TensorType) -> Layer:
    symbolic = not type_.shape or not isinstance(type_.channels, int)
    layer = norm_layer(chance, None if symbolic else channels_of(type_))
    return {**layer, "act": "prelu"} if often(chance, 0.1) else layer


def act(chance: Random, type_: TensorType) -> Layer:
    if often(chance, 0.05):
        return {"layers": [{"act": "sigmoid"}, {"act": "sqrt"}]}
    return act_layer(chance, type_.rank)


def dropout(chance: Random, type_: TensorType) -> Layer:
    return {"dropout": chance.choice((0, 0.2, 0.5)), "spatial": often(chance, 0.5)}


def scale(chance: Random, type_: TensorType) -> Layer:
    return {"scale": chance.choice((0.5, 1, 2))}


def position(chance: Random, type_: TensorType) -> Layer:
    return {"position": None, "init": {"weight": "normal(0.5)"}} if often(chance, 0.5) else {"position": None}


def recurrent(chance: Random, type_: TensorType) -> Layer:
    layer: Layer = {chance.choice(("rnn", "lstm", "gru")): chance.choice((1, 2, 3, 4))}
    if often(chance, 0.4):
        layer |= {"layers": chance.choice((2, 3)), "dropout": chance.choice((0, 0.3))}
    if often(chance, 0.5):
        layer["bidirectional"] = True
    if often(chance, 0.3):
        layer["return"] = "last"
    if often(chance, 0.1):
        layer["init"] = schemes(chance)
    return layer


def attention(chance: Random, type_: TensorType) -> Layer:
    heads = chance.choice([h for h in range(1, 9) if not channels_of(type_) % h])
    layer: Layer = {"attention": heads}
    return {**layer, "dropout": 0.2} if often(chance, 0.2) else layer


def embed(chance: Random, type_: TensorType) -> Layer:
    return {"embed": chance.choice(WIDTHS), "vocab": chance.choice((11, 20))}


def upsample(chance: Random, type_: TensorType) -> Layer:
    layer: Layer = {"upsample": size(chance, (1, 2, 2, 3), axes_of(type_))}
    if often(chance, 0.5):
        layer["mode"] = "linear"
        if often(chance, 0.5):
            layer["align_corners"] = True
    return layer


def shuffle(chance: Random, type_: TensorType) -> Layer:
    kind = chance.choice(("pixel_shuffle", "pixel_unshuffle", "channel_shuffle"))
    return {kind: chance.choice((2, 3) if kind != "channel_shuffle" else (1, 2, 3, 4))}


def flatten(chance: Random, type_: TensorType) -> Layer:
    return {"flatten": chance.randrange(type_.rank) if type_.rank else 0}


def reshape(chance: Random, type_: TensorType) -> Layer:
    known = [dim for dim in type_.shape if isinstance(dim, int)]
    targets: list[Any] = [
        [-1],
        [-1, 2],
        [2, -1],
        [3, -1, 2],
        [1, *known] if len(known) == type_.rank else [1, -1],
    ]
    targets += [[*known[:1], -1], [1, 1, *known] if len(known) == type_.rank else [1, -1, 1]]
    layer: Layer = {"reshape": chance.choice(targets)}
    return {**layer, "layout": "sequence"} if often(chance, 0.3) and len(layer["reshape"]) == 2 else layer


def permute(chance: Random, type_: TensorType) -> Layer:
    return {"permute": chance.sample(range(type_.rank), type_.rank)}


def pad(chance: Random, type_: TensorType) -> Layer:
    layer: Layer = {"pad": padding(chance, axes_of(type_), words=False)}
    if often(chance, 0.7):
        layer["mode"] = chance.choice(("zero", "reflect", "replicate", {"constant": 3}))
    return layer


def crop(chance: Random, type_: TensorType) -> Layer:
    return {"crop": padding(chance, axes_of(type_), words=False, largest=1)}


def slice_(chance: Random, type_: TensorType) -> Layer:
    layer: Layer = {"slice": chance.randrange(max(type_.rank, 1))}
    if often(chance, 0.7):
        layer["start"] = chance.choice((0, 1, 2, -2, -3, -4))
    if often(chance, 0.5):
        layer["stop"] = chance.choice((2, 3, 5, -1, -2))
    if often(chance, 0.4):
        layer["step"] = chance.choice((1, 2, 3))
    return layer


def gray(chance: Random, type_: TensorType) -> Layer:
    return {"gray": chance.choice(("luma", "mean"))}


def normalize(chance: Random, type_: TensorType) -> Layer:
    if channels_of(type_) == 3 and often(chance, 0.4):
        return {"normalize": "imagenet"}
    options: Layer = {}
    for name, least in (("mean", -0.5), ("std", 0.5)):
        if often(chance, 0.6):
            each = [round(least + chance.random(), 2) for _ in range(channels_of(type_))]
            options[name] = each if often(chance, 0.5) else each[0]
    if often(chance, 0.3):
        options["scale"] = 0.01
    return {"normalize": options}


def squeeze_excite(chance: Random, type_: TensorType) -> Layer:
    layer: Layer = {"squeeze_excite": chance.choice((1, 2, 4))}
    if often(chance, 0.3):
        layer |= {"act": "silu", "gate": chance.choice(("hardsigmoid", "tanh"))}
    return layer


def inception(chance: Random, type_: TensorType) -> Layer:
    parts = {"1x1": 2, "3x3": [2, 3], "5x5": [1, 2], "pool": 1}
    names = chance.sample(sorted(parts), chance.randint(1, 4))
    layer: Layer = {"inception": {name: parts[name] for name in names}}
    if often(chance, 0.4):
        layer |= {"act": "relu", "norm": "batch"}
    return {**layer, "pool_kind": "avg"} if often(chance, 0.3) else layer


SAME_SHAPE: tuple[Draw, ...] = (norm, norm, act, act, act, dropout, scale, position)
"""Those that keep any float32 value's shape."""

EVERYWHERE: tuple[Draw, ...] = (*SAME_SHAPE, flatten, reshape, permute, slice_)
OF_MAPS: tuple[Draw, ...] = (
    *(
        conv,
        conv,
        conv,
        conv,
        conv1x1,
        depthwise,
        depthwise,
        separable,
        conv_transpose,
        conv_transpose,
        local,
    ),
    *(
        pool,
        pool,
        pool,
        pool,
        global_pool,
        adaptive_pool,
        linear,
        pad,
        crop,
        upsample,
        upsample,
        shuffle,
        shuffle,
    ),
    *(squeeze_excite, inception, normalize, gray),
)
OF_SEQUENCES: tuple[Draw, ...] = (
    recurrent,
    recurrent,
    recurrent,
    attention,
    attention,
    linear,
    linear,
    global_pool,
)
OF_INTEGERS: tuple[Draw, ...] = (
    normalize,
    normalize,
    normalize,
    pad,
    crop,
    slice_,
    flatten,
    reshape,
    permute,
)


def candidates(type_: TensorType) -> tuple[Draw, ...]:
    """What may be drawn for a value."""
    if type_.dtype == "int64":
        return (*OF_INTEGERS[3:], *((embed,) * 12))
    if type_.dtype == "uint8":
        return OF_INTEGERS
    if type_.is_sequence:
        return (*EVERYWHERE, *OF_SEQUENCES)
    if type_.is_map:
        return (*EVERYWHERE, *OF_MAPS)
    return (*EVERYWHERE, linear, linear)


def keeping_shape(chance: Random, type_: TensorType) -> Layer:
    """A layer that keeps the shape of a float32 value, with weights where that can be."""
    if type_.is_map and isinstance(type_.shape[0], int) and often(chance, 0.6):
        out = type_.shape[0]
        window = {"kernel": chance.choice((1, 3, 3, 5, 2)), "padding": "same"}
        options: Mapping[str, Layer] = {
            "conv": {"conv": out, **window, **after(chance, out), "groups": groups(chance, out, out)},
            "depthwise": {"depthwise": window["kernel"], "padding": "same", **after(chance, out)},
            "separable": {"separable": out, **window, **after(chance, 1)},
            "conv_transpose": {"conv_transpose": out, **window, **after(chance, out)},
            "squeeze_excite": squeeze_excite(chance, type_),
        }
        return options[chance.choice(sorted(options))]
    if (type_.is_sequence or type_.is_vector) and isinstance(type_.channels, int) and often(chance, 0.6):
        if type_.is_sequence and often(chance, 0.5):
            return attention(chance, type_) if often(chance, 0.5) else {"gru": type_.channels}
        return {"linear": type_.channels, **after(chance, type_.channels)}
    return chance.choice(SAME_SHAPE)(chance, type_)
