"""From the document to the typed graph: blocks, loops, repeats, sugar and defaults are gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from netc.elaborate.alone import check_unused
from netc.elaborate.described import LayerRecords
from netc.elaborate.dims import Symbols
from netc.elaborate.files import file_of
from netc.elaborate.inputs import as_read, input_value
from netc.elaborate.outputs import outputs
from netc.elaborate.params import Overrides, param_names
from netc.elaborate.scope import ANY, BROKEN, Place, Scope
from netc.elaborate.walk import Walk
from netc.graph import Graph, Value

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from netc.diagnostics import Span
    from netc.elaborate.described import RawRecord
    from netc.elaborate.reports import Reports
    from netc.language import Document, Imports


class Elaborated(NamedTuple):
    """The graph that a document means, and for each of its layers by path what was written where.

    Where the document has errors the graph is not ``whole``: it holds what could be built, and is for
    warnings alone. ``measured`` are values whose size a layer asks for that need not read them.
    """

    graph: Graph
    records: Mapping[str, RawRecord]
    whole: bool
    measured: Collection[Value] = ()


def elaborate(
    document: Document, name: str, overrides: Overrides, start: Span, reports: Reports, imports: Imports
) -> Elaborated | None:
    """The graph that a document means, its errors reported; nothing for a library of blocks.

    ``name`` is the network's where the document gives none; ``start`` the place of what concerns the whole;
    ``imports`` are the files that the document imports.
    """
    names = param_names(document, overrides, start, reports)
    file = file_of(document, names, imports, reports)
    if document.layers is None:
        check_unused(file, set(), reports)
        return None
    symbols = Symbols(document.dims, names, reports)
    inputs = {
        key: input_value(key, spec, names, symbols, reports) for key, spec in document.all_inputs.items()
    }
    symbols.check_read(inputs.values(), reports)
    walk = Walk(reports)
    read = {key: as_read(value, walk.builder) for key, value in inputs.items()}
    entering = next(iter(read.values()), BROKEN) if len(read) < 2 else None  # which of two?
    scope = Scope("", None, entering)
    scope.unread = None if inputs else ANY
    scope.reserve(inputs, "it is an input of the network")
    for key, value in read.items():
        scope.bind(key, value)
    place = Place(scope, file, names)
    walked = walk.layers(document.layers, place, entering)
    check_unused(file, walk.used, reports)
    found = outputs(document, walk, walked, scope)
    graph = Graph(
        document.name or name,
        document.doc,
        tuple(inputs.values()),
        found,
        tuple(walk.builder.nodes),
        walk.builder.parameters,
        LayerRecords(walk.records),
        symbols.facts,
    )
    return Elaborated(graph, walk.records, not reports.any(), walk.measured)
