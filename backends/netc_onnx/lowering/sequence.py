"""Embeddings, attention and learned positions in ONNX."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from netc.types.dims import number as size_of
from netc_onnx.phrases import move_axis, reshape
from netc_onnx.tensors import integers, number

if TYPE_CHECKING:
    from netc.ops.sequence import Attention
    from netc_onnx.site import Site
    from netc_onnx.tensors import Tensor


def lower_embed(at: Site) -> Tensor:
    """``Gather`` of the table's rows."""
    return at.end("Gather", at.parameters["weight"], at.x, axis=0)


def lower_position(at: Site) -> Tensor:
    """``Add``: the learned tensor serves every sample of the batch."""
    return at.end("Add", at.x, at.parameters["weight"])


def lower_attention(at: Site, op: Attention) -> Tensor:
    """Matrix products, each head's by the axis before time's."""
    parameters = at.parameters
    batch, steps, features = at.x.shape
    width = size_of(at.x_type.channels, "the features that `attention` reads")
    size = width // op.heads
    projected = _linear(at, "in_proj", at.x, parameters["in_proj_weight"], parameters["in_proj_bias"])
    parts = at.several(
        "split",
        "Split",
        projected,
        integers("split", width, width, width),
        shapes=(at.x.shape,) * 3,
        axis=2,
    )
    heads = [
        reshape(at, f"{name}_heads", part, (batch, steps, op.heads, size), kept=2)
        for name, part in zip(("query", "key", "value"), parts, strict=True)
    ]
    query, value = (move_axis(at, name, heads[i], 2, 1) for name, i in (("query", 0), ("value", 2)))
    key = at.step("key", "Transpose", heads[1], shape=(batch, op.heads, size, steps), perm=[0, 2, 3, 1])
    scaled = at.step("scaled", "Mul", query, number("factor", 1 / math.sqrt(size)))
    scores = at.step("scores", "MatMul", scaled, key, shape=(batch, op.heads, steps, steps))
    shares = at.step("shares", "Softmax", scores, axis=3)
    mixed = move_axis(at, "mixed", at.step("mixed_heads", "MatMul", shares, value, shape=value.shape), 1, 2)
    joined = reshape(at, "joined", mixed, (batch, steps, features), kept=2)
    return _linear(at, "", joined, parameters["out_proj.weight"], parameters["out_proj.bias"])


def _linear(at: Site, label: str, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """``x · weightᵀ + bias``; the weight is turned in the graph, so that it is stored as it is."""
    word = label or "out_proj"
    turned = move_axis(at, f"{word}_transpose", weight, 0, 1)
    product = at.step(f"{word}_matmul", "MatMul", x, turned, shape=(*x.shape[:-1], turned.shape[1]))
    return at.step(label, "Add", product, bias)
