"""Recurrent layers as loops, for torch.export, which else takes as many steps as it has seen."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import torch
from torch.fx import GraphModule

from netc.ops.sequence import Recurrent

if TYPE_CHECKING:
    from torch.export import ExportedProgram

    from netc.graph import Graph

CHECKS = "_check_is_size"
"""What a loop asks of its own counter, which is always so; and torch warns of it at each run."""


def looped(graph: Graph) -> ExitStack:
    """Has torch, while this is entered, trace LSTMs and GRUs as loops, where their steps are any number.

    It does so from a version on that has what does it, 2.13 among them; none does for a plain RNN.
    """
    stack = ExitStack()
    recurrent = (node.inputs[0] for node in graph.nodes if isinstance(node.op, Recurrent))
    if any(has_any_length(value.type.shape) for value in recurrent):
        try:
            from torch.export import _patches  # noqa: PLC0415  # not in every version
        except ImportError:
            return stack
        for kind, op in (("lstm", torch.ops.aten.lstm.input), ("gru", torch.ops.aten.gru.input)):
            stack.callback(forget, op)
            stack.enter_context(getattr(_patches, f"register_{kind}_while_loop_decomposition")())
            forget(op)
    return stack


def forget(op: object) -> None:
    """Have torch look anew for what computes an op: it remembers what it found, changed since or not."""
    cache: dict[object, object] = getattr(op, "_dispatch_cache", {})
    cache.clear()


def has_any_length(shape: tuple[object, ...]) -> bool:
    """Whether a sequence of this shape has any number of steps."""
    return not isinstance(shape[0], int)


def without_checks(program: ExportedProgram) -> None:
    """Leave out the checks of counters."""
    for module in program.graph_module.modules():
        if isinstance(module, GraphModule):
            for node in list(module.graph.nodes):
                if node.op == "call_function" and node.target is getattr(torch, CHECKS, None):
                    module.graph.erase_node(node)
