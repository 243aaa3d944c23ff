"""Weight sharing, counted and differentiated.

    python examples/weight_sharing.py

A convolution is a locally connected layer (filters of its own at every position of the window) in which
all positions use the same filters. So it has far fewer parameters; and, by the chain rule, the gradient of a
shared filter is the sum of the gradients of its unshared copies, one a position.
"""

from __future__ import annotations

import sys
from math import prod

import torch
from torch.nn import functional

import netc

CONVOLUTION = """
netc: 1
input: [3, 32, 32]
layers:
  - {conv: 6, kernel: 5, name: shared}
"""

DENSE = """
netc: 1
input: [3, 32, 32]
layers:
  - flatten
  - {linear: $(6 * 28 * 28), name: dense}
"""

TOLERANCE = 1e-5


def main() -> None:
    print_parameter_counts()
    difference = gradient_difference()
    print(f"\nshared gradient − sum over the {28 * 28} copies: at most {difference:.1e}")
    if difference > TOLERANCE:
        sys.exit(f"error: expected at most {TOLERANCE:.0e}")


def print_parameter_counts() -> None:
    """One row a way to go from 32×32×3 to 28×28×6, counted from the shapes that netc has checked."""
    convolution, dense = netc.loads(CONVOLUTION), netc.loads(DENSE)
    in_channels, in_height, in_width = convolution.inputs["input"].shape
    channels, height, width = convolution.outputs["output"].shape
    _, _, kernel_height, kernel_width = convolution.parameters["shared.weight"].shape

    positions, outputs = (height, width), (height, width, channels)
    window, image = (kernel_height, kernel_width, in_channels), (in_height, in_width, in_channels)
    one_set = channels * (prod(window) + 1)  # a bias beside the weights of each filter
    rows = {
        "convolution": (f"{channels}·({times(window)} + 1)", one_set),
        "locally connected": (f"{times(outputs)}·({times(window)} + 1)", prod(positions) * one_set),
        "dense": (f"{times(outputs)}·({times(image)} + 1)", prod(outputs) * (prod(image) + 1)),
    }
    print(f"from {times(image, '×')} to {times(outputs, '×')}\n")
    print(f"{'layer':<20}{'filters·(weights + bias)':<26}{'parameters':>14}")
    for layer, (formula, count) in rows.items():
        print(f"{layer:<20}{formula:<26}{count:>14,}")

    # netc's own counts are the same; a layer's row in `net.layers` has them.
    assert convolution.layers["shared"].params == rows["convolution"][1]
    assert dense.layers["dense"].params == rows["dense"][1]


def times(numbers: tuple[object, ...], sign: str = "·") -> str:
    return sign.join(map(str, numbers))


def gradient_difference() -> float:
    """How far a conv's gradient is from the sum of its copies' gradients, at most, in float64."""
    torch.manual_seed(0)
    images = torch.randn(4, 3, 32, 32, dtype=torch.float64)
    module = netc.loads(CONVOLUTION).to_torch().double()
    weight, bias = module.get_parameter("shared.weight"), module.get_parameter("shared.bias")
    loss(module(images)).backward()

    windows = functional.unfold(images, kernel_size=5)  # [image, weight, position]
    copies = weight.detach().flatten(1).repeat(windows.shape[2], 1, 1)  # [position, filter, weight]
    copies.requires_grad_()
    maps = torch.einsum("pfw,iwp->ifp", copies, windows) + bias[:, None]
    loss(maps).backward()

    assert weight.grad is not None
    assert copies.grad is not None
    return (weight.grad - copies.grad.sum(0).view_as(weight)).abs().max().item()


def loss(maps: torch.Tensor) -> torch.Tensor:
    """Any smooth function of the feature maps will do."""
    return maps.square().sum()


if __name__ == "__main__":
    main()
