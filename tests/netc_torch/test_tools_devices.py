"""A few steps of training on a device, plain and under autocast with channels last, against the CPU.

On a machine with a GPU, ``pytest -m gpu`` runs what needs one; the CPU goes through the same body everywhere.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from tests.netc_torch.varied import NAMES, inputs, loss, network

# As on the CPU: torch's RMSNorm says once a process that a float32 weight keeps it from its faster code.
pytestmark = pytest.mark.filterwarnings("ignore:Mismatch dtype between input and weight:UserWarning")

STEPS = 4
BFLOAT16 = 2.0**-8
DEVICES = [
    "cpu",
    pytest.param(
        "cuda",
        marks=[
            pytest.mark.gpu,
            pytest.mark.skipif(not torch.cuda.is_available(), reason="torch finds no CUDA device here"),
        ],
    ),
]


def on(
    device: str, module: nn.Module, x: tuple[Tensor, ...], *, mixed: bool
) -> tuple[Any, tuple[Tensor, ...]]:
    """The module and its inputs on ``device``, channels last where ``mixed`` says so."""
    moved: Any = module.to(device)
    if not mixed:
        return moved, tuple(value.to(device) for value in x)
    moved.to(memory_format=torch.channels_last)
    images = [value.dim() == 4 and value.is_floating_point() for value in x]
    formats = [torch.channels_last if image else torch.preserve_format for image in images]
    return moved, tuple(
        value.to(device).to(memory_format=layout) for value, layout in zip(x, formats, strict=True)
    )


def trained(name: str, device: str, *, mixed: bool) -> tuple[list[float], dict[str, Tensor]]:
    """The loss at each step, and the weights after the last, on the CPU."""
    net = network(name)
    module, x = on(device, net.to_torch(), inputs(net, 8), mixed=mixed)
    optimizer = torch.optim.SGD(module.parameters(), lr=0.05, momentum=0.9)
    losses: list[float] = []
    for _ in range(STEPS):
        precision: AbstractContextManager[Any] = (
            torch.autocast(device, torch.bfloat16) if mixed else nullcontext()
        )
        with precision:
            result = module(*x)
        total = loss(result)
        optimizer.zero_grad()
        total.backward()
        optimizer.step()
        losses.append(total.item())
    return losses, {path: value.cpu() for path, value in module.state_dict().items()}


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("name", NAMES)
def test_a_device_trains_as_the_cpu(name: str, device: str) -> None:
    with torch.backends.cudnn.flags(enabled=True, allow_tf32=False):
        found, weights = trained(name, device, mixed=False)
    expected, kept = trained(name, "cpu", mixed=False)
    assert found == pytest.approx(expected, rel=1e-4, abs=1e-5)
    torch.testing.assert_close(weights, kept, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("name", NAMES)
def test_autocast_and_channels_last_train_as_float32(name: str, device: str) -> None:
    """Each op rounds once; a loss is off by that much of what it is made of: the first loss and its way down."""
    found, weights = trained(name, device, mixed=True)
    expected, kept = trained(name, "cpu", mixed=False)
    scale = max(map(abs, expected))
    assert max(
        abs(one - other) for one, other in zip(found, expected, strict=True)
    ) <= scale * BFLOAT16 * len(network(name).graph.nodes)
    assert found[-1] < found[0]
    assert all(value.dtype == kept[path].dtype for path, value in weights.items())
