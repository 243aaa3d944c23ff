"""Names and shapes in the state_dicts of libraries, and the files that rename them to those of the zoo."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import netc
from netc.weights.rename import Rule, parse_rules
from tests.zoo.formula import Array, tensor
from tests.zoo.networks import DATA, SPECS

if TYPE_CHECKING:
    from netc.network import Network

RENAMES = SPECS / "renames"
COUNT = "num_batches_tracked"


class StateDict(NamedTuple):
    """A library's network, what its ``state_dict`` holds, and the network of the zoo that it is.

    ``order`` are the modules that own tensors, as evaluation first runs them, where a file of cases has it;
    ``logits`` is the key of what they give under formula weights, of torchvision in formula_logits.npz, of timm
    in timm_logits.npz.
    """

    library: str
    name: str
    spec: str
    variant: str | None
    tensors: dict[str, list[int]]
    order: tuple[str, ...] = ()
    logits: str | None = None

    def load(self) -> Network:
        return netc.load(SPECS / f"{self.spec}.yaml", variant=self.variant)

    @property
    def file(self) -> Path:
        """Its renames: those of the variant alone, or of all that have none of their own."""
        own = RENAMES / self.library / f"{self.spec}-{self.variant}.txt"
        return own if own.exists() else RENAMES / self.library / f"{self.spec}.txt"

    def rules(self) -> list[Rule]:
        return parse_rules([f"@{self.file}"])


def state_dicts(library: str) -> Iterator[StateDict]:
    """All that tests/data has of a library."""
    with gzip.open(DATA / f"{library}_state_dicts.json.gz", "rt", encoding="utf-8") as file:
        rows: list[dict[str, Any]] = json.load(file)["networks"]
    for row in rows:
        order: list[str] = row.pop("order", [])
        yield StateDict(library, **row, order=tuple(order))


TORCHVISION = tuple(state_dicts("torchvision"))
TIMM = tuple(state_dicts("timm"))


def formula_state_dict(library: StateDict) -> Mapping[str, Array]:
    """Its tensors under the formula, layers counted in ``order``, or where there is none as they are listed.

    Layers that ``order`` lacks, heads for training, are zeros. A factor of a layer scale is 1e-6 where there is
    an order, as torchvision has it; else it is a norm's weight, of its own layer.
    """
    layers = library.order or tuple(dict.fromkeys(module_of(name) for name in library.tensors))
    indices = {module: index for index, module in enumerate(layers)}
    return {
        name: filled(name, indices.get(module_of(name)), tuple(shape))
        for name, shape in library.tensors.items()
        if not name.endswith(COUNT)
    }


def filled(name: str, layer: int | None, shape: tuple[int, ...]) -> Array:
    """One tensor of a layer by its name and index."""
    own = name.rpartition(".")[2]
    if own == "layer_scale" or layer is None:
        zeros = tensor(0, "bias", shape, is_norm=False) * 0
        return zeros + (1e-6 if own == "layer_scale" else 0)
    return tensor(layer, "weight" if own == "gamma" else own, shape, is_norm=len(shape) == 1)


def module_of(name: str) -> str:
    """The path of the module that owns a tensor."""
    return name.rpartition(".")[0]
