"""Linear layers in ONNX."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc_onnx.phrases import move_axis

if TYPE_CHECKING:
    from netc.ops.dense import Linear
    from netc_onnx.site import Site
    from netc_onnx.tensors import Tensor


def lower_linear(at: Site, op: Linear) -> Tensor:
    """``Gemm`` on a vector; else ``MatMul`` along the last axis, to which the channels are turned."""
    if at.x_type.is_vector:
        return at.end("Gemm", at.x, *at.parameters.values(), alpha=1.0, beta=1.0, transA=0, transB=1)
    axis, last = op.axis_of(at.x_type) + 1, at.x_type.rank
    if axis == last:
        return _along_last(at, "", at.x)
    x = move_axis(at, "channels_last", at.x, axis, last)
    return move_axis(at, "", _along_last(at, "linear", x), last, axis)


def _along_last(at: Site, label: str, x: Tensor) -> Tensor:
    """``x · weightᵀ + bias``; the weight is turned in the graph, so that it is stored as it is."""
    parameters = at.parameters
    weight = move_axis(at, "transpose", parameters["weight"], 0, 1)
    shape = (*x.shape[:-1], weight.shape[1])
    if "bias" not in parameters:
        return at.step(label, "MatMul", x, weight, shape=shape)
    return at.step(label, "Add", at.step("matmul", "MatMul", x, weight, shape=shape), parameters["bias"])
