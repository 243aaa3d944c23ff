"""Neighbours that undo or repeat each other: convolution, dropout, norm, activation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netc.errors import Mistake
from netc.lint.finding import Finding, Subject

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netc.graph import Node, Value
    from netc.ops import Op

_NEXT_WORD = r"(?<=[a-z0-9])(?=[A-Z])"  # compiled when the first one is named


def cancelled_bias(subject: Subject) -> Iterator[Finding]:
    """W104: a bias whose one reader is a norm that takes it off again.

    A shared bias counts where every user's is cancelled.
    """
    cancelled: dict[str, Node] = {}
    kept: set[str] = set()
    for node in subject.graph.nodes:
        bias = node.parameters.get("bias")
        if bias is None or not node.op.shifts_channels(node.inputs[0].type):
            continue
        norm = subject.only_reader(node.output)
        if norm is not None and norm.op.cancels_shift(node.output.type):
            cancelled.setdefault(bias, node)
        else:
            kept.add(bias)
    for bias, node in cancelled.items():
        if bias not in kept:
            norm = subject.readers[node.output][0]
            where = "" if norm.layer == node.layer else f" of `{norm.layer}`"
            label = f"{subject.graph.parameters[bias].type.elements:,} numbers without effect"
            message = f"the {words(norm.op)}{where} cancels this layer's bias"
            mistake = Mistake("W104", message, label=label, help="write `bias: false`", option="bias")
            yield Finding(node.layer, mistake)


def words(op: Op) -> str:
    """An op in words: an activation's function, else its class's name.

    >>> from netc.ops.norm import BatchNorm
    >>> words(BatchNorm(1e-5, 0.1, affine=True))
    'batch norm'
    """
    function: object = getattr(op, "function", None)
    if isinstance(function, str):
        return f"`{function}`"
    logarithm = getattr(op, "log", False)
    name = re.sub(_NEXT_WORD, " ", type(op).__name__).lower()
    if op.family == "activation":
        return f"`log_{name}`" if logarithm else f"`{name}`"
    return name


def applied_twice(subject: Subject) -> Iterator[Finding]:
    """W105: an activation or norm whose input is the result of its like."""
    for node in subject.graph.nodes:
        family = node.op.family
        if family in {"activation", "norm"}:
            before = subject.makers.get(node.inputs[0])
            if before is not None and _alike(before.op, node.op):
                option = "act" if family == "activation" else "norm"
                label = f"`{before.layer}` ends with it already"
                message = f"{words(node.op)} is applied twice in a row"
                mistake = Mistake("W105", message, label=label, help="leave one of them out", option=option)
                yield Finding(node.layer, mistake)


def _alike(first: Op, second: Op) -> bool:
    """Whether two ops are the same, or the same function with other constants."""
    function: object = getattr(first, "function", None)
    return first == second or (function is not None and function == getattr(second, "function", None))


def dropout_before_norm(subject: Subject) -> Iterator[Finding]:
    """W106: a dropout between a layer with weights and the norm behind it, activations aside."""
    sources: dict[Value, Node] = {}  # what makes a value, activations aside, where that has weights
    for node in subject.graph.nodes:
        family, source = node.op.family, sources.get(node.inputs[0])
        if family == "weights":
            sources[node.output] = node
        elif family == "activation" and source is not None:
            sources[node.output] = source
        if family != "dropout":
            continue
        norm = _norm_behind(subject, node)
        if source is not None and norm is not None:
            label = f"`{source.layer}`, dropout, then the {words(norm.op)} of `{norm.layer}`"
            message = "a dropout stands between a layer and its norm"
            help_ = "put it behind the norm: what dropout changes, the norm's statistics take in"
            yield Finding(node.layer, Mistake("W106", message, label=label, help=help_))


def _norm_behind(subject: Subject, node: Node) -> Node | None:
    """The norm that alone reads a node's result, by activations alone."""
    behind = subject.only_reader(node.output)
    while behind is not None and behind.op.family == "activation":
        behind = subject.only_reader(behind.output)
    return behind if behind is not None and behind.op.family == "norm" else None
