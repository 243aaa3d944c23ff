"""Which ONNX ops an op becomes: the forms that most runtimes read rightly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from netc.ops.conv import Conv
from netc.ops.elementwise import Activation
from netc.ops.group_norm import GroupNorm, InstanceNorm, L2Norm, RmsNorm
from netc.ops.norm import LayerNorm, LocalResponseNorm
from netc.ops.pool import AdaptivePool, AveragePool, MaxPool
from netc.ops.shuffle import ChannelShuffle, PixelShuffle, PixelUnshuffle
from netc.ops.upsample import Upsample
from netc.types import TensorType
from netc_onnx import backend
from tests.netc_onnx.cases import Case, of
from tests.netc_onnx.networks import request, side_by_side

if TYPE_CHECKING:
    from netc.ops import Op

MAP = of(4, 8, 8)
STEPS = TensorType((5, 4), layout="sequence")
EVEN, ODD = ((1, 1), (1, 1)), ((0, 1), (0, 1))


def kinds(op: Op, type_: TensorType, opset: int = 17) -> str:
    model = backend.compile(request(side_by_side([Case(op, (type_,))]), opset))
    return " ".join(node.op_type for node in model.graph.node)


def constants(op: Op, type_: TensorType) -> dict[str, bytes]:
    """The numbers of the lowering's own, by name."""
    model = backend.compile(request(side_by_side([Case(op, (type_,))])))
    return {tensor.name: tensor.raw_data for tensor in model.graph.initializer if "/" in tensor.name}


def conv(pads: tuple[tuple[int, int], ...], groups: int) -> Conv:
    return Conv(4, (3, 3), (2, 2), pads, (1, 1), groups, bias=True)


@pytest.mark.parametrize(
    ("op", "form"),
    [
        (conv(EVEN, 1), "Conv"),
        (conv(ODD, 1), "Conv"),
        (conv(ODD, 2), "Conv"),
        (conv(EVEN, 4), "Conv"),
        (conv(ODD, 4), "Pad Conv"),
        (MaxPool((3, 3), (2, 2), EVEN), "MaxPool"),
        (MaxPool((3, 3), (2, 2), ODD), "MaxPool"),
        (MaxPool((2, 2), (2, 2), ((0, 2), (0, 0))), "Pad MaxPool"),
        (AveragePool((3, 3), (2, 2), EVEN, (0, 0), False), "AveragePool"),
        (AveragePool((3, 3), (2, 2), ODD, (0, 0), False), "Pad AveragePool Mul"),
        (AveragePool((3, 3), (2, 2), EVEN, (0, 0), True), "Pad AveragePool"),
        (AveragePool((2, 2), (2, 2), ((0, 0), (0, 0)), (0, 0), True), "AveragePool"),
    ],
)
def test_equal_pads_belong_to_the_op_and_others_to_a_node_where_runtimes_err(op: Op, form: str) -> None:
    assert kinds(op, MAP) == form


@pytest.mark.parametrize(
    ("extent", "to", "form"),
    [
        (8, 1, "GlobalAveragePool"),
        (8, 4, "AveragePool"),
        (13, 6, "AveragePool"),
        (12, 5, "Pad Gather Gather AveragePool Mul"),
        (3, 6, "Gather Gather AveragePool"),
    ],
)
def test_bins_are_windows_where_they_are_evenly_spaced(extent: int, to: int, form: str) -> None:
    assert kinds(AdaptivePool("avg", (to, to)), of(2, extent, extent)) == form
    assert kinds(AdaptivePool("max", (to, to)), of(2, extent, extent)) == form.replace(
        "Average", "Max"
    ).replace("Pad ", "").replace(" Mul", "")


@pytest.mark.parametrize(
    ("op", "opset", "form"),
    [
        (Activation("hardswish"), 13, "HardSigmoid Mul"),
        (Activation("hardswish"), 14, "HardSwish"),
        (Activation("gelu"), 23, "Div Erf Add Mul Mul"),
        (Activation("mish"), 23, "Softplus Tanh Mul"),
        (
            LayerNorm(1e-5, affine=True),
            16,
            "Transpose ReduceMean Sub Mul ReduceMean Add Sqrt Div Mul Add Transpose",
        ),
        (LayerNorm(1e-5, affine=True), 17, "Transpose LayerNormalization Transpose"),
        (LocalResponseNorm(5, 1e-4, 0.75, 1.0), 17, "LRN"),
        (LocalResponseNorm(4, 1e-4, 0.75, 1.0), 17, "Mul Reshape Pad AveragePool Reshape Mul Add Pow Div"),
    ],
)
def test_an_op_that_an_opset_or_runtimes_lack_is_said_in_parts(op: Op, opset: int, form: str) -> None:
    assert kinds(op, MAP, opset) == form


AFFINE = "Unsqueeze Mul Unsqueeze Add"


@pytest.mark.parametrize(
    ("op", "type_", "opset", "form"),
    [
        (GroupNorm(2, 1e-5, affine=True), MAP, 23, f"Reshape InstanceNormalization Reshape {AFFINE}"),
        (GroupNorm(2, 1e-5, affine=False), MAP, 17, "Reshape InstanceNormalization Reshape"),
        (GroupNorm(2, 1e-5, affine=True), of(4), 17, "Reshape InstanceNormalization Reshape Mul Add"),
        (GroupNorm(4, 1e-5, affine=True), MAP, 17, "InstanceNormalization"),
        (InstanceNorm(1e-5, affine=True), MAP, 17, "InstanceNormalization"),
        (InstanceNorm(1e-5, affine=True), STEPS, 17, "Transpose InstanceNormalization Transpose"),
        (RmsNorm(1e-5, affine=True), STEPS, 23, "RMSNormalization"),
        (RmsNorm(1e-5, affine=True), STEPS, 22, "Mul ReduceMean Add Sqrt Div Mul"),
        (RmsNorm(1e-5, affine=True), MAP, 23, "Mul ReduceMean Add Sqrt Unsqueeze Div Mul"),
        (L2Norm(1e-5), MAP, 17, "ReduceL2 Max Div"),
        (Upsample((2, 2), "nearest", align_corners=False), MAP, 17, "Resize"),
        (Upsample((2, 2), "linear", align_corners=True), MAP, 17, "Resize"),
        (PixelShuffle(2), MAP, 17, "DepthToSpace"),
        (PixelUnshuffle(2), MAP, 17, "SpaceToDepth Reshape Transpose Reshape"),
        (ChannelShuffle(2), MAP, 17, "Reshape Transpose Reshape"),
    ],
)
def test_the_forms_of_sample_norms_and_resampling(op: Op, type_: TensorType, opset: int, form: str) -> None:
    assert kinds(op, type_, opset) == form


@pytest.mark.parametrize(
    ("op", "small", "large"),
    [
        (GroupNorm(2, 1e-5, affine=True), of(4, 8), of(4, 9)),
        (GroupNorm(2, 1e-5, affine=True), of(4, 8, 7), of(4, 2, 3)),
        (GroupNorm(2, 1e-5, affine=True), of(4, 8, 7, 6), of(4, 2, 3, 4)),
        (GroupNorm(2, 1e-5, affine=True), STEPS, TensorType((9, 4), layout="sequence")),
        (Upsample((3, 2), "linear", align_corners=False), of(4, 8, 7), of(4, 2, 3)),
    ],
)
def test_nothing_in_the_graph_knows_the_positions(op: Op, small: TensorType, large: TensorType) -> None:
    assert constants(op, small) == constants(op, large)
