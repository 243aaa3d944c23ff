"""Which values are the network's outputs, and their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc.diagnostics import Diagnostic
from netc.elaborate.scope import BROKEN
from netc.errors import Mistake
from netc.graph import Output
from netc.language.values import diagnosis
from netc.layers.words import nearest

if TYPE_CHECKING:
    from netc.elaborate.reports import Reports
    from netc.elaborate.scope import HeadRecord, Scope
    from netc.elaborate.walk import Walk, Walked
    from netc.graph import Value
    from netc.language import Document, OutputSpec


def outputs(document: Document, walk: Walk, walked: Walked, scope: Scope) -> tuple[Output, ...]:
    """The outputs: those that ``outputs`` names, then the heads it does not.

    By default the last value, then the heads; or the heads alone where one that evaluates ends the list.
    """
    named = _named(document, walk, scope)
    _check_evaluated(document, named, walk.reports)
    heads = walk.heads
    if document.outputs is None:
        last = heads.get(walked.head)
        if last is None or last.train_only:
            named = [Output("output", walked.value, train_only=False)]
    used = {output.name for output in named}
    sources = {spec.source for spec in document.outputs or ()}
    for name, head in heads.items():
        if name in sources:
            continue
        if name in used:
            _clash(name, head, walk.reports, default=document.outputs is None)
        else:
            named.append(Output(name, head.value, head.train_only))
    for output in named:
        if output.name in document.all_inputs:
            _input_clash(output.name, document, walk)
    return tuple(named)


def _check_evaluated(document: Document, named: list[Output], reports: Reports) -> None:
    """Report ``outputs`` that all exist in training alone."""
    if document.outputs and named and all(output.train_only for output in named):
        message, help_ = "every output exists in training alone", "name what evaluation gives, too"
        reports.add(Diagnostic("E308", "error", message, document.outputs[0].tree.span, help=help_))


def _named(document: Document, walk: Walk, scope: Scope) -> list[Output]:
    result: list[Output] = []
    used: set[str] = set()
    in_training = {id(node.output) for node in walk.builder.nodes if node.train_only}
    for spec in document.outputs or ():
        if spec.name in used:
            message, help_ = (
                f"two outputs are named `{spec.name}`",
                "`outputs: {name: layer}` gives other names",
            )
            walk.reports.add(Diagnostic("E305", "error", message, spec.key.span, help=help_))
            continue
        used.add(spec.name)
        value, train_only = _source(spec, walk, scope, in_training)
        result.append(Output(spec.name, value, train_only))
    return result


def _source(spec: OutputSpec, walk: Walk, scope: Scope, in_training: set[int]) -> tuple[Value, bool]:
    """The value of an output, and whether it exists in training alone (``in_training``: by its id)."""
    head = walk.heads.get(spec.source)
    if head is not None:
        return head.value, head.train_only
    try:
        if spec.source == "prev":
            raise Mistake("E301", "")
        value = scope.read(spec.source, None, training=True)
        return value, id(value) in in_training
    except Mistake as mistake:
        if mistake.code == "E301":
            mistake.code = "E308"
            mistake.message = f"there is no layer or head `{spec.source}` to be an output"
            known = (*walk.heads, *scope.bound)
            if "." not in spec.source:
                mistake.help = nearest(spec.source, known) or "name a head, or a layer by its path"
        walk.reports.add(diagnosis(mistake, spec.tree.span))
        return BROKEN, False


def _clash(name: str, head: HeadRecord, reports: Reports, *, default: bool) -> None:
    message = f"two outputs are named `{name}`"
    help_ = "a head is an output of its own: give it or the other output another name"
    if default:
        help_ = "the last value is the output `output`: give the head another name, or write `outputs`"
    reports.add(Diagnostic("E305", "error", message, head.span, help=help_))


def _input_clash(name: str, document: Document, walk: Walk) -> None:
    message = f"an input and an output are both named `{name}`"
    head = walk.heads.get(name)
    place = head.span if head is not None else document.all_inputs[name].key.span
    for spec in document.outputs or ():
        if spec.name == name:
            place = spec.key.span
    walk.reports.add(Diagnostic("E305", "error", message, place, help="rename one of them"))
