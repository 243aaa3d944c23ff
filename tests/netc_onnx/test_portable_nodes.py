"""Each rule of portable ONNX for nodes finds one that breaks it."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import onnx
import pytest
from onnx import ModelProto, TensorProto, numpy_helper

from tests.netc_onnx import portable_nodes as nodes
from tests.netc_onnx.portable import Model, Rule

Constants: TypeAlias = "dict[str, list[float]]"

HEAD = '<ir_version: 8, opset_import: ["" : 17]>'
MAPS = "g (float[N,4,8,8] x) => (float[N,4,8,8] y)"
LINE = "g (float[N,4] x) => (float[N,4] y)"

DENSE = "float[8,4,3,3] w"
DEPTHWISE = "float[4,1,3,3] w"
CONV = "dilations=[1,1], kernel_shape=[3,3], strides=[1,1]"
POOL = "kernel_shape=[2,2], strides=[2,2]"
MAX_POOL = "dilations=[1,1], kernel_shape=[2,2], storage_order=0, strides=[2,2]"
RESIZE = "cubic_coeff_a=-0.75, exclude_outside=0, extrapolation_value=0.0"


def parsed(signature: str, body: str, **constants: list[float]) -> ModelProto:
    """The model of such a graph: `body` in ONNX's text, nodes without names bear their result's.

    What stands before a `|` are initializers, which wait for their numbers, and descriptions of values; the
    `constants` are there with their numbers.
    """
    values, _, text = body.rpartition("|")
    model = onnx.parser.parse_model(f"{HEAD} {signature} <{values.strip()}> {{ {text} }}")
    graph = model.graph
    stored = {
        name: np.array(value, np.float32 if "scale" in name else None) for name, value in constants.items()
    }
    for value in [each for each in graph.value_info if each.name.startswith("w")]:
        shape = [dim.dim_value for dim in value.type.tensor_type.shape.dim]
        graph.initializer.append(TensorProto(name=value.name, data_type=TensorProto.FLOAT, dims=shape))
        graph.value_info.remove(value)
    graph.initializer.extend(numpy_helper.from_array(array, name) for name, array in stored.items())
    for node in graph.node:
        node.name = node.output[0]
    return model


def complaints(rule: Rule, model: ModelProto) -> list[str]:
    return list(rule(Model(model)))


WRONG_NODES: list[tuple[Rule, str, str, Constants, str]] = [
    (nodes.known_ops, MAPS, "y = Mish(x)", {}, "y is Mish"),
    (nodes.known_ops, MAPS, "y = com.microsoft.Gelu(x)", {}, "y is of the domain com.microsoft"),
    (nodes.attributes_written, MAPS, "y = Gelu(x)", {}, "y is Gelu, of which opset 17 knows nothing"),
    (nodes.attributes_written, MAPS, "y = LeakyRelu(x)", {}, "y lacks alpha"),
    (nodes.attributes_written, MAPS, "y = Relu <speed=3>(x)", {}, "y has speed"),
    (
        nodes.numbers_for_pads,
        MAPS,
        f'{DENSE} | y = Conv <{CONV}, group=1, pads=[0,0,0,0], auto_pad="SAME_UPPER"> (x, w)',
        {},
        "y has auto_pad",
    ),
    (nodes.numbers_for_pads, MAPS, f"y = MaxPool <{MAX_POOL}> (x)", {}, "y has no pads"),
    (
        nodes.unequal_pads_apart,
        MAPS,
        f"{DEPTHWISE} | y = Conv <{CONV}, group=4, pads=[0,0,1,1]> (x, w)",
        {},
        "y is Conv with pads [0, 0, 1, 1]",
    ),
    (
        nodes.unequal_pads_apart,
        MAPS,
        f"y = AveragePool <{POOL}, count_include_pad=0, pads=[0,0,0,1]> (x)",
        {},
        "y is AveragePool with pads [0, 0, 0, 1]",
    ),
    (
        nodes.unequal_pads_apart,
        MAPS,
        f"float[4,4,3,3] w | y = ConvTranspose <{CONV}, group=1, pads=[1,0,0,0]> (x, w)",
        {},
        "y is ConvTranspose with pads [1, 0, 0, 0]",
    ),
    (
        nodes.no_pad_before_plain_conv,
        MAPS,
        f'{DENSE} | p = Pad <mode="constant"> (x, pads, value) y = Conv <{CONV}, group=1, pads=[1,1,1,1]> (p, w)',
        {"pads": [0, 0, 0, 0, 0, 0, 1, 1], "value": [0]},
        "p stands before y",
    ),
    (
        nodes.no_pad_before_plain_conv,
        MAPS,
        f'{DEPTHWISE}, float[N,4,9,9] p | p = Pad <mode="constant"> (x, pads, value) '
        f"y = Conv <{CONV}, group=4, pads=[1,1,0,0]> (p, w)",
        {"pads": [0, 0, 0, 0, 0, 0, 1, 1], "value": [0]},
        "p stands before y",
    ),
    (nodes.no_rounding_up, MAPS, f"y = MaxPool <{MAX_POOL}, ceil_mode=1> (x)", {}, "y rounds up"),
    (nodes.pads_not_counted, MAPS, f"y = AveragePool <{POOL}> (x)", {}, "y counts its pads"),
    (
        nodes.pads_not_counted,
        MAPS,
        f"y = AveragePool <{POOL}, count_include_pad=1> (x)",
        {},
        "y counts its pads",
    ),
    (
        nodes.resize_by_whole_scales,
        MAPS,
        f'y = Resize <{RESIZE}, mode="linear", coordinate_transformation_mode="half_pixel", nearest_mode="floor">'
        "(x, , scales)",
        {"scales": [1, 1, 1.5, 2]},
        "y scales by [1.0, 1.0, 1.5, 2.0]",
    ),
    (
        nodes.resize_by_whole_scales,
        MAPS,
        f'y = Resize <{RESIZE}, mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor">'
        "(x, , , sizes)",
        {"sizes": [1, 4, 16, 16]},
        "y is not by constant scales",
    ),
    (
        nodes.resize_by_whole_scales,
        MAPS,
        f'y = Resize <{RESIZE}, mode="nearest", coordinate_transformation_mode="half_pixel", nearest_mode="floor">'
        "(x, , scales)",
        {"scales": [1, 1, 2, 2]},
        "y is nearest, half_pixel, floor",
    ),
    (
        nodes.plain_heads,
        LINE,
        "float[4,4] w | y = Gemm <alpha=1.0, beta=1.0, transA=0, transB=0> (x, w)",
        {},
        "y is not x · weightᵀ",
    ),
    (nodes.plain_heads, LINE, "float[4,4] w | y = MatMul (x, w)", {}, "y is a MatMul of vectors by a weight"),
    (
        nodes.plain_heads,
        "g (float[N,4,8,8] x) => (float[N,4] y)",
        "float[4,256] w, float[N,256] v | v = Reshape <allowzero=0> (x, shape) "
        "y = Gemm <alpha=1.0, beta=1.0, transA=0, transB=1> (v, w)",
        {"shape": [0, 256]},
        "v is a Reshape before y",
    ),
    (
        nodes.global_pools,
        "g (float[N,4,8,8] x) => (float[N,4] y)",
        "y = ReduceMean <axes=[-2,-1], keepdims=0> (x)",
        {},
        "y is ReduceMean of maps",
    ),
    (nodes.clip_on_both_sides, MAPS, "y = Clip(x, low)", {"low": [0]}, "y has not both bounds as constants"),
    (
        nodes.clip_on_both_sides,
        MAPS,
        "y = Clip(x, , high)",
        {"high": [6]},
        "y has not both bounds as constants",
    ),
    (
        nodes.layer_norm_of_the_last_axis,
        MAPS,
        "float[8,8] w, float[8,8] w2 | y = LayerNormalization <axis=2, epsilon=1e-5, stash_type=1> (x, w, w2)",
        {},
        "y is over more than the last axis",
    ),
    (
        nodes.layer_norm_of_the_last_axis,
        MAPS,
        "float[8] w | y = LayerNormalization <axis=-1, epsilon=1e-5, stash_type=1> (x, w)",
        {},
        "y lacks scale or bias",
    ),
    (
        nodes.split_by_sizes,
        "g (float[N,4] x) => (float[N,2] y, float[N,2] z)",
        "y, z = Split <axis=1> (x)",
        {},
        "y does not say its sizes",
    ),
]


@pytest.mark.parametrize(("rule", "signature", "body", "constants", "complaint"), WRONG_NODES)
def test_a_node_that_breaks_a_rule_is_named(
    rule: Rule,
    signature: str,
    body: str,
    constants: Constants,
    complaint: str,
) -> None:
    assert complaints(rule, parsed(signature, body, **constants)) == [complaint]


def test_every_rule_is_broken_by_something() -> None:
    assert {rule for rule, *_ in WRONG_NODES} == {*nodes.RULES, nodes.no_pad_before_plain_conv}
