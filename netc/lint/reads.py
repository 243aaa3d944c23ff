"""Values that nobody reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc.errors import Mistake
from netc.lint.finding import Finding, Subject

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netc.graph import Value


def unread(subject: Subject) -> Iterator[Finding]:
    """W101: an input or a layer's value that no layer reads and that is no output.

    Of a chain that leads nowhere the end alone is named, by the outermost layer that ends with it.
    """
    graph = subject.graph
    values = (*graph.inputs, *(node.output for node in graph.nodes))
    read = {*subject.readers, *subject.outputs, *subject.measured}
    ends = [value for value in values if value not in read]
    if not ends:
        return
    layers = {record.value: record.path for record in subject.records.values()}  # the outermost comes last
    for value in ends:
        maker = subject.makers.get(value)
        if maker is None:
            yield _input(subject, value)
        elif not maker.layer:  # an input with its channels put first
            yield _input(subject, maker.inputs[0])
        else:
            yield _layer(layers.get(value, value.path), value)


def _input(subject: Subject, value: Value) -> Finding:
    help_ = f"read it with `from: {value.path}`, or take it out"
    mistake = Mistake("W101", f"nothing reads the input `{value.path}`", help=help_)
    mistake.span = subject.inputs[value.path].key.span
    return Finding("", mistake)


def _layer(path: str, value: Value) -> Finding:
    help_ = "read it with `from`, name it in `outputs`, or take the layer out"
    label = f"{value.type.describe()} from `{path}`"
    return Finding(path, Mistake("W101", "nothing reads what this layer makes", label=label, help=help_))
