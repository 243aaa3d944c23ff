"""The seam between the compiler and its backends."""

from __future__ import annotations

import json
from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from netc.graph import Graph
    from netc.runtime import Session

DEFAULT_OPSET = 17

FloatType: TypeAlias = Literal["float32", "float16", "bfloat16"]
FLOAT_TYPES: tuple[FloatType, ...] = ("float32", "float16", "bfloat16")


class Precision(NamedTuple):
    """The numbers that an artifact computes with.

    ``dtype`` is the type of weights and of what is computed, ``io_dtype`` that of the inputs and outputs that
    the spec has in float32. ``quantize`` makes whole numbers of 8 bits of a float32 network, whose ranges are
    measured on the inputs in ``calibrate``: a folder or an ``.npz`` file, or arrays by the inputs' names.
    """

    dtype: FloatType = "float32"
    io_dtype: FloatType = "float32"
    quantize: str | None = None
    calibrate: str | Path | Mapping[str, NDArray[Any]] | None = None

    def problem(self) -> str | None:
        """Why there is no such precision, in a sentence, or ``None`` where there is."""
        floats = (self.dtype, self.io_dtype)
        strange = [name for name in floats if name not in FLOAT_TYPES]
        if strange:
            return f"there is no float type `{strange[0]}`: there are {', '.join(FLOAT_TYPES)}"
        if self.quantize is None:
            return None if self.calibrate is None else "`calibrate` serves `quantize`: ask for int8 with it"
        if self.quantize != "int8":
            return f"netc quantizes to int8, and `{self.quantize}` was asked for"
        if floats != ("float32", "float32"):
            return "`quantize` begins from float32: it goes with no `dtype` or `io-dtype` but that"
        if self.calibrate is None:
            return "`quantize` needs inputs to measure ranges on: name a folder or .npz file with `calibrate`"
        return None


class Written(NamedTuple):
    """What there is to say of a file that was written: the opset of an ONNX model; remarks, a line each."""

    opset: int | None = None
    remarks: tuple[str, ...] = ()


class Request(NamedTuple):
    """All that a backend is given.

    ``weights`` holds a float32 array in C order for each path of ``graph.parameters``, made or read
    when it is asked for (``netc.weights.pieces`` asks for it part by part); ``text`` is the spec as
    written, ``version`` netc's. ``opset`` is for ONNX, and ``None`` the lowest from 17 on that has what is
    needed; so is ``precision``. ``optimize`` tells that the graph went through netc's passes, and lets the
    backend rewrite what changes no result, too.
    ``imported`` are the texts of the files that the spec imports, by their paths from its folder, with `/`
    between folders. ``named`` says that outputs go by their names though one may be left of them, the others
    being train-only. ``suffix`` is that of the file asked for, in small letters: what is written may bear
    another name, that of the file behind a link.
    """

    graph: Graph
    weights: Mapping[str, NDArray[np.float32]]
    text: str
    version: str
    opset: int | None = DEFAULT_OPSET
    optimize: bool = False
    imported: Mapping[str, str] = MappingProxyType({})
    precision: Precision = Precision()
    named: bool = False
    suffix: str = ""

    @property
    def metadata(self) -> dict[str, str]:
        """What a file says of where it comes from, by keys that begin with ``netc.``, in their order."""
        facts = {
            "netc.spec": self.text,
            "netc.spec_sha256": sha256(self.text.encode()).hexdigest(),
            "netc.version": self.version,
        }
        if self.graph.facts:
            dims = {name: of_symbol._asdict() for name, of_symbol in self.graph.facts.items()}
            facts["netc.dims"] = json.dumps(dims)
        facts |= {f"netc.spec:{name}": text for name, text in self.imported.items()}
        return dict(sorted(facts.items()))


class Backend(Protocol):
    """What an entry point of the group ``netc.backends`` names: an object that lowers a graph.

    ``suffixes`` are those of the files it writes, such as ``.onnx``. One that has other precisions than
    float32 says so by an attribute ``has_precisions``, which is true; one whose artifacts are for inference
    alone by an attribute ``optimizes``, which is true, or holds the suffixes of the files that are: it is
    given a graph that went through netc's passes, unless the user wants the one that was written.
    """

    suffixes: tuple[str, ...]

    def compile(self, request: Request) -> object:
        """The artifact in memory: a module, a model."""
        ...

    def write(self, request: Request, path: Path) -> Written | None:
        """Write the artifact to ``path``, a file that nobody reads before this returns."""
        ...


class Evaluating(Protocol):
    """What ``netc verify`` asks of the backend ``torch`` beside the above: the numbers to compare with."""

    def session(self, request: Request) -> Session:
        """The network in evaluation, loaded once; its outputs are all that are not train-only."""
        ...


class Spelling(Protocol):
    """What ``Network.to_source`` asks of the backend ``torch`` beside the above."""

    def source(self, graph: Graph) -> str:
        """The network as one file of readable PyTorch, which needs no netc."""
        ...


class Divisible(Protocol):
    """What ``netc verify`` asks of the backend ``onnx`` beside the above: parts of a file that it wrote."""

    def values(self, path: Path) -> Collection[str]:
        """The names of the values that the model at ``path`` computes, its outputs included."""
        ...

    def cut(self, path: Path, value: str, target: Path) -> Collection[str]:
        """Write the part of the model that makes one of its ``values`` to ``target``, a file beside ``path``.

        That value is the part's one output, with the name, type and shape that it has in the whole. Gives the
        names of the inputs that the part reads.
        """
        ...
