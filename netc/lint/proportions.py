"""Proportions that many papers keep to, and good networks break: warnings that are off until selected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc.errors import Mistake
from netc.lint.finding import Finding, Subject
from netc.ops.shape import Flatten
from netc.types.dims import Dim, at_least, product, shape_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netc.graph import Node, Value

_CONVOLUTIONS = 2
"""A trunk of fewer has no course to speak of."""

_PASSES_ON = frozenset({"dropout", "norm", "activation"})


def no_pyramid(subject: Subject) -> Iterator[Finding]:
    """W201: over the whole trunk space shrinks and depth does not grow."""
    trunk = _trunk(subject)
    convolutions = [node for node in trunk if node.op.family == "weights"]
    if len(convolutions) < _CONVOLUTIONS:
        return
    first, last, start = convolutions[0].output.type, trunk[-1].output.type, trunk[0].inputs[0].type
    deeper = any(_less(first.channels, node.output.type.channels) for node in convolutions)
    if _less(product(last.spatial), product(start.spatial)) and not deeper:
        label = (
            f"{shape_text(start.spatial)} positions to {shape_text(last.spatial)}, "
            f"and none deeper than the {first.channels} channels of `{convolutions[0].layer}`"
        )
        message = "over the whole trunk space shrinks and depth does not grow"
        help_ = "give the layers behind a stride or a pool more channels; many papers double them"
        yield Finding(trunk[-1].layer, Mistake("W201", message, label=label, help=help_))


def _trunk(subject: Subject) -> list[Node]:
    """The windows from input to first output (of evaluation), by the first value where several meet."""
    outputs = [output.value for output in subject.graph.outputs if not output.train_only]
    value: Value = outputs[0]
    trunk: list[Node] = []
    while value in subject.makers:
        node = subject.makers[value]
        if node.op.windows is not None:
            trunk.append(node)
        value = node.inputs[0]
    return trunk[::-1]


def _less(first: Dim, second: Dim) -> bool:
    """Whether one size is smaller than another, whatever the values of symbols."""
    return at_least(second, first + 1)


def large_after_flatten(subject: Subject) -> Iterator[Finding]:
    """W202: one layer behind a ``flatten`` with more than half of all parameters."""
    parameters = subject.graph.parameters.items()
    sizes = {path: parameter.type.elements for path, parameter in parameters if not parameter.type.buffer}
    total = sum(sizes.values())
    behind: set[Value] = set()  # what comes from a `flatten`, by dropouts, norms and activations alone
    for node in subject.graph.nodes:
        reads_flat = node.inputs[0] in behind
        if isinstance(node.op, Flatten) or (reads_flat and node.op.family in _PASSES_ON):
            behind.add(node.output)
        own = sum(sizes.get(path, 0) for path in node.parameters.values())
        if 2 * own > total and reads_flat:
            label = f"{own:,} of {total:,}"
            message = "this layer behind a `flatten` has more than half of all parameters"
            help_ = "`global_pool` in place of `flatten` leaves one value a channel"
            yield Finding(node.layer, Mistake("W202", message, label=label, help=help_))
            return
