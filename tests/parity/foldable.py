"""Rows of layers that netc's passes join, or must not: what chance alone would seldom put side by side."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TypeAlias

from netc.types import TensorType
from tests.parity.options import Layer, act_layer, groups, norm_layer, often, padding
from tests.parity.simple import gray, linear, normalize, scale
from tests.parity.windowed import (
    WIDTHS,
    channels_of,
    conv,
    conv1x1,
    conv_transpose,
    depthwise,
    local,
)

Row: TypeAlias = list[Layer]

AFTER = ("norm", "act")
"""Options that stand between a layer with weights and what comes after it."""


def batch_norm(chance: Random) -> Layer:
    """A batch norm, or now and then another norm that looks like one."""
    layer: Layer = {"norm": "batch"}
    if often(chance, 0.2):
        layer["affine"] = False
    if often(chance, 0.2):
        layer["eps"] = 0.1
    return layer if often(chance, 0.92) else norm_layer(chance, 1)


def affine(chance: Random, type_: TensorType) -> Layer:
    """One layer that is no more than a factor and an addend a channel."""
    drawn = chance.random()
    if drawn < 0.65:
        return batch_norm(chance)
    return scale(chance, type_) if drawn < 0.85 else normalize(chance, type_)


def weighing(chance: Random, type_: TensorType) -> Layer:
    """A layer with weights, most often bare."""
    kinds = (conv, conv, conv1x1, depthwise, conv_transpose, conv_transpose, local, linear)
    layer = chance.choice(kinds if type_.is_map else (linear,))(chance, type_)
    bare = often(chance, 0.85)
    layer = {key: value for key, value in layer.items() if not bare or key not in AFTER}
    if "padding" in layer and often(chance, 0.3):
        del layer["padding"]
    return layer


def grouped(chance: Random, type_: TensorType) -> Layer:
    """A convolution of any kind in groups, where the channels have divisors."""
    kind = chance.choice(("conv", "conv_transpose", "local"))
    out, channels = chance.choice(WIDTHS), channels_of(type_)
    layer = {kind: out, "kernel": chance.choice((1, 2, 3)), "padding": chance.choice(("valid", "same"))}
    return {**layer, "groups": max(groups(chance, channels, out) for _ in range(3))}


def norms_after(chance: Random, type_: TensorType) -> Row:
    """conv–norm, with a second norm or a scale now and then."""
    layer = grouped(chance, type_) if type_.is_map and often(chance, 0.3) else weighing(chance, type_)
    return [layer, *(affine(chance, type_) for _ in range(chance.choice((1, 1, 1, 2))))]


def norms_before(chance: Random, type_: TensorType) -> Row:
    """norm–conv, as where activations come first, with and without padding, and more before it."""
    layer = grouped(chance, type_) if type_.is_map and often(chance, 0.3) else weighing(chance, type_)
    return [*(affine(chance, type_) for _ in range(chance.choice((1, 1, 2)))), layer]


def first_layers(chance: Random, type_: TensorType) -> Row:
    """gray and normalize, in whatever order, and a convolution with and without padding."""
    row = [gray(chance, type_)] if channels_of(type_) == 3 and often(chance, 0.6) else []
    after = TensorType((1, *type_.shape[1:]), type_.dtype) if row else type_
    if not row or often(chance, 0.5):
        row = [*row, normalize(chance, after)] if often(chance, 0.7) else [normalize(chance, type_), *row]
    return [*row, weighing(chance, after)]


def pads_before(chance: Random, type_: TensorType) -> Row:
    """One or two pads, most often of zeros, and a convolution."""
    row: Row = []
    for _ in range(chance.choice((1, 1, 2))):
        layer: Layer = {"pad": padding(chance, type_.rank - 1, words=False)}
        if often(chance, 0.2):
            layer["mode"] = chance.choice(("reflect", "replicate", {"constant": 3}))
        row.append(layer)
    layer = grouped(chance, type_) if often(chance, 0.3) else weighing(chance, type_)
    return [*row, layer]


def several_readers(chance: Random, type_: TensorType) -> Row:
    """conv–norm, where a sum reads what the convolution makes, too."""
    return [
        {
            "layers": [
                {**weighing(chance, type_), "name": "first"},
                {**batch_norm(chance), "name": "second"},
                {"merge": chance.choice(("add", "sub", "concat")), "from": ["first", "second"]},
            ]
        }
    ]


def shared(chance: Random, type_: TensorType) -> Row:
    """conv–norm twice with the same weights: with norms of their own, or one's, or on one side alone."""
    first = {**weighing(chance, type_), "name": "first"}
    again: Layer = {key: value for key, value in first.items() if key not in {"init", "frozen"}}
    again |= {"name": "again", "share": "first", "from": "prev"}
    rows = [first, batch_norm(chance), again] if often(chance, 0.5) else [first, again, batch_norm(chance)]
    return [{"layers": rows if often(chance, 0.6) else [*rows, batch_norm(chance)]}]


def twice(chance: Random, type_: TensorType) -> Row:
    """Two of what two make one of: activations, flattenings, reshapes, permutations, concatenations."""
    kind = chance.choice(("act", "flatten", "reshape", "permute", "concat"))
    if kind == "act":
        return [{"act": chance.choice(("relu", "relu6", "relu6", "abs", "softplus"))} for _ in range(2)]
    if kind == "flatten":
        return [{"flatten": chance.choice((1, 1, 2))}, chance.choice(({"flatten": 0}, {"reshape": [-1]}))]
    if kind == "reshape":
        return [{"reshape": chance.choice(([2, -1], [1, -1, 2]))}, {"reshape": [-1]}]
    if kind == "permute":
        return [{"permute": chance.sample(range(type_.rank), type_.rank)} for _ in range(2)]
    acts = [[act_layer(chance, 0)] for _ in range(2)]
    return [{"branches": [[{"branches": acts}], [act_layer(chance, 0)]]}]


def nothing(chance: Random, type_: TensorType) -> Row:
    """A layer that its options make empty."""
    axes = type_.rank - 1
    choices: list[Layer] = [{"dropout": 0.5}, {"permute": list(range(type_.rank))}, {"slice": 0}]
    if type_.is_map and axes > 0:
        choices += [{"crop": 0}, {"pad": 0}, {"upsample": 1}, {"pool": "max", "kernel": 1}]
        choices += [{"normalize": {}}, {"channel_shuffle": 1}]
    return [chance.choice(choices)]


ROWS: tuple[Callable[[Random, TensorType], Row], ...] = (
    *(norms_after, norms_after, norms_after, norms_before, norms_before, norms_before),
    *(several_readers, shared, shared, twice, nothing),
)
OF_MAPS = (*ROWS, pads_before, pads_before, first_layers, first_layers)


def row(chance: Random, type_: TensorType) -> Row:
    """A row of layers drawn for a value; they may not fit."""
    if type_.dtype == "uint8" and type_.is_map:
        return first_layers(chance, type_)
    return chance.choice(OF_MAPS if type_.is_map and type_.rank > 1 else ROWS)(chance, type_)
