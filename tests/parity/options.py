"""Options of layers, drawn by chance: most fit, and those that do not are for the checker to refuse."""

from __future__ import annotations

from random import Random
from typing import Any, TypeAlias

from netc.layers import init as initial
from netc.layers.activation import FUNCTIONS
from netc.layers.init import WITH_ARGUMENT

Layer: TypeAlias = dict[str, Any]
"""A layer as a spec writes it."""

ACTIVATIONS = tuple(name for name in FUNCTIONS if name != "sqrt")
"""All but ``sqrt``, which needs what is above 0, and so has a sigmoid before it wherever it is drawn."""

SCHEMES = tuple(
    f"{name}(0.3)" if name in WITH_ARGUMENT else name for name in initial.SCHEMES if name != "zeros"
)


def often(chance: Random, probability: float) -> bool:
    """True as often as that."""
    return chance.random() < probability


def size(chance: Random, choices: tuple[int, ...], axes: int) -> Any:
    """One number for all axes, or one an axis."""
    if axes and often(chance, 0.3):
        return [chance.choice(choices) for _ in range(axes)]
    return chance.choice(choices)


def padding(chance: Random, axes: int, *, words: bool = True, largest: int = 2) -> Any:
    """``valid``, ``same`` or ``half``, or numbers in each of their forms."""
    if words and often(chance, 0.6):
        return chance.choice(("valid", "same", "same", "half"))
    if axes and often(chance, 0.6):
        return [
            [chance.randint(0, largest), chance.randint(0, largest)]
            if often(chance, 0.6)
            else chance.randint(0, 1)
            for _ in range(axes)
        ]
    return chance.randint(0, largest)


def named_activation(chance: Random) -> tuple[str, dict[str, Any]]:
    """An activation, and options of its own."""
    name = chance.choice(ACTIVATIONS)
    own: dict[str, Any] = {
        "leaky_relu": {"slope": 0.2},
        "hardsigmoid": {"slope": 0.2},
        "elu": {"alpha": 0.7},
        "prelu": {"per_channel": False},
    }
    return name, own[name] if name in own and often(chance, 0.5) else {}


def activation(chance: Random) -> Any:
    """An activation as other layers' option writes it."""
    name, own = named_activation(chance)
    return {name: own} if own else name


def act_layer(chance: Random, rank: int) -> dict[str, Any]:
    """A layer of the kind ``act``."""
    name, own = named_activation(chance)
    layer: dict[str, Any] = {"act": name, **own}
    if name in {"softmax", "log_softmax"} and rank and often(chance, 0.5):
        layer["axis"] = chance.randrange(rank)
    return layer


def norm_layer(chance: Random, channels: int | None, *, affine: bool = True) -> dict[str, Any]:
    """A layer of the kind ``norm``; ``channels`` is nothing where they are a symbol's, and nothing is learned."""
    name = chance.choice(("batch", "batch", "layer", "group", "instance", "rms", "l2", "lrn"))
    layer: dict[str, Any] = {"norm": name}
    if name == "group":
        layer["groups"] = chance.choice([g for g in (1, 2, 3, 4, 8) if not (channels or 1) % g])
    if name == "lrn":
        layer["size"] = chance.randint(1, 5)
        if often(chance, 0.6):
            layer |= {"alpha": chance.choice((0.01, 0.5)), "beta": chance.choice((0.5, 0.75)), "k": 2}
    elif often(chance, 0.3):
        layer["eps"] = chance.choice((1e-3, 1e-2))
    if name == "batch" and often(chance, 0.3):
        layer["momentum"] = 0.3
    if name not in {"l2", "lrn"} and (not affine or channels is None or often(chance, 0.2)):
        layer["affine"] = False
    return layer


def norm(chance: Random, channels: int) -> Any:
    """A norm as other layers' option writes it."""
    layer = norm_layer(chance, channels)
    name = layer.pop("norm")
    return {name: layer} if layer else name


def schemes(chance: Random) -> dict[str, str]:
    """An ``init``."""
    made = {"weight": chance.choice(SCHEMES)}
    return {**made, "bias": chance.choice(("zeros", "uniform(0.3)", "ones"))} if often(chance, 0.5) else made


def after(chance: Random, channels: int) -> dict[str, Any]:
    """What a layer with weights says beside its window."""
    layer: dict[str, Any] = {}
    if often(chance, 0.35):
        layer["norm"] = norm(chance, channels)
    if often(chance, 0.4):
        layer["act"] = activation(chance)
    if often(chance, 0.25):
        layer["bias"] = chance.choice((True, False, "auto"))
    if often(chance, 0.15):
        layer["init"] = schemes(chance)
    if often(chance, 0.08):
        layer["frozen"] = True
    return layer


def groups(chance: Random, first: int, second: int) -> int:
    """A number of groups that divides both, often 1."""
    return chance.choice([1, 1, *(g for g in range(1, 9) if not first % g and not second % g)])
