"""Calibration inputs, checked: every array fits the input that it is for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from netc.errors import FileError
from netc.types import shape_text
from netc.types.dims import symbol_names
from netc_onnx.quantization.sources import Arrays, Source, sources
from netc_onnx.quantization.unreadable import UnreadableError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netc.graph import Graph, Value
    from netc.types import TensorType

BATCH = 16
"""Samples that are run at a time, at most."""

MOST_LINES = 100

KINDS = {"float32": "f", "uint8": "u", "int64": "iu"}
"""For each type of an input, the kinds of NumPy's types that become it without loss of meaning."""


class Calibration(NamedTuple):
    """Inputs that fit a network: ``samples`` of them, in ``places``, each read when it is asked for."""

    graph: Graph
    places: tuple[Source, ...]
    samples: int

    def batches(self) -> Iterator[dict[str, NDArray[Any]]]:
        """Arrays by the inputs' names, at most ``BATCH`` samples each, in order.

        Raises ``FileError`` for a file that fits no more.
        """
        for source in self.places:
            problems: list[str] = []
            arrays = _fitted(source, self.graph, problems)
            if problems:
                raise FileError(f"a calibration input changed while it was used: {problems[0]}")
            count = len(next(iter(arrays.values())))
            for start in range(0, count, BATCH):
                yield {name: array[start : start + BATCH] for name, array in arrays.items()}


def calibration(graph: Graph, calibrate: str | Path | Mapping[str, NDArray[Any]]) -> Calibration:
    """The calibration inputs of ``graph``, each read once to check it.

    Raises ``FileError`` with all that does not fit, a line each, 100 at most.
    """
    places = tuple(sources(calibrate, graph.inputs))
    problems: list[str] = []
    samples = 0
    for source in places:
        arrays = _fitted(source, graph, problems)
        samples += len(next(iter(arrays.values()))) if arrays else 0
    if problems:
        rest = len(problems) - MOST_LINES
        lines = [*problems[:MOST_LINES], *([f"and {rest:,} more"] if rest > 0 else [])]
        raise FileError("\n  ".join(["the calibration inputs do not fit the network:", *lines]))
    return Calibration(graph, places, samples)


def _fitted(source: Source, graph: Graph, problems: list[str]) -> Arrays:
    """One source's arrays by the inputs' names, samples along the first axis; none where one is wrong."""
    before = len(problems)
    try:
        named = _named(source.read(), graph.inputs)
        sizes: dict[str, int] = {}
        fitted = {
            value.name: _fit(named[value.name], value, source, sizes, problems) for value in graph.inputs
        }
    except UnreadableError as error:
        problems.append(f"{source.name} {error}")
        return {}
    problems += [f"{source.name}: {problem}" for problem in _misfit_sizes(sizes, graph)]
    counts = {name: len(array) for name, array in fitted.items()}
    if len(set(counts.values())) > 1:
        listed = ", ".join(f"{count:,} for `{name}`" for name, count in counts.items())
        problems.append(f"{source.name}: the inputs have different numbers of samples: {listed}")
    return fitted if len(problems) == before else {}


def _named(arrays: Arrays, inputs: tuple[Value, ...]) -> Arrays:
    """The arrays by the inputs' names; where both are one, the array's name may be another."""
    if len(inputs) == len(arrays) == 1:
        return {inputs[0].name: next(iter(arrays.values()))}
    missing = [f"`{value.name}`" for value in inputs if value.name not in arrays]
    if missing:
        there = ", ".join(f"`{name}`" if name else "one without a name" for name in arrays) or "none"
        raise UnreadableError(f"has no array for {', '.join(missing)}; those in it: {there}")
    return arrays


def _fit(
    array: NDArray[Any], value: Value, source: Source, sizes: dict[str, int], problems: list[str]
) -> NDArray[Any]:
    """One input's samples, of its own type; ``sizes`` takes what its symbols stand for."""
    type_ = value.type
    if array.ndim == type_.rank and not source.batched:
        array = array[np.newaxis]
    found = list(_misfits(array, type_, batched=source.batched))
    if not found:
        symbols = [
            (name, size)
            for size, dim in zip(array.shape[1:], type_.shape, strict=True)
            for name in symbol_names(dim)
        ]
        found += [
            f"has {size} for `{name}`, which is {sizes[name]} before"
            for name, size in symbols
            if sizes.setdefault(name, size) != size
        ]
    problems += [f"{source.name}: `{value.name}` {problem}" for problem in found]
    return np.atleast_1d(array) if found else _converted(array, type_)


def _converted(array: NDArray[Any], type_: TensorType) -> NDArray[Any]:
    with np.errstate(over="ignore"):
        return array.astype(type_.dtype, copy=False)


def _misfits(array: NDArray[Any], type_: TensorType, *, batched: bool) -> Iterator[str]:
    """What is wrong with an array as samples of an input, in words that follow its name."""
    if array.dtype.kind not in KINDS[type_.dtype] or (type_.dtype == "uint8" and array.dtype != np.uint8):
        yield f"holds {array.dtype}, and the input is {type_.dtype}"
        return
    shape = tuple(dim if isinstance(dim, int) else None for dim in type_.shape)
    own = array.shape[1:] if array.ndim == type_.rank + 1 else None
    if own is None or any(wanted not in (None, size) for wanted, size in zip(shape, own, strict=True)):
        wanted = f"[samples, {', '.join(map(str, type_.shape))}]".replace(", ]", "]")
        single = "" if batched else ", or one sample without the first axis"
        yield f"has the shape {shape_text(array.shape)}, and {wanted} is needed{single}: nothing is resized"
        return
    if not array.size:
        yield f"is empty: its shape is {shape_text(array.shape)}"
    strange = array.size - int(np.count_nonzero(np.isfinite(_converted(array, type_))))
    if strange:
        yield f"has {strange:,} of {array.size:,} numbers that are infinite or NaN"


def _misfit_sizes(sizes: Mapping[str, int], graph: Graph) -> Iterator[str]:
    """Sizes that the network's symbols do not stand for."""
    for name, size in sizes.items():
        facts = graph.facts[name]
        too_large = facts.max is not None and size > facts.max
        if size < facts.min or too_large or size % facts.multiple_of:
            yield f"`{name}` is {size}, and the spec says: {facts}"
