"""The story: text → tree → document → graph → artifact."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from netc.artifact import DEFAULT_OPSET, Request
from netc.diagnostics import Diagnostic, Note, Span, in_order
from netc.discovery import find_backend
from netc.elaborate import Overrides, Reports, elaborate
from netc.errors import FileError
from netc.language import parse
from netc.reader import read

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from netc.graph import Graph
    from netc.language import Document
    from netc.weights.rename import Rule


class Checked(NamedTuple):
    """What a check of one spec gives: the graph if there is no error, and every diagnostic."""

    graph: Graph | None
    diagnostics: list[Diagnostic]
    text: str


def check_bytes(data: bytes, file: str, overrides: Overrides, *, every_variant: bool = False) -> Checked:
    """Check one spec: the whole way from text to graph. Nothing is raised for a bad spec.

    A library of blocks, which has no layers, has no graph, and may have no errors. With ``every_variant``,
    and where none is chosen, a spec without errors is checked again with each of its variants.
    """
    with _uncollected():
        return _checked(data, file, overrides, every_variant=every_variant)


@contextmanager
def _uncollected() -> Generator[None]:
    """Keeps Python from looking for garbage: what a check makes lives to its end, and is bounded."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _checked(data: bytes, file: str, overrides: Overrides, *, every_variant: bool) -> Checked:
    reports = Reports()
    tree = read(data, file, reports.add)
    document = parse(tree, reports.add) if tree is not None else None
    graph = None
    if document is not None:
        graph = elaborate(document, stem(file), overrides, Span(file, 1, 1, 1, 2), reports)
    diagnostics = reports.all()
    if document is not None and every_variant and overrides.variant is None and not diagnostics:
        diagnostics = _of_variants(document, file, overrides)
    return Checked(None if reports.any() else graph, in_order(diagnostics), data.decode("utf-8", "replace"))


def _of_variants(document: Document, file: str, overrides: Overrides) -> list[Diagnostic]:
    """What a spec's variants add: one report a code and place, which names the first variant that has it."""
    found: dict[tuple[str, Span], Diagnostic] = {}
    for variant in document.variants:
        reports = Reports()
        chosen = Overrides(variant, overrides.params, overrides.origin)
        elaborate(document, stem(file), chosen, Span(file, 1, 1, 1, 2), reports)
        for one in reports.all():
            note = Note(f"with the variant `{variant}`")
            found.setdefault((one.code, one.span), one._replace(notes=(*one.notes, note)))
    return list(found.values())


class Compilation(NamedTuple):
    """What is compiled, and with which weights: given ones (a file, or arrays by name) or a seed's."""

    graph: Graph
    text: str
    version: str
    seed: int = 0
    weights: str | Path | Mapping[str, object] | None = None
    rules: tuple[Rule, ...] = ()
    opset: int = DEFAULT_OPSET
    optimize: bool = True

    def request(self) -> Request:
        """What a backend is given.

        Raises ``WeightsError`` where weights do not fit, ``FileError`` where their file cannot be read.
        """
        return Request(self.graph, self._arrays(), self.text, self.version, self.opset, self.optimize)

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
    return find_backend(backend).compile(compilation.request())


def write_artifact(compilation: Compilation, backend: str, path: str | Path) -> None:
    """Write a backend's file, whole or not at all."""
    from netc.files import whole  # noqa: PLC0415  # needed by compiling alone

    lowering = find_backend(backend)
    request = compilation.request()
    with whole(Path(path)) as temporary:
        lowering.write(request, temporary)


def write_weights(compilation: Compilation, path: str | Path) -> None:
    """Write the weights alone, as safetensors, whole or not at all."""
    from netc.files import whole  # noqa: PLC0415  # needed by compiling alone
    from netc.weights.file import write  # noqa: PLC0415  # loads numpy

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
