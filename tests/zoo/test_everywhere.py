"""Every network of the zoo gives the same outputs in both backends, its weights by way of a file.

Weights are a seed's, or where logits are published (test_logits.py) those alone are compared. Statistics of batch norms
are moved first, so that they matter.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import numpy as np
import pytest
import safetensors.torch
import torch

import netc
from tests.netc_onnx.networks import Session
from tests.zoo.networks import SPECS, error

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netc.network import Network

Runs: TypeAlias = tuple[tuple[int, dict[str, int]], ...]

TOLERANCE = 1e-4
"""Of the largest element of an output."""

RUNS: Runs = (
    (1, {"H": 64, "W": 96, "T": 20}),
    (2, {"H": 96, "W": 64, "T": 33}),
)
"""Batches, and the sizes of symbols: all that the zoo has."""

LARGE: dict[str, Runs] = {"unet": ((1, {}),)}
"""150 GMACs an image: here one; a batch of small ones in a test of its own."""

SPECS_BY_NAME = sorted(path.stem for path in SPECS.glob("*.yaml"))


def feeds(net: Network, batch: int, sizes: dict[str, int]) -> dict[str, NDArray[Any]]:
    """Images, bytes or indices of these sizes, for every input."""
    generator = np.random.default_rng(batch)
    made: dict[str, NDArray[Any]] = {}
    for name, type_ in net.inputs.items():
        shape = (batch, *(dim if isinstance(dim, int) else sizes[str(dim)] for dim in type_.shape))
        if type_.dtype == "float32":
            made[name] = generator.standard_normal(shape, np.float32)
        else:
            made[name] = generator.integers(0, 256 if type_.dtype == "uint8" else 60, shape).astype(
                type_.dtype
            )
    return made


def moved(module: torch.nn.Module) -> dict[str, torch.Tensor]:
    """The module's numbers, its statistics and biases at others than those they begin with."""
    generator = torch.Generator().manual_seed(0)
    state: dict[str, torch.Tensor] = dict(module.state_dict())
    for name, value in state.items():
        if name.endswith(("running_mean", "bias")):
            state[name] = value + 0.1 * torch.randn(value.shape, generator=generator)
        if name.endswith("running_var"):
            state[name] = value * (0.5 + torch.rand(value.shape, generator=generator))
    return state


@pytest.mark.parametrize("spec", SPECS_BY_NAME)
def test_outputs_are_equal_and_weights_survive_a_file(spec: str, tmp_path: Path) -> None:
    net = netc.load(SPECS / f"{spec}.yaml")
    state = moved(net.to_torch(seed=5))
    weights = tmp_path / "weights.safetensors"
    safetensors.torch.save_file(state, weights)
    module = net.to_torch(weights=weights).eval()
    loaded = module.state_dict()
    assert list(loaded) == list(state) == list(net.parameters)
    assert all(torch.equal(loaded[name], value) for name, value in state.items())
    session = Session.of(net.compile("onnx", weights=weights))
    weights.unlink()  # half a gigabyte, for some
    for batch, sizes in LARGE.get(spec, RUNS):
        agree(net, module, session, batch, sizes)


def agree(net: Network, module: torch.nn.Module, session: Session, batch: int, sizes: dict[str, int]) -> None:
    """Both backends give the same, and not the same for every sample."""
    inputs = feeds(net, batch, sizes)
    with torch.no_grad():
        result: Any = module(*(torch.from_numpy(values) for values in inputs.values()))
    in_torch = cast(
        "dict[str, torch.Tensor]",
        result if isinstance(result, dict) else {next(iter(net.outputs)): result},
    )
    in_onnx = session.run(inputs)
    assert list(in_torch) == list(in_onnx)
    for name, values in in_torch.items():
        found, right = in_onnx[name], values.numpy()
        assert found.shape == right.shape
        assert error(found.reshape(batch, -1), right.reshape(batch, -1)) < TOLERANCE
        if batch > 1:  # the input matters
            assert np.ptp(right.reshape(batch, -1), axis=0).max() > 0


def test_the_largest_is_equal_for_a_batch_of_small_images_too() -> None:
    text = (SPECS / "unet.yaml").read_text(encoding="utf-8")
    net = netc.loads(text.replace("input: [1, 572, 572]", "input: [1, 188, 188]"), filename="unet.yaml")
    assert net.outputs["output"].shape == (2, 4, 4)
    module = net.to_torch(seed=5).eval()
    agree(net, module, Session.of(net.compile("onnx", seed=5)), 2, {})
