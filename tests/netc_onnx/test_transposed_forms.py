"""Which ONNX ops transposed convolutions and local connections become."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from netc.ops.local import Local
from netc.ops.transposed import ConvTranspose
from netc_onnx import backend
from tests.netc_onnx.cases import Case, of
from tests.netc_onnx.networks import request, side_by_side

if TYPE_CHECKING:
    from onnx import NodeProto

    from netc.ops import Op

NONE = ((0, 0), (0, 0))


def nodes(op: Op) -> list[NodeProto]:
    model = backend.compile(request(side_by_side([Case(op, (of(4, 8, 8),))])))
    return list(model.graph.node)


def conv_transpose(crop: tuple[int, int], more: int = 0, stride: int = 2, dilation: int = 1) -> ConvTranspose:
    return ConvTranspose(
        4, (3, 3), (stride, stride), (crop, crop), (more, more), (dilation, dilation), 1, bias=True
    )


@pytest.mark.parametrize(
    ("op", "form", "pads", "output_padding"),
    [
        (conv_transpose((0, 0)), "ConvTranspose", 0, 0),
        (conv_transpose((1, 1), 1), "ConvTranspose", 1, 1),
        (conv_transpose((1, 0)), "ConvTranspose", 1, 1),
        (conv_transpose((0, 1)), "ConvTranspose Slice", 0, 0),
        (conv_transpose((1, 2)), "ConvTranspose Slice", 1, 0),
        (conv_transpose((2, 0)), "ConvTranspose Slice", 1, 1),
        (conv_transpose((0, 0), 1, stride=1, dilation=2), "Pad ConvTranspose", 0, 0),
        (conv_transpose((1, 1), 1, stride=1, dilation=2), "ConvTranspose Slice", 0, 0),
        (conv_transpose((0, 0), 2), "Pad ConvTranspose Slice", 0, 1),
    ],
)
def test_pads_are_equal_and_output_padding_below_the_stride(
    op: ConvTranspose, form: str, pads: int, output_padding: int
) -> None:
    made = nodes(op)
    assert " ".join(node.op_type for node in made) == form
    (found,) = (node for node in made if node.op_type == "ConvTranspose")
    attributes = {attribute.name: list(attribute.ints) for attribute in found.attribute}
    assert attributes["pads"] == [pads] * 4
    assert attributes["output_padding"] == [output_padding] * 2


@pytest.mark.parametrize(
    ("op", "form"),
    [
        (
            Local(5, (3, 3), (1, 1), NONE, (1, 1), 1, bias=True),
            "Gather Gather Transpose Reshape Reshape Transpose MatMul Transpose Add",
        ),
        (
            Local(4, (3, 3), (1, 1), ((1, 0), (0, 0)), (1, 1), 2, bias=False),
            "Pad Reshape Gather Gather Transpose Reshape Reshape Transpose MatMul Transpose Reshape",
        ),
    ],
)
def test_local_connections_are_one_matrix_product_whose_weight_keeps_its_name(op: Local, form: str) -> None:
    made = nodes(op)
    assert " ".join(node.op_type for node in made) == form
    (reader,) = (node for node in made if "case0.weight" in node.input)
    assert (reader.name, reader.op_type) == ("case0/filters", "Reshape")
