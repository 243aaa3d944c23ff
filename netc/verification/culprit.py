"""Which layer it is that a runtime gets wrong: parts of the file are run until it is found."""

from __future__ import annotations

from contextlib import closing
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple, final

from netc.verification.comparison import Comparison, compared
from netc.verification.process import Failed, Feed, run_apart
from netc.verification.report import Place
from netc.verification.search import chain, first_wrong

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from netc.artifact import Divisible
    from netc.graph import Graph, Value
    from netc.runtime import Arrays
    from netc.verification.reference import Reference
    from netc.verification.search import Chain

MOST_TRIALS = 40
"""Parts that are run in one search."""

MOST_SECONDS = 120.0
"""That a search goes on for."""

PATIENCE = 30.0
"""Seconds that a part may take at most beyond what a run may: where the whole hangs, many parts do."""


class Model(NamedTuple):
    """The file that is verified, the network that it was made of, and the backend that wrote it."""

    path: Path
    graph: Graph
    backend: Divisible


class Case(NamedTuple):
    """A run that went wrong, of which runtime; what each part of it may take, in seconds, and differ by."""

    runtime: str
    inputs: Arrays
    limit: float
    rtol: float


class Found(NamedTuple):
    """Where numbers part first, or why that is not known."""

    place: Place | None
    remark: str = ""


class ExhaustedError(Exception):
    """A search has run all the parts that it may."""


def culprit(model: Model, reference: Reference, case: Case, outputs: Sequence[str]) -> Found:
    """The first value that goes wrong in a case, on the way to these outputs."""
    search = Search(model, reference, case)
    ends = [output.value for output in model.graph.outputs if output.name in outputs]
    ends = [value for value in dict.fromkeys(ends) if value in search.chain.names]
    try:
        value = first_wrong(search.chain, ends, search.agrees)
    except ExhaustedError:
        return Found(None, search.so_far())
    if value is None:
        return Found(None, "each part that makes one value agrees, and the whole does not")
    return Found(search.place(value))


@final
class Search:
    """The parts that were run, and what came of them."""

    def __init__(self, model: Model, reference: Reference, case: Case) -> None:
        self.chain: Chain = chain(model.graph, model.backend.values(model.path))
        self._model = model
        self._reference = reference
        self._case = case
        self._seen: dict[Value, Comparison | Failed] = {}
        self._end = perf_counter() + MOST_SECONDS

    def agrees(self, value: Value) -> bool:
        """Whether the part that makes a value makes it as torch does. Raises ``ExhaustedError``."""
        if value not in self._seen:
            if len(self._seen) >= MOST_TRIALS or perf_counter() > self._end:
                raise ExhaustedError
            self._seen[value] = self._tried(value)
        seen = self._seen[value]
        return isinstance(seen, Comparison) and seen.within(self._case.rtol)

    def _tried(self, value: Value) -> Comparison | Failed:
        import numpy as np  # loaded only where a network is run

        name, whole, case = self.chain.names[value], self._model.path, self._case
        part, path = whole.with_name("part.onnx"), whole.with_name("part.npz")
        read = tuple(self._model.backend.cut(whole, name, part))
        np.savez(path, *(case.inputs[one] for one in read))
        expected = self._reference.value(value, case.inputs)
        with closing(
            run_apart(case.runtime, part, [Feed(path, read)], [min(case.limit, PATIENCE)])
        ) as results:
            result = next(results)
        return result if isinstance(result, Failed) else compared(result.outputs, {name: expected})

    def place(self, value: Value) -> Place:
        """Where a value that was tried is made, and how it differs."""
        seen = self._seen[value]
        node = next(node for node in self._model.graph.nodes if node.output is value)
        layer = self._model.graph.layers.get(node.layer)
        kind = type(node.op).__name__.lower() if layer is None else layer.kind
        span = None if layer is None else layer.span
        return Place(value.path, kind, span, seen.difference if isinstance(seen, Comparison) else None)

    def so_far(self) -> str:
        """What a search that was not ended has found."""
        wrong = [value.path for value in self.chain.reads if value in self._seen and not self.agrees(value)]
        already = f"; `{wrong[0]}` is wrong already" if wrong else ""
        return f"the search for it was given up after {len(self._seen)} parts of the network{already}"
