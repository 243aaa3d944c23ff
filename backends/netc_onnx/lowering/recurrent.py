"""Recurrent layers in ONNX."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc_onnx import opsets
from netc_onnx.packing import packed_layers
from netc_onnx.phrases import move_axis, reshape
from netc_onnx.tensors import Attribute, Tensor

if TYPE_CHECKING:
    from netc.ops.sequence import Cell, Recurrent
    from netc_onnx.site import Site
    from netc_onnx.tensors import Extents

KINDS: dict[Cell, str] = {"rnn": "RNN", "lstm": "LSTM", "gru": "GRU"}
ACTIVATIONS: dict[Cell, list[str]] = {
    "rnn": ["Tanh"],
    "lstm": ["Sigmoid", "Tanh", "Tanh"],
    "gru": ["Sigmoid", "Tanh"],
}


def lower_recurrent(at: Site, op: Recurrent) -> Tensor:
    """One ``RNN``, ``LSTM`` or ``GRU`` a layer.

    Their results have an axis for the direction beside those of time, batch and features. Time goes first:
    the layout that has the batch there is one that runtimes lack.
    """
    paths = {own: tensor.name for own, tensor in at.parameters.items()}
    batch, steps = at.x.shape[:2]
    whole: Extents = (steps, op.directions, batch, op.hidden)
    joined = op.directions * op.hidden
    x = move_axis(at, "time_first", at.x, 1, 0)
    for layer, packed in enumerate(packed_layers(op, at.x_type, paths)):
        operands = (x, *(Tensor(each.name, each.shape) for each in packed))
        label = f"layer{layer}"
        if layer < op.layers - 1:
            y = at.step(label, KINDS[op.cell], *operands, shape=whole, **_attributes(at, op))
            y = move_axis(at, f"batch_second{layer}", y, 1, 2)
            x = reshape(at, f"joined{layer}", y, (steps, batch, joined), kept=2)
        elif op.last:
            states = (op.directions, batch, op.hidden)
            results = at.several(
                label, KINDS[op.cell], *operands, shapes=(whole, states), **_attributes(at, op)
            )
            return at.end("Flatten", move_axis(at, "batch_first", results[1], 0, 1), axis=1)
        else:
            x = at.step(label, KINDS[op.cell], *operands, shape=whole, **_attributes(at, op))
    y = move_axis(at, "batch_first", x, 2, 0)
    return reshape(at, "", y, (batch, steps, joined), kept=2)


def _attributes(at: Site, op: Recurrent) -> dict[str, Attribute]:
    attributes: dict[str, Attribute] = {
        "activations": ACTIVATIONS[op.cell] * op.directions,
        "direction": "bidirectional" if op.bidirectional else "forward",
        "hidden_size": op.hidden,
    }
    if at.opset >= opsets.RECURRENT_LAYOUT:
        attributes["layout"] = 0
    if op.cell == "gru":
        attributes["linear_before_reset"] = 1
    if op.cell == "lstm":
        attributes["input_forget"] = 0
    return attributes
