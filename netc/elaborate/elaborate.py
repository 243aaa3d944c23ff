"""From the document to the typed graph: blocks, loops, repeats, sugar and defaults are gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc.elaborate.blocks import check_blocks
from netc.elaborate.described import LayerRecords
from netc.elaborate.outputs import outputs
from netc.elaborate.params import Overrides, input_value, param_names
from netc.elaborate.scope import ANY, BROKEN, File, Place, Scope
from netc.elaborate.walk import Walk
from netc.graph import Graph

if TYPE_CHECKING:
    from netc.diagnostics import Span
    from netc.elaborate.reports import Reports
    from netc.language import Document


def elaborate(
    document: Document, name: str, overrides: Overrides, start: Span, reports: Reports
) -> Graph | None:
    """The graph that a document means, or nothing where it has errors, which are reported.

    ``name`` is the network's where the document gives none; ``start`` the place of what concerns the whole.
    """
    names = param_names(document, overrides, start, reports)
    blocks = check_blocks(document, reports)
    if document.layers is None:
        return None
    inputs = {key: input_value(key, spec, names, reports) for key, spec in document.all_inputs.items()}
    entering = next(iter(inputs.values()), BROKEN) if len(inputs) < 2 else None  # which of two?
    scope = Scope("", None, entering)
    scope.unread = None if inputs else ANY
    scope.reserve(inputs, "it is an input of the network")
    for key, value in inputs.items():
        scope.bind(key, value)
    walk = Walk(reports)
    place = Place(scope, File(names, blocks, document.defaults), names)
    walked = walk.layers(document.layers, place, entering)
    found = outputs(document, walk, walked, scope)
    if reports.any():
        return None
    return Graph(
        document.name or name,
        document.doc,
        tuple(inputs.values()),
        found,
        tuple(walk.builder.nodes),
        walk.builder.parameters,
        LayerRecords(walk.records),
    )
