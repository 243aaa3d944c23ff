"""The zoo, and what others publish of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np
import torch

import netc
from tests.netc_onnx.networks import Session

if TYPE_CHECKING:
    from netc.graph import Graph
    from netc.network import Network
    from tests.zoo.formula import Array

ROOT = Path(__file__).parents[2]
SPECS = ROOT / "specs"
DATA = ROOT / "tests" / "data"
GOLDEN = Path(__file__).parent / "golden"


class Published(NamedTuple):
    """One network, and what its authors or an implementation state of it: tests/data/zoo.json.

    ``inputs`` are the shapes of its inputs, sizes that are symbols by their names. ``params`` counts what trains, heads that run in training alone included, ``evaluated_params`` what evaluation
    uses; ``macs`` are those of convolutions and linear layers in evaluation; ``gmacs`` the same in units of 1e9,
    as documented, with three decimals; neither is there where none is published. ``logits`` names the outputs in formula_logits.npz.
    """

    spec: str
    variant: str | None
    inputs: dict[str, list[int | str]]
    params: int
    evaluated_params: int
    macs: int | None
    gmacs: float | None
    source: str
    logits: str | None

    @property
    def name(self) -> str:
        return self.spec if self.variant is None else f"{self.spec}-{self.variant}"

    def load(self) -> Network:
        return netc.load(SPECS / f"{self.spec}.yaml", variant=self.variant)


def table(name: str) -> dict[str, Any]:
    """A file of tests/data."""
    return cast("dict[str, Any]", json.loads((DATA / name).read_text(encoding="utf-8")))


def published_networks() -> list[Published]:
    """The rows of zoo.json."""
    rows: list[dict[str, Any]] = table("zoo.json")["networks"]
    return [Published(**row) for row in rows]


PUBLISHED = published_networks()


def evaluated_params(graph: Graph) -> int:
    """How many numbers that train evaluation uses."""
    used = {path for node in graph.evaluated for path in node.parameters.values()}
    types = (graph.parameters[path].type for path in used)
    return sum(int(type_.elements) for type_ in types if type_.trainable)


def torch_logits(module: torch.nn.Module, images: Array) -> Array:
    """What the module gives in evaluation: a tensor, or where it has heads for training a dict."""
    with torch.no_grad():
        result: dict[str, torch.Tensor] | torch.Tensor = module.eval()(torch.from_numpy(images))
    if isinstance(result, dict):
        assert list(result) == ["output"]
        result = result["output"]
    return cast("Array", result.numpy())


def onnx_logits(session: Session, images: Array) -> Array:
    """What onnxruntime gives."""
    return cast("Array", session.run({"input": images})["output"])


def error(found: Array, right: Array) -> float:
    """The largest difference, relative to the largest logit that is right; of rows the worst."""
    difference = np.abs(found - right).max(axis=-1) / np.abs(right).max(axis=-1)
    return float(difference.max())
