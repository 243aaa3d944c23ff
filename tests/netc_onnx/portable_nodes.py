"""Which nodes travel: rules for single ones. What runtimes do is said of those versions that docs/runtimes.md names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import onnx

from tests.netc_onnx.portable import attributes, integers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from onnx import NodeProto

    from tests.netc_onnx.portable import Model, Rule

OPS = frozenset(
    {"Conv", "ConvTranspose", "Gemm", "MatMul", "RNN", "GRU", "LSTM"}
    | {"AveragePool", "MaxPool", "GlobalAveragePool", "GlobalMaxPool", "ReduceMean", "ReduceMax", "ReduceL2"}
    | {"BatchNormalization", "InstanceNormalization", "LayerNormalization", "LRN"}
    | {"Relu", "LeakyRelu", "PRelu", "Elu", "Selu", "Clip", "Sigmoid", "HardSigmoid", "HardSwish", "Tanh"}
    | {"Softplus", "Softmax", "LogSoftmax", "Erf", "Abs", "Sqrt", "Pow"}
    | {"Add", "Sub", "Mul", "Div", "Max"}
    | {"Flatten", "Reshape", "Transpose", "Unsqueeze", "Expand", "Concat", "Split", "Slice", "Gather", "Pad"}
    | {"Resize", "DepthToSpace", "SpaceToDepth"}
    | {"Cast", "Identity", "Shape"}
)
"""Every op that netc writes for opset 17: a new one is a decision, to be looked up in every runtime first."""


def known_ops(model: Model) -> Iterator[str]:
    """Ops that most runtimes have: SiLU, GELU and Mish are written in parts, which all of them know."""
    for node in model.nodes:
        if node.domain:
            yield f"{node.name} is of the domain {node.domain}"
        elif node.op_type not in OPS:
            yield f"{node.name} is {node.op_type}"


LEFT_OUT = frozenset(
    {"auto_pad", "ceil_mode", "num_outputs", "output_shape"}
    | {"activation_alpha", "activation_beta", "clip"}  # of recurrent ops
)
"""Attributes that no node has: there, each changes what it computes."""


def attributes_written(model: Model) -> Iterator[str]:
    """Every attribute is there: runtimes do not agree with onnx, nor with each other, on all defaults."""
    for node in model.nodes:
        if not onnx.defs.has(node.op_type, 17, node.domain):
            yield f"{node.name} is {node.op_type}, of which opset 17 knows nothing"
            continue
        schema = onnx.defs.get_schema(node.op_type, 17, node.domain)
        written = {each.name for each in node.attribute}
        known = set(schema.attributes) - LEFT_OUT
        if written - known:
            yield f"{node.name} has {', '.join(sorted(written - known))}"
        if known - written:
            yield f"{node.name} lacks {', '.join(sorted(known - written))}"


def numbers_for_pads(model: Model) -> Iterator[str]:
    """Pads are numbers, never ``auto_pad``: OpenCV computes others for it, and onnxruntime refuses some."""
    for node in model.of("AveragePool", "Conv", "ConvTranspose", "MaxPool"):
        for name in {"auto_pad", "output_shape"} & set(attributes(node)):
            yield f"{node.name} has {name}"
        if not integers(node, "pads"):
            yield f"{node.name} has no pads"


def unequal_pads_apart(model: Model) -> Iterator[str]:
    """Unequal pads of depthwise and transposed convolutions and average pools are nodes of their own.

    ncnn misplaces them, MNN crashes on the pools, IREE on the transposed ones. Dense and grouped convolutions
    with them are right everywhere; max pools are right everywhere but in ncnn, and slower without in onnxruntime.
    """
    for node in model.of("AveragePool", "Conv", "ConvTranspose"):
        pads = integers(node, "pads")
        half = len(pads) // 2
        if pads[:half] != pads[half:] and (node.op_type != "Conv" or _is_depthwise(model, node)):
            yield f"{node.name} is {node.op_type} with pads {pads}"


def _is_depthwise(model: Model, conv: NodeProto) -> bool:
    group = attributes(conv)["group"]
    return group != 1 and group == model.shape(conv.input[0])[1]


def no_pad_before_plain_conv(model: Model) -> Iterator[str]:
    """A convolution that could take a pad with zeros has it: pnnx makes mistakes with a Pad before one."""
    for node in model.of("Pad"):
        pads, value = model.numbers(node, 1), model.numbers(node, 2)
        if attributes(node)["mode"] != "constant" or pads is None or value is None or value.any():
            continue
        rank = len(pads) // 2
        spatial = [*range(2, rank), *range(rank + 2, 2 * rank)]
        if (pads < 0).any() or pads.sum() != pads[spatial].sum():
            continue
        for reader in model.readers[node.output[0]]:
            if reader.op_type == "Conv" and _could_take(model, reader, pads[spatial]):
                yield f"{node.name} stands before {reader.name}"


def _could_take(model: Model, conv: NodeProto, pads: NDArray[np.float64]) -> bool:
    total = pads + np.array(integers(conv, "pads"))
    half = len(total) // 2
    return not _is_depthwise(model, conv) or bool((total[:half] == total[half:]).all())


def no_rounding_up(model: Model) -> Iterator[str]:
    """No ``ceil_mode``, which OpenVINO and strict shape inference get wrong with pads; end pads do the same."""
    for node in model.of("AveragePool", "MaxPool"):
        if attributes(node).get("ceil_mode", 0) != 0:
            yield f"{node.name} rounds up"


def pads_not_counted(model: Model) -> Iterator[str]:
    """Average pools never count their own pads, where runtimes disagree at the ends: zeros are a Pad."""
    for node in model.of("AveragePool"):
        if attributes(node).get("count_include_pad") != 0:
            yield f"{node.name} counts its pads"


RESIZES = {("linear", "half_pixel"), ("nearest", "asymmetric")}


def resize_by_whole_scales(model: Model) -> Iterator[str]:
    """Resize is by scales that are whole, and by the two readings of places that all runtimes share."""
    for node in model.of("Resize"):
        said, scales = attributes(node), model.numbers(node, 2)
        if len(node.input) != 3 or scales is None:
            yield f"{node.name} is not by constant scales"
        elif (scales[:2] != 1).any() or (scales % 1 != 0).any() or (scales < 1).any():
            yield f"{node.name} scales by {scales.tolist()}"
        mode, places, rounding = said["mode"], said["coordinate_transformation_mode"], said["nearest_mode"]
        if (mode, places) not in RESIZES or (mode == "nearest" and rounding != "floor"):
            yield f"{node.name} is {mode}, {places}, {rounding}"


def plain_heads(model: Model) -> Iterator[str]:
    """A vector is made by Flatten and multiplied by Gemm(transB=1), of a weight that the file has.

    These are what importers look for, pnnx and opencv among them; a Reshape or MatMul in their place is not
    always understood.
    """
    for node in model.of("Gemm"):
        said = attributes(node)
        if (said["transA"], said["transB"]) != (0, 1) or node.input[1] not in model.initializers:
            yield f"{node.name} is not x · weightᵀ"
    for node in model.of("MatMul"):
        if len(model.shape(node.input[0])) == 2 and node.input[1] in model.initializers:
            yield f"{node.name} is a MatMul of vectors by a weight"
    for node in model.of("Reshape"):
        for reader in model.readers[node.output[0]]:
            if reader.op_type == "Gemm":
                yield f"{node.name} is a Reshape before {reader.name}"


def global_pools(model: Model) -> Iterator[str]:
    """The mean or maximum of whole maps is GlobalAveragePool or GlobalMaxPool: Reduce ops are rarer."""
    for node in model.of("ReduceMean", "ReduceMax"):
        rank = len(model.shape(node.input[0]))
        axes = integers(node, "axes")
        if rank >= 4 and not model.symbols and {axis % rank for axis in axes} == set(range(2, rank)):
            yield f"{node.name} is {node.op_type} of maps"


def clip_on_both_sides(model: Model) -> Iterator[str]:
    """Clip has both bounds, as constants: with one left out some importers fail, or take 0 for it."""
    for node in model.of("Clip"):
        if len(node.input) != 3 or any(model.numbers(node, place) is None for place in (1, 2)):
            yield f"{node.name} has not both bounds as constants"


def layer_norm_of_the_last_axis(model: Model) -> Iterator[str]:
    """LayerNormalization is over the last axis, with scale and bias: MNN and ncnn know no other."""
    for node in model.of("LayerNormalization"):
        if attributes(node)["axis"] not in (-1, len(model.shape(node.input[0])) - 1):
            yield f"{node.name} is over more than the last axis"
        if len(node.input) != 3 or not all(node.input):
            yield f"{node.name} lacks scale or bias"


def split_by_sizes(model: Model) -> Iterator[str]:
    """Split says how large each part is: what it means without has changed between opsets."""
    for node in model.of("Split"):
        sizes = model.numbers(node, 1)
        if sizes is None or len(sizes) != len(node.output):
            yield f"{node.name} does not say its sizes"


RULES: tuple[Rule, ...] = (
    known_ops,
    attributes_written,
    numbers_for_pads,
    unequal_pads_apart,
    no_rounding_up,
    pads_not_counted,
    resize_by_whole_scales,
    plain_heads,
    global_pools,
    clip_on_both_sides,
    layer_norm_of_the_last_axis,
    split_by_sizes,
)
"""What every model keeps; one that is optimised keeps ``no_pad_before_plain_conv``, too."""
