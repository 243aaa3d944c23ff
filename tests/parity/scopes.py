"""Layers that hold others: what is inside grows in place first, where the checker can type it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from netc.types import TensorType
from tests.parity.draft import Draft
from tests.parity.options import Layer, activation, often
from tests.parity.simple import candidates, keeping_shape

ATTEMPTS = 8
"""How often a layer is drawn anew where the checker refuses it."""


def grown(
    draft: Draft, before: Sequence[Layer], type_: TensorType, count: int, *, keep: bool = False
) -> list[Layer]:
    """At most ``count`` simple layers that fit behind ``before``, whose value has ``type_``; ``keep``: and its shape."""
    chance, inside = draft.chance, list[Layer]()
    for _ in range(count):
        for _ in range(ATTEMPTS):
            layer = keeping_shape(chance, type_) if keep else chance.choice(candidates(type_))(chance, type_)
            found = draft.type_after([*before, *inside, layer])
            if found is not None:
                inside.append(layer)
                type_ = found
                break
    return inside


def residual(draft: Draft, before: Sequence[Layer], type_: TensorType) -> Layer:
    chance = draft.chance
    shortcut = chance.choice(("identity", "project", "optional", "layers"))
    count = chance.randint(1, 3)
    body = grown(draft, before, type_, count, keep=shortcut in {"identity", "layers"})
    layer: Layer = {"residual": body}
    if shortcut == "layers":
        layer["shortcut"] = grown(draft, before, type_, 1, keep=True)
    elif shortcut != "identity" or often(chance, 0.3):
        layer["shortcut"] = shortcut
    if "shortcut" in layer and often(chance, 0.15):
        layer = {"shortcut": layer["shortcut"], "residual": body}  # written, and run, the other way round
    if often(chance, 0.3):
        layer["drop_path"] = 0.3
    return {**layer, "act": activation(chance)} if often(chance, 0.4) else layer


def branches(draft: Draft, before: Sequence[Layer], type_: TensorType) -> Layer:
    chance = draft.chance
    merge = chance.choice(("concat", "concat", "add", "mul", "max", "mean", "sub"))
    channels = type_.channels if type_.is_map and isinstance(type_.channels, int) else 1
    split = channels % 2 == 0 and often(chance, 0.25)
    if split:
        inside: list[Layer] = [{"slice": 0, "stop": channels // 2}]
        half = draft.type_after([*before, *inside])
        if half is None:
            return {"branches": [[], []]}
        bodies = [grown(draft, [*before, *inside], half, chance.randint(0, 2), keep=True) for _ in range(2)]
    else:
        count = 2 if merge == "sub" else chance.randint(1, 3)
        bodies = [grown(draft, before, type_, chance.randint(0, 2), keep=True) for _ in range(count)]
    if merge == "mul" and type_.is_map and not split and often(chance, 0.5):
        bodies[-1] = [{"global_pool": "avg", "keepdims": often(chance, 0.5)}]
    named: Any = dict(zip(("left", "3x", "right"), bodies, strict=False))
    layer: Layer = {"branches": named if often(chance, 0.4) else bodies}
    layer |= {"merge": merge} if merge != "concat" or often(chance, 0.5) else {}
    layer |= {"split": True} if split else {}
    return {**layer, "act": activation(chance)} if often(chance, 0.3) else layer


def scope(draft: Draft, before: Sequence[Layer], type_: TensorType) -> Layer:
    layer: Layer = {"layers": grown(draft, before, type_, draft.chance.randint(1, 3))}
    return {**layer, "frozen": True} if often(draft.chance, 0.3) else layer


def repeated(draft: Draft, before: Sequence[Layer], type_: TensorType) -> Layer:
    chance = draft.chance
    layer = {**keeping_shape(chance, type_), "repeat": chance.choice((0, 2, 2, 3))}
    return {**layer, "share": True} if layer["repeat"] and often(chance, 0.5) else layer


def block(draft: Draft, before: Sequence[Layer], type_: TensorType) -> Layer:
    """A block of layers that keep the shape, used once or several times, with or without weights in common."""
    chance = draft.chance
    name = f"unit{len(draft.blocks)}"
    body = grown(draft, before, type_, chance.randint(1, 3), keep=True)
    draft.blocks[name] = {"params": {"p": 0.1, "on": True}, "layers": [*body, {"dropout": "$p", "if": "$on"}]}
    layer: Layer = {"use": name, "with": {"p": 0.2}}
    if often(chance, 0.7):
        layer |= {"repeat": chance.choice((1, 2, 3)), "first": {"on": False}}
        layer |= {"share": True} if often(chance, 0.5) else {}
    return {**layer, "frozen": True} if "share" not in layer and often(chance, 0.2) else layer


def joint(draft: Draft, before: Sequence[Layer], type_: TensorType) -> Layer:
    """A block of two inputs."""
    name = f"unit{len(draft.blocks)}"
    named = [layer["name"] for layer in before if "name" in layer] or ["prev"]
    body = grown(draft, before, type_, draft.chance.randint(0, 2), keep=True)
    last = {"merge": draft.chance.choice(("concat", "add", "mul", "sub")), "from": ["prev", "second"]}
    draft.blocks[name] = {"inputs": ["first", "second"], "layers": [*body, last]}
    return {"use": name, "from": ["prev", draft.chance.choice(named)]}


def loop(draft: Draft, before: Sequence[Layer], type_: TensorType) -> Layer:
    chance = draft.chance
    rows = [[chance.choice((2, 4, 6)), chance.choice((1, 1, 2))] for _ in range(chance.randint(1, 3))]
    inner: Layer = {
        "conv": "$width",
        "kernel": 3,
        "stride": "$stride",
        "padding": chance.choice(("same", "half")),
    }
    if type_.is_sequence:
        inner = {"linear": "$(width * stride + index)"}
    return {
        "for": ["width", "stride"],
        "in": rows,
        "layers": [inner, {"act": "relu", "if": "$(in_channels > 2)"}],
    }


def sharing(draft: Draft, before: Sequence[Layer], type_: TensorType) -> Layer:
    """A layer that uses an earlier one's parameters, its other options partly its own."""
    named = [layer for layer in before if "name" in layer and not {"head", "share"} & set(layer)]
    if not named:
        return scope(draft, before, type_)
    owner = draft.chance.choice(named)
    dropped = {"name", "from", "init", "frozen", "repeat", "first"}
    layer = {key: value for key, value in owner.items() if key not in dropped}
    if {"kernel", "depthwise"} & set(layer):
        layer |= {"stride": draft.chance.choice((1, 2)), "padding": draft.chance.choice(("same", 1))}
        layer |= {"output_padding": 0} if "output_padding" in layer else {}
    return {**layer, "share": owner["name"]}


def merged(draft: Draft, before: Sequence[Layer], type_: TensorType) -> Layer:
    """The value and one or two earlier ones made one, or one cut to another's size."""
    chance = draft.chance
    named = [layer["name"] for layer in before if "name" in layer] or ["prev"]
    if type_.is_map and often(chance, 0.15):
        return {"crop": chance.choice(named)}
    kind = chance.choice(("concat", "concat", "add", "mul", "mul", "max", "mean", "sub"))
    others = [chance.choice(named) for _ in range(1 if kind == "sub" or often(chance, 0.7) else 2)]
    layer: Layer = {"merge": kind, "from": chance.sample(["prev", *others], len(others) + 1)}
    if kind == "concat" and type_.rank and often(chance, 0.5):
        layer["axis"] = chance.randrange(type_.rank)
    return {**layer, "act": activation(chance)} if often(chance, 0.3) else layer


SCOPES: tuple[Callable[[Draft, Sequence[Layer], TensorType], Layer], ...] = (
    *(
        residual,
        residual,
        branches,
        branches,
        scope,
        repeated,
        repeated,
        block,
        joint,
        loop,
        sharing,
        sharing,
    ),
    *(merged, merged, merged, merged),
)
