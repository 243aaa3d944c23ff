"""Transposed convolutions and local connections: sizes, paths, starts, and what defaults reach them."""

from __future__ import annotations

import numpy as np
import pytest

import netc
from tests.elaborate.specs import flow, ops, parameters, shapes, spec, starts, written

WIDTH = "input: [4, 9]"


@pytest.mark.parametrize("dilation", [1, 2])
@pytest.mark.parametrize("stride", [1, 2, 3, 4])
@pytest.mark.parametrize("kernel", [1, 2, 3, 4, 5])
def test_same_makes_as_many_times_the_size_as_the_stride(kernel: int, stride: int, dilation: int) -> None:
    layer = (
        f"- {{conv_transpose: 2, kernel: {kernel}, stride: {stride}, dilation: {dilation}, padding: same}}"
    )
    assert shapes(layer, WIDTH) == {"conv_transpose1": (2, 9 * stride)}


@pytest.mark.parametrize(
    ("options", "crops", "added", "size"),
    [
        ("kernel: 4, stride: 2", (0, 0), 0, 20),
        ("kernel: 4, stride: 2, padding: same", (1, 1), 0, 18),
        ("kernel: 5, stride: 2, padding: same", (1, 2), 0, 18),  # the odd one at the end
        ("kernel: 2, stride: 3, padding: same", (0, 0), 1, 27),  # a zero at the end
        ("kernel: 2, stride: 3, padding: same, output_padding: 2", (0, 0), 3, 29),
        ("kernel: 3, stride: 2, padding: same, output_padding: 1", (0, 1), 1, 19),
        ("kernel: 3, stride: 2, padding: half", (1, 1), 0, 17),
        ("kernel: 3, stride: 2, padding: half, output_padding: 1", (1, 1), 1, 18),
        ("kernel: 3, dilation: 2, padding: half", (2, 2), 0, 9),
        ("kernel: 3, dilation: 2, padding: half, output_padding: 1", (2, 2), 1, 10),
        ("kernel: 3, stride: 2, padding: 2", (2, 2), 0, 15),
        ("kernel: 3, stride: 2, padding: [[0, 3]]", (0, 3), 0, 16),
    ],
)
def test_each_padding_in_numbers(options: str, crops: tuple[int, int], added: int, size: int) -> None:
    layer = f"- {{conv_transpose: 2, {options}}}"
    (text,) = ops(layer, WIDTH).values()
    assert f" crops=({crops},), output_padding=({added},), " in text
    assert shapes(layer, WIDTH) == {"conv_transpose1": (2, size)}


def test_what_same_adds_at_the_end_holds_the_bias() -> None:
    import torch

    net = netc.loads(spec("- {conv_transpose: 1, kernel: 2, stride: 4, padding: same}", "input: [1, 3]"))
    module = net.to_torch()
    with torch.no_grad():
        module.load_state_dict(
            {
                "conv_transpose1.weight": torch.tensor([[[2.0, 3.0]]]),
                "conv_transpose1.bias": torch.tensor([0.5]),
            }
        )
        found = module(torch.tensor([[[1.0, 10.0, 100.0]]]))
    assert found[0, 0].tolist() == [2.5, 3.5, 0.5, 0.5, 20.5, 30.5, 0.5, 0.5, 200.5, 300.5, 0.5, 0.5]


def test_their_parameters() -> None:
    layers = """
    - {conv_transpose: 6, kernel: [2, 3], groups: 2, stride: 2}
    - {local: 8, kernel: [3, 1], groups: 2, stride: [1, 2]}
    """
    assert parameters(layers) == {
        "conv_transpose1.weight": (4, 3, 2, 3),
        "conv_transpose1.bias": (6,),
        "local1.weight": (8, 3, 3, 1, 14, 9),
        "local1.bias": (8, 14, 9),
    }


def test_a_batch_norm_takes_their_bias_and_each_part_has_a_path() -> None:
    layers = """
    - {conv_transpose: 6, kernel: 2, stride: 2, norm: batch, act: relu}
    - {local: 5, kernel: 3, norm: batch, act: prelu}
    - {local: 5, kernel: 3, act: relu}
    """
    assert flow(layers) == written("""
        conv_transpose1.conv = ConvTranspose of input: 6×16×16
        conv_transpose1.norm = BatchNorm of conv_transpose1.conv: 6×16×16
        conv_transpose1.act = Activation of conv_transpose1.norm: 6×16×16
        local1.conv = Local of conv_transpose1.act: 5×14×14
        local1.norm = BatchNorm of local1.conv: 5×14×14
        local1.act = Prelu of local1.norm: 5×14×14
        local2 = Local of local1.act: 5×12×12
        local2.act = Activation of local2: 5×12×12
        output output = local2.act
    """)
    assert [path for path in parameters(layers) if path.endswith(".bias") and ".norm" not in path] == [
        "local2.bias"
    ]


def test_they_begin_as_pytorchs_convolutions_do() -> None:
    layers = """
    - {conv_transpose: 6, kernel: 2, groups: 2}
    - {local: 5, kernel: 3}
    """
    assert starts(layers) == {  # 1/sqrt of 3·2·2, and of 6·3·3
        "conv_transpose1.weight": "uniform(0.2887)",
        "conv_transpose1.bias": "uniform(0.2887)",
        "local1.weight": "uniform(0.1361)",
        "local1.bias": "uniform(0.1361)",
    }


def test_dirac_makes_a_transposed_convolution_the_identity() -> None:
    net = netc.loads(
        spec(
            "- {conv_transpose: 4, kernel: 3, padding: same, groups: 2, bias: false, init: {weight: dirac}}",
            "input: [4, 5, 6]",
        )
    )
    import torch

    x = torch.rand(2, 4, 5, 6)
    np.testing.assert_array_equal(net.to_torch()(x).detach().numpy(), x.numpy())


def test_convs_defaults_are_not_theirs_but_init_is() -> None:
    top = """
    input: [4, 8, 8]
    defaults:
      init: {weight: normal(0.5), bias: zeros}
      conv: {kernel: 5, padding: same, act: relu}
      conv_transpose: {stride: 2, output_padding: 1, kernel: 3}
      local: {kernel: 2}
    """
    layers = "[{conv_transpose: 4}, {local: 4}]"
    assert shapes(layers, top) == {"conv_transpose1": (4, 18, 18), "local1": (4, 17, 17)}
    assert set(starts(layers, top).values()) == {"normal(0.5)", "zeros"}
