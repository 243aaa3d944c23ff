"""The story: text → tree → document → graph → artifact."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, cast

from netc.artifact import Precision, Request, Written
from netc.diagnostics import Diagnostic, Note, Span, in_order
from netc.discovery import find_backend, require_for_weights
from netc.elaborate import Overrides, Reports, elaborate
from netc.errors import BackendError, FileError
from netc.language import NO_IMPORTS, parse
from netc.reader import read

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from netc.artifact import Backend, Spelling
    from netc.graph import Graph
    from netc.language import Document, ImportedFiles, Imports
    from netc.lint import Linter, Selection
    from netc.reader import Source
    from netc.weights.rename import Rule


_MUCH = 1_000_000
"""Objects that were made since garbage was looked for: about 200 MB of them."""


class Checked(NamedTuple):
    """What a check of one spec gives: the graph if there is no error, and every diagnostic.

    ``imported`` are the texts of the files it imports, by their paths from the spec's folder; ``sources``
    all texts, the spec's own included, by the names that diagnostics give them.
    """

    graph: Graph | None
    diagnostics: list[Diagnostic]
    text: str
    imported: Mapping[str, str]
    sources: Mapping[str, str]


def check_bytes(
    data: bytes,
    file: str,
    overrides: Overrides,
    *,
    every_variant: bool = False,
    warnings: Selection | None = None,
) -> Checked:
    """Check one spec: the whole way from text to graph. Nothing is raised for a bad spec.

    The files that it imports are looked for from the folder of ``file``, be there such a file or not.
    A library of blocks, which has no layers, has no graph, and may have no errors. With ``every_variant``,
    and where none is chosen, a spec without errors is checked again with each of its variants. Warnings are
    looked for where a selection of them is given.
    """
    with _uncollected():
        return _checked(data, file, overrides, every_variant, warnings)


@contextmanager
def _uncollected() -> Generator[None]:
    """Keeps Python from looking for garbage: what a check or a backend makes lives on, and is bounded."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _collect_much() -> None:
    """Looks for garbage all the same where there may be much: a network is gone when it is checked."""
    if gc.get_count()[0] > _MUCH:
        gc.collect()


def _checked(
    data: bytes, file: str, overrides: Overrides, every_variant: bool, warnings: Selection | None
) -> Checked:
    reports = Reports()
    tree = read(data, file, reports.add)
    document = parse(tree, reports.add) if tree is not None else None
    imported = _imported(document, file, reports) if document is not None else NO_IMPORTS
    linter = _linter(warnings, tree.source) if warnings is not None and tree is not None else None
    graph = None
    diagnostics = reports.all()
    if document is not None:
        spec = _Spec(document, imported.imports, file, linter)
        if linter is not None and not reports.any():
            linter.document(document, reports.add)
        graph = spec.graph(overrides, reports)
        diagnostics = reports.all()
        every_variant = every_variant and overrides.variant is None
        if every_variant and not reports.any():
            diagnostics += spec.of_variants(overrides, diagnostics)
    if linter is not None:
        diagnostics = linter.unsilenced(diagnostics, every_choice=every_variant and not overrides.params)
    text = data.decode("utf-8", "replace")
    return Checked(graph, in_order(diagnostics), text, imported.texts, {**imported.sources, file: text})


def _linter(warnings: Selection, source: Source) -> Linter:
    from netc.lint import Linter  # noqa: PLC0415  # needed by a check alone

    return Linter(warnings, source)


def _imported(document: Document, file: str, reports: Reports) -> ImportedFiles:
    """The files that a document imports."""
    if not document.imports:
        return NO_IMPORTS
    from netc.language.imports import read_imported  # noqa: PLC0415  # needed where a spec imports

    return read_imported(document, file, reports.add)


class _Spec(NamedTuple):
    """A spec that could be read, and what is asked each time its graph is built."""

    document: Document
    imports: Imports
    file: str
    linter: Linter | None

    def graph(self, overrides: Overrides, reports: Reports) -> Graph | None:
        """The graph with these overrides; errors are reported, and warnings where they are asked for."""
        start = Span(self.file, 1, 1, 1, 2)
        elaborated = elaborate(self.document, stem(self.file), overrides, start, reports, self.imports)
        if elaborated is None:
            return None
        if self.linter is not None:
            self.linter.network(self.document, elaborated, reports.add)
        return elaborated.graph if elaborated.whole else None

    def of_variants(self, overrides: Overrides, known: list[Diagnostic]) -> list[Diagnostic]:
        """What the variants add: one report a code and place, which names the first variant that has it."""
        found: dict[tuple[str, Span], Diagnostic] = {}
        places = {(one.code, one.span) for one in known}
        for variant in self.document.variants:
            _collect_much()
            reports = Reports()
            self.graph(Overrides(variant, overrides.params, overrides.origin), reports)
            for one in reports.all():
                if (one.code, one.span) not in places:
                    note = Note(f"with the variant `{variant}`")
                    found.setdefault((one.code, one.span), one._replace(notes=(*one.notes, note)))
        return list(found.values())


class Compilation(NamedTuple):
    """What is compiled, and with which weights: given ones (a file, or arrays by name) or a seed's.

    ``optimize`` is ``None`` where the backend decides, ``outputs`` are empty where they are the spec's.
    """

    graph: Graph
    text: str
    version: str
    seed: int = 0
    weights: str | Path | Mapping[str, object] | None = None
    rules: tuple[Rule, ...] = ()
    opset: int | None = None
    optimize: bool | None = None
    imported: Mapping[str, str] = MappingProxyType({})
    precision: Precision = Precision()
    outputs: tuple[str, ...] = ()

    def request(self, optimize: bool = False) -> Request:
        """What a backend is given: the graph as written, or an optimised one.

        Raises ``OutputsError`` where ``outputs`` are not the network's, ``WeightsError`` where weights do not
        fit, ``FileError`` where their file cannot be read, ``BackendError`` where what weights are made with
        is not installed.
        """
        require_for_weights()
        graph, weights = self.chosen(), self._arrays()
        named = any(output.train_only for output in graph.outputs)
        if optimize:
            from netc.passes import optimize as optimized  # noqa: PLC0415  # needed by compiling alone
            from netc.weights.formulas import FoldedWeights  # noqa: PLC0415  # loads numpy

            graph = optimized(graph)
            weights = FoldedWeights(graph.parameters, weights)
        return Request(
            graph,
            weights,
            self.text,
            self.version,
            self.opset,
            optimize,
            self.imported,
            self.precision,
            named,
        )

    def optimizes(self, backend: Backend, suffix: str) -> bool:
        """Whether a file of ``suffix`` (in memory: none) is optimised: as asked, or as the backend would."""
        if self.optimize is not None:
            return self.optimize
        usual = getattr(backend, "optimizes", False)
        return usual if isinstance(usual, bool) else suffix in usual

    def chosen(self) -> Graph:
        """The graph, with the outputs that were asked for."""
        if not self.outputs:
            return self.graph
        from netc.passes.outputs import with_outputs  # noqa: PLC0415  # needed where they are not the spec's

        return with_outputs(self.graph, self.outputs)

    def _arrays(self) -> Mapping[str, NDArray[np.float32]]:
        from netc.weights.initial import InitialWeights  # noqa: PLC0415  # loads numpy

        if self.weights is None:
            return InitialWeights(self.graph.parameters, self.seed)
        from netc.weights.file import read as read_weights  # noqa: PLC0415  # loads numpy
        from netc.weights.match import GivenWeights  # noqa: PLC0415  # loads numpy

        given = self.weights
        tensors = read_weights(Path(given)) if isinstance(given, str | Path) else given
        return GivenWeights(self.graph.parameters, tensors, self.rules)


def compile_in_memory(compilation: Compilation, backend: str) -> object:
    """The artifact that a backend makes: a module, a model."""
    lowering = find_backend(backend)
    require_precision(compilation.precision, backend, lowering)
    with _uncollected():
        return lowering.compile(compilation.request(compilation.optimizes(lowering, "")))


def source_of(graph: Graph) -> str:
    """A graph as PyTorch source. Raises ``BackendError`` where torch is not installed."""
    return cast("Spelling", find_backend("torch")).source(graph)


def write_artifact(compilation: Compilation, backend: str, path: str | Path) -> Written:
    """Write a backend's file, whole or not at all."""
    from netc.files import whole  # noqa: PLC0415  # needed by compiling alone

    lowering = find_backend(backend)
    require_precision(compilation.precision, backend, lowering)
    suffix = Path(path).suffix.lower()
    request = compilation.request(compilation.optimizes(lowering, suffix))._replace(suffix=suffix)
    with whole(Path(path)) as temporary:
        return lowering.write(request, temporary) or Written()


def require_precision(precision: Precision, name: str, backend: Backend | None) -> None:
    """Raise ``BackendError`` for a precision that there is not, or that the backend of this name has not."""
    problem = precision.problem()
    if problem is not None:
        raise BackendError(problem)
    if precision != Precision() and not getattr(backend, "has_precisions", False):
        raise BackendError(
            f"`dtype`, `io-dtype` and `quantize` are for ONNX models, and `{name}` writes float32 alone"
        )


def write_weights(compilation: Compilation, path: str | Path) -> None:
    """Write the weights alone, as safetensors, whole or not at all."""
    from netc.files import whole  # noqa: PLC0415  # needed by compiling alone
    from netc.weights.file import write  # noqa: PLC0415  # loads numpy

    require_precision(compilation.precision, "safetensors", None)
    request = compilation.request()
    with whole(Path(path)) as temporary:
        write(temporary, request.graph.parameters, request.weights, {"netc.version": request.version})


def stem(file: str) -> str:
    """A network's name where its spec gives none: the file's stem, made an identifier.

    >>> stem("specs/my-net.yaml"), stem("2net.yaml")
    ('my_net', '_2net')
    """
    name = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in Path(file).stem)
    return f"_{name}"[:64] if not name or name[0].isdigit() else name[:64]


def read_file(path: str | Path) -> bytes:
    """A file's bytes. Raises ``FileError`` where it cannot be read."""
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror or error}") from error
