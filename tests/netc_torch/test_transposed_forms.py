"""The modules of transposed convolutions and local connections, as torch prints them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from netc.ops.local import Local
from netc.ops.transposed import ConvTranspose
from tests.netc_onnx.cases import of
from tests.netc_torch.networks import Network, compiled

if TYPE_CHECKING:
    from netc.ops import Op


def form(op: Op, *shape: int) -> str:
    network = Network(input=of(*shape))
    module = compiled(network.graph(output=network.add("op", op, network.inputs["input"])))
    return repr(module.get_submodule("op"))


def conv_transpose(
    kernel: int, crop: tuple[int, int], more: int = 0, stride: int = 2, dilation: int = 1
) -> ConvTranspose:
    return ConvTranspose(4, (kernel,), (stride,), (crop,), (more,), (dilation,), 1, bias=True)


@pytest.mark.parametrize(
    ("op", "expected"),
    [
        (conv_transpose(2, (0, 0)), "ConvTranspose1d(3, 4, kernel_size=(2,), stride=(2,))"),
        (
            conv_transpose(3, (1, 1), 1),
            "ConvTranspose1d(3, 4, kernel_size=(3,), stride=(2,), padding=(1,), output_padding=(1,))",
        ),
        (
            conv_transpose(2, (0, 0), 1, stride=3),
            "ConvTranspose1d(3, 4, kernel_size=(2,), stride=(3,), output_padding=(1,))",
        ),
        (
            conv_transpose(2, (0, 0), 1, stride=1, dilation=2),
            "ConvTranspose1d(3, 4, kernel_size=(2,), stride=(1,), dilation=(2,), output_padding=(1,))",
        ),
        (
            conv_transpose(5, (1, 2)),
            "CroppedConvTranspose1d(3, 4, kernel_size=(5,), stride=(2,), padding=(1,), crops=(0, 1))",
        ),
        (
            conv_transpose(2, (0, 0), 3),
            "CroppedConvTranspose1d(3, 4, kernel_size=(2,), stride=(2,), output_padding=(1,), added=(0, 1), crops=(0, 0))",
        ),
    ],
)
def test_crops_are_torchs_own_wherever_torch_can_say_them(op: ConvTranspose, expected: str) -> None:
    assert form(op, 3, 8) == expected


def test_a_local_layer_names_its_options() -> None:
    op = Local(4, (3, 2), (1, 2), ((0, 0), (1, 0)), (1, 1), 1, bias=False)
    assert form(op, 3, 8, 5) == (
        "Local(3, 4, kernel_size=(3, 2), positions=(6, 3), stride=(1, 2), pads=(1, 0, 0, 0), "
        "dilation=(1, 1), groups=1, bias=False)"
    )
