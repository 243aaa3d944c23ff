"""Whole specs by chance: inputs, symbols with facts, a trunk of layers, heads and outputs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from random import Random
from string import ascii_uppercase
from typing import Any

from netc.types import TensorType
from netc.types.dims import Dim
from netc.types.facts import Facts
from netc.types.symbolic import symbol
from tests.parity.draft import Document, Draft, Drawn, Sizes
from tests.parity.foldable import row
from tests.parity.options import Layer, activation, norm, often, schemes
from tests.parity.scopes import ATTEMPTS, SCOPES, grown
from tests.parity.simple import candidates

SIZES_TRIED = 3
LARGEST = {1: 55, 2: 55, 3: 8}
"""The largest size of a symbol that a network is run at, by the number of spatial axes."""

ROWS = {"float32": 0.2, "uint8": 0.5}
"""How often a row that netc's passes may join is drawn, by the type that it begins from."""


def facts(chance: Random, largest: int) -> dict[str, int]:
    """What a spec says of a symbol; some size from 1 to ``largest`` meets it."""
    made: dict[str, int] = {}
    if often(chance, 0.7):
        made["min"] = chance.randint(1, largest // 2)
    if often(chance, 0.4):
        made["multiple_of"] = chance.choice((2, 2, 3, 4, 8) if largest > 8 else (2, 3, 4))
    if often(chance, 0.3):
        made["max"] = chance.randint(max(made.get("min", 1), largest - 10), largest)
    if Facts(**made).ends[0] * made.get("multiple_of", 1) > made.get("max", largest):
        del made["multiple_of"]
    return made


def sizes_of(chance: Random, known: Facts, largest: int) -> list[int]:
    """Sizes that meet the facts: the ends, odd ones, and those that rounding has gone wrong at."""
    least, most = known.ends
    step = known.multiple_of
    top = largest // step if most is None else most
    ends = [least, max(top, least)]
    odd = [size // step for size in (5, 7, 9, 13, 17, 31, 41, 47, 55) if least <= size // step <= top]
    middle = [chance.randint(least, max(top, least))]
    others = chance.sample([*odd, *middle, ends[1]], SIZES_TRIED - 1)
    return [step * factor for factor in (ends[0], *others)]


def shape(chance: Random, axes: int) -> list[Any]:
    """The shape of a feature map; each spatial size may become a symbol."""
    most = {1: 24, 2: 13, 3: 6}[axes]
    return [chance.choice((1, 2, 3, 3, 4, 6, 8)), *(chance.randint(3, most) for _ in range(axes))]


def input_(chance: Random) -> tuple[dict[str, Any], int]:
    """What a spec says of an input, and how many of its last axes may be symbols (first, where it has a layout)."""
    kind = chance.choice(
        ("map",) * 12 + ("sequence",) * 4 + ("indices",) * 2 + ("vector", "bytes", "bytes", "scalar")
    )
    if kind == "map":
        axes = chance.choice((1, 2, 2, 2, 3))
        return {"shape": shape(chance, axes)}, axes
    if kind == "bytes":
        axes = chance.choice((1, 2, 2, 3))
        own: dict[str, Any] = {"shape": shape(chance, axes), "dtype": "uint8"}
        if axes == 2 and often(chance, 0.5):
            own |= {"shape": [*own["shape"][1:], own["shape"][0]], "layout": "hwc"}
        return own, axes
    if kind == "sequence":
        return {"shape": [chance.randint(1, 12), chance.choice((1, 2, 3, 4, 6, 8))], "layout": "sequence"}, 1
    if kind == "indices":
        return {"shape": [chance.randint(1, 20)], "dtype": "int64"}, 1
    return {"shape": [chance.randint(1, 12)] if kind == "vector" else []}, 0


def document(chance: Random) -> Document:
    """Inputs, symbols and defaults."""
    inputs: dict[str, Any] = {}
    dims: dict[str, dict[str, int]] = {}
    largest = 55
    letters = iter(ascii_uppercase.replace("N", ""))
    names = ["input"] if often(chance, 0.75) else ["left", "right", "third"][: chance.choice((2, 2, 3))]
    alike = often(chance, 0.4)
    symbolic = often(chance, 0.5)
    for name in names:
        if inputs and alike:
            inputs[name] = next(iter(inputs.values()))
            continue
        own, free = input_(chance)
        places = range(free) if own.get("layout") or own.get("dtype") == "int64" else range(1, free + 1)
        for place in places:
            if symbolic and often(chance, 0.7) and len(dims) < 4:
                letter = chance.choice([*dims, next(letters)])
                dims.setdefault(letter, {})
                own["shape"][place] = letter
        largest = min(largest, LARGEST[max(free, 1)])
        inputs[name] = own
    for letter in dims:
        dims[letter] = facts(chance, largest)
    drawn = {letter: sizes_of(chance, Facts(**own), largest) for letter, own in dims.items()}
    sizes: tuple[Sizes, ...] = tuple(
        {letter: own[place] for letter, own in drawn.items()} for place in range(SIZES_TRIED)
    )
    keys: dict[str, Any] = {"netc": 1, "name": "drawn", "inputs": inputs}
    keys |= {"dims": {letter: own for letter, own in dims.items() if own}} if any(dims.values()) else {}
    return Document({**keys, **defaults(chance)}, sizes if dims else ({},))


def defaults(chance: Random) -> dict[str, Any]:
    if not often(chance, 0.2):
        return {}
    conv: Layer = {"act": activation(chance), "norm": norm(chance, 1)}
    kinds = {"conv": conv, "pool": {"padding": "same"}, "act": {"slope": 0.3}, "norm": {"eps": 1e-3}}
    kept = {kind: own for kind, own in kinds.items() if often(chance, 0.5)}
    return {"defaults": {**kept, "init": {**schemes(chance), "weight": "kaiming_normal"}}}


def input_type(keys: Any, name: str) -> TensorType:
    """The type of what layers read of an input."""
    own, dims = keys["inputs"][name], keys.get("dims", {})
    known: tuple[Dim, ...] = tuple(
        symbol(dim, Facts(**dims.get(dim, {}))) if isinstance(dim, str) else dim for dim in own["shape"]
    )
    if own.get("layout") == "hwc":
        return TensorType((known[2], *known[:2]), "uint8")
    return TensorType(known, own.get("dtype", "float32"), own.get("layout", "channels_first"))


def trunk(draft: Draft, name: str, before: list[Layer], count: int, *, several: bool) -> list[Layer]:
    """Layers from an input on, every one with a name."""
    chance = draft.chance
    type_ = input_type(draft.document.keys, name)
    made: list[Layer] = []
    while len(made) < count:
        for _ in range(ATTEMPTS):
            first = several and not made
            whole = [*before, *made]
            drawn = _next(draft, whole, type_, first=not made)
            layers: list[Layer] = [
                {"name": f"v{place}", **layer} for place, layer in enumerate(drawn, len(whole))
            ]
            layers[0] |= {"from": name} if first else {}
            found = draft.type_after([*whole, *layers])
            if found is not None:
                made += layers
                type_ = found
                break
        else:
            return made
        if type_.dtype == "float32" and often(chance, 0.06):
            made += heads(draft, [*before, *made], type_)
    return made


def _next(draft: Draft, whole: Sequence[Layer], type_: TensorType, *, first: bool) -> list[Layer]:
    """What may follow: most often one layer; a row that netc's passes may join; one that holds others."""
    chance = draft.chance
    if type_.dtype != "int64" and type_.rank and often(chance, ROWS[type_.dtype]):
        return row(chance, type_)
    if not first and type_.dtype == "float32" and often(chance, 0.35):
        return [chance.choice(SCOPES)(draft, whole, type_)]
    return [chance.choice(candidates(type_))(chance, type_)]


def towers(draft: Draft, names: Sequence[str]) -> list[Layer]:
    """One scope of layers on every input, with the same parameters, and their results merged; else nothing."""
    chance, first, keys = draft.chance, names[0], draft.document.keys
    entry: Layer = {"permute": list(range(input_type(keys, first).rank)), "from": first}
    if len(names) < 2 or draft.type_after([entry]) is None:
        return []
    inside = grown(draft, [entry], input_type(keys, first), chance.randint(1, 4))
    made: list[Layer] = [{"name": f"tower_{first}", "layers": inside, "from": first}]
    made += [
        {**made[0], "name": f"tower_{name}", "from": name, "share": f"tower_{first}"} for name in names[1:]
    ]
    if draft.type_after(made) is None:
        return []
    last: Layer = {
        "merge": chance.choice(("concat", "add", "max")),
        "from": [layer["name"] for layer in made],
    }
    made.append({**last, "name": "joined"})
    return made if draft.type_after(made) is not None else []


def heads(draft: Draft, before: Sequence[Layer], type_: TensorType) -> list[Layer]:
    """A head, if one fits; the value after it is the one before."""
    inside = grown(draft, before, type_, draft.chance.randint(1, 2))
    count = sum("head" in layer for layer in before)
    layer: Layer = {"head": f"head{count}", "layers": inside}
    layer |= {"train_only": True} if often(draft.chance, 0.5) else {}
    return [layer] if draft.type_after([*before, layer]) is not None else []


def outputs(draft: Draft, layers: Sequence[Layer]) -> Document:
    """The document, that may name some of its layers as outputs."""
    chance, whole = draft.chance, draft.whole()
    names = [layer["name"] for layer in layers if "name" in layer]
    if not names or not often(chance, 0.4):
        return whole
    picked = [*chance.sample(names, min(len(names), chance.randint(0, 2))), names[-1]]
    picked = list(dict.fromkeys(picked))
    mapping = {f"out{place}": name for place, name in enumerate(picked)}
    keys = {**whole.keys, "outputs": mapping if often(chance, 0.5) else picked}
    named = whole._replace(keys=keys)
    draft.document = named
    return named if draft.type_after(layers) is not None else whole


def spec(seed: int) -> Drawn:
    """The valid spec of this number. Raises ``Crash`` where the checker broke on the way."""
    chance = Random(seed)
    draft = Draft(chance, document(chance))
    names = list(draft.document.keys["inputs"])
    layers = towers(draft, names) if often(chance, 0.5) else []
    for name in names if not layers else ():
        count = chance.randint(1, 9) if len(names) == 1 else chance.randint(1, 5)
        layers += trunk(draft, name, layers, count, several=len(names) > 1)
    if not layers:
        return Drawn(draft.document, (), draft.refused)
    return Drawn(outputs(draft, layers), tuple(layers), Counter(draft.refused))
