"""The numbers of every op in torch are those that the op means."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from netc.graph.text import op_text
from netc.ops.conv import Conv
from netc.ops.pool import AveragePool, MaxPool
from netc.ops.window import ceil_remainder
from netc.types.dims import numbers
from tests.netc_onnx.cases import Case, of
from tests.netc_onnx.families import FAMILIES
from tests.netc_onnx.reference import meaning
from tests.netc_torch.networks import Network, compiled, generator, weights


def far_pads() -> tuple[Case, ...]:
    """Pads beyond half a pool's kernel, and windows that drop the end or reach beyond it."""
    cases: list[Case] = []
    for extent, kernel, stride in ((7, 4, 3), (8, 4, 3), (9, 5, 2), (6, 3, 3)):
        for before in range(kernel):
            for after in range(kernel):
                pads, remainder = (before, after), ceil_remainder(extent, kernel, stride, (before, after))
                two = ((0, 0), pads)
                cases.append(Case(MaxPool((2, kernel), (1, stride), two), (of(2, 3, extent),)))
                cases.append(
                    Case(Conv(2, (2, kernel), (1, stride), two, (1, 1), 1, True), (of(2, 3, extent),))
                )
                for counted in (False, True):
                    for more in {0, remainder}:
                        op = AveragePool((2, kernel), (1, stride), two, (0, more), counted)
                        cases.append(Case(op, (of(2, 3, extent),)))
    return tuple(cases)


ALL = {**FAMILIES, "far_pads": far_pads()}


@pytest.mark.parametrize("family", ALL)
def test_every_op_has_its_meaning_for_every_batch(family: str) -> None:
    for index, case in enumerate(ALL[family]):
        inputs = {f"input{place}": type_ for place, type_ in enumerate(case.types)}
        network = Network(f"case{index}", **inputs)
        graph = network.graph(output=network.add("op", case.op, *network.inputs.values()))
        parameters = {path: array.astype(np.float64) for path, array in weights(graph).items()}
        own = {name: parameters[path] for name, path in graph.nodes[0].parameters.items()}
        module = compiled(graph).double().eval()
        for batch in (1, 3):
            values = [
                generator(f"{family} {index} {place}")
                .integers(0, 99, (batch, *numbers(type_.shape, "a test")))
                .astype(type_.dtype)
                if type_.dtype != "float32"
                else generator(f"{family} {index} {place}").uniform(
                    -4, 4, (batch, *numbers(type_.shape, "a test"))
                )
                for place, type_ in enumerate(case.types)
            ]
            with torch.no_grad():
                found = module(*(torch.from_numpy(value) for value in values)).numpy()
            with np.errstate(invalid="ignore"):
                right = meaning(case.op, case.types, [value.astype(np.float64) for value in values], own)
            text = f"{op_text(case.op)} of {case.types}"
            assert found.shape == right.shape, text
            np.testing.assert_allclose(found, right, rtol=1e-9, atol=1e-10, err_msg=text)


def form(case: Case) -> str:
    """The module of one op, as torch prints it."""
    network = Network(input=case.types[0])
    module = compiled(network.graph(output=network.add("op", case.op, network.inputs["input"])))
    return repr(module.get_submodule("op"))


def pads(before: int, after: int) -> tuple[tuple[int, int], ...]:
    return ((before, after), (before, after))


@pytest.mark.parametrize(
    ("op", "extent", "expected"),
    [
        (
            Conv(64, (7, 7), (2, 2), pads(3, 3), (1, 1), 1, False),
            224,
            "Conv2d(3, 64, kernel_size=(7, 7), stride=(2, 2), padding=(3, 3), bias=False)",
        ),
        (  # a pad after the end that no window reads
            Conv(64, (3, 3), (2, 2), pads(1, 0), (1, 1), 1, False),
            224,
            "Conv2d(3, 64, kernel_size=(3, 3), stride=(2, 2), padding=(1, 1), bias=False)",
        ),
        (  # `same`
            Conv(64, (3, 3), (2, 2), pads(0, 1), (1, 1), 1, False),
            224,
            "PaddedConv2d(3, 64, kernel_size=(3, 3), stride=(2, 2), bias=False, pads=((0, 1), (0, 1)))",
        ),
        (
            MaxPool((3, 3), (2, 2), pads(1, 1)),
            112,
            "MaxPool2d(kernel_size=(3, 3), stride=(2, 2), padding=(1, 1), dilation=1, ceil_mode=False)",
        ),
        (  # `same`, and `round: ceil`
            MaxPool((3, 3), (2, 2), pads(0, 1)),
            112,
            "MaxPool2d(kernel_size=(3, 3), stride=(2, 2), padding=(0, 0), dilation=1, ceil_mode=True)",
        ),
        (
            MaxPool((2, 2), (1, 1), pads(0, 1)),
            8,
            "PaddedMaxPool2d(kernel_size=(2, 2), stride=(1, 1), padding=0, dilation=1, ceil_mode=False, pads=((0, 1), (0, 1)))",
        ),
        (
            AveragePool((3, 3), (1, 1), pads(1, 1), (0, 0), False),
            8,
            "AvgPool2d(kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))",
        ),
        (
            AveragePool((3, 3), (2, 2), pads(0, 0), (1, 1), True),
            8,
            "AvgPool2d(kernel_size=(3, 3), stride=(2, 2), padding=(0, 0))",
        ),
        (
            AveragePool((2, 2), (1, 1), pads(0, 1), (0, 0), True),
            8,
            "PaddedAvgPool2d(kernel_size=(2, 2), stride=(1, 1), padding=0, pads=((0, 1), (0, 1)))",
        ),
        (
            AveragePool((2, 2), (1, 1), pads(0, 1), (0, 0), False),
            8,
            "CountedAveragePool(kernel=(2, 2), stride=(1, 1), declared=((0, 1), (0, 1)), reached=((0, 1), (0, 1)), count_padding=False)",
        ),
    ],
)
def test_windows_are_torchs_own_wherever_torch_can_say_them(
    op: Conv | MaxPool | AveragePool, extent: int, expected: str
) -> None:
    assert form(Case(op, (of(3, extent, extent),))) == expected
