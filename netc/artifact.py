"""The seam between the compiler and its backends."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from netc.graph import Graph

DEFAULT_OPSET = 17


class Request(NamedTuple):
    """All that a backend is given.

    ``weights`` holds a float32 array in C order for each path of ``graph.parameters``, made or read
    when it is asked for; ``text`` is the spec as written, ``version`` netc's. ``opset`` is for ONNX;
    ``optimize`` allows rewriting that changes no result. ``imported`` are the texts of the files that the
    spec imports, by their paths from its folder, with `/` between folders.
    """

    graph: Graph
    weights: Mapping[str, NDArray[np.float32]]
    text: str
    version: str
    opset: int = DEFAULT_OPSET
    optimize: bool = True
    imported: Mapping[str, str] = MappingProxyType({})


class Backend(Protocol):
    """What an entry point of the group ``netc.backends`` names: an object that lowers a graph.

    ``suffixes`` are those of the files it writes, such as ``.onnx``.
    """

    suffixes: tuple[str, ...]

    def compile(self, request: Request) -> object:
        """The artifact in memory: a module, a model."""
        ...

    def write(self, request: Request, path: Path) -> None:
        """Write the artifact to ``path``, a file that nobody reads before this returns."""
        ...
