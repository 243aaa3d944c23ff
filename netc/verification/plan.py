"""Which batches and sizes a network is run at, and on which numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from netc.ops.sequence import Embed
from netc.report.summary import summarize
from netc.verification.report import Run

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from netc.graph import Graph
    from netc.types import Dim, Shape
    from netc.types.facts import Facts

BATCHES = (1, 3)
"""By default: one shows what is wrong with a network, several what is wrong with its batch axis."""

STEPS = 6
"""How many sizes above its smallest a symbol is tried at that has no ``max``, or one too large to be run."""

MOST_MACS = 60 * 10**9
"""Multiply-adds of a run that need not be done."""

MOST_BYTES = 2 * 2**30
"""Bytes of all its values together."""

MOST_INDICES = 10
"""Indices that nothing embeds are below this."""


class Plan(NamedTuple):
    """The runs, the smallest first, and those that are too large."""

    runs: tuple[Run, ...]
    left_out: tuple[Run, ...]


def planned(graph: Graph, batches: Sequence[int] | None) -> Plan:
    """The runs of a network: its sizes, at each of ``batches``.

    The first of them is always done, and at the first sizes all batches that are asked for; others are where
    they take at most ``MOST_MACS`` and ``MOST_BYTES``.
    """
    size = _Size(graph)
    tried = batches or BATCHES
    runs = [Run(batch, sizes) for sizes in _combinations(graph.facts, size, max(tried)) for batch in tried]
    wanted = {0} if batches is None else set(range(len(batches)))
    done = [run for place, run in enumerate(runs) if place in wanted or size.fits(run)]
    return Plan(tuple(done), tuple(run for run in runs if run not in done))


class _Size:
    """How large runs of one network are."""

    def __init__(self, graph: Graph) -> None:
        totals = summarize(graph).totals
        self._macs, self._bytes = totals.macs, totals.activation_bytes

    def fits(self, run: Run) -> bool:
        """Whether a run is small enough to be done without being asked for."""
        macs, size = (at(total, run.sizes) * run.batch for total in (self._macs, self._bytes))
        return macs <= MOST_MACS and size <= MOST_BYTES


def at(dim: Dim, sizes: Mapping[str, int]) -> int:
    """A dim where its symbols have these sizes."""
    return dim if isinstance(dim, int) else dim.at(sizes)


def shape_at(shape: Shape, run: Run) -> tuple[int, ...]:
    """A shape in a run, batch first."""
    return (run.batch, *(at(dim, run.sizes) for dim in shape))


def _combinations(facts: Mapping[str, Facts], size: _Size, batch: int) -> Iterator[Mapping[str, int]]:
    """Sizes for all symbols: all smallest, all the next, all largest, and by turns one and the other end.

    Where the largest are too large for a batch, others stand in for them, and they themselves come last.
    """
    low, following, largest = ({name: of[place] for name, of in _sizes(facts).items()} for place in range(3))
    fits = size.fits(Run(batch, largest))
    high = largest if fits else {name: _above(of, STEPS) for name, of in facts.items()}
    turns = [
        {name: (low if place % 2 == parity else high)[name] for place, name in enumerate(facts)}
        for parity in range(2)
    ]
    seen: list[Mapping[str, int]] = []
    for sizes in (low, following, high, *turns, largest):
        if sizes not in seen:
            seen.append(sizes)
            yield sizes


def _sizes(facts: Mapping[str, Facts]) -> dict[str, tuple[int, int, int]]:
    """For each symbol its smallest size, the next and the largest."""
    return {
        name: (
            _above(of, 0),
            _above(of, 1),
            _above(of, STEPS) if of.max is None else of.max // of.multiple_of * of.multiple_of,
        )
        for name, of in facts.items()
    }


def _above(facts: Facts, steps: int) -> int:
    """The size so many steps above the smallest, or the largest where there are fewer."""
    least, most = facts.ends
    factor = least + steps if most is None else min(least + steps, most)
    return factor * facts.multiple_of


def numbers(graph: Graph, run: Run, seed: int) -> dict[str, NDArray[Any]]:
    """For each input an array: float32 from a standard normal distribution, any bytes, or valid indices.

    They depend on the seed, the run and the input's place among the inputs.
    """
    import numpy as np  # loaded only where a network is run

    vocabulary = vocabularies(graph)
    made: dict[str, NDArray[Any]] = {}
    for place, value in enumerate(graph.inputs):
        chance = np.random.default_rng([seed, place, run.batch, *run.sizes.values()])
        shape = shape_at(value.type.shape, run)
        match value.type.dtype:
            case "float32":
                made[value.name] = chance.standard_normal(shape, np.float32)
            case "uint8":
                made[value.name] = chance.integers(0, 256, shape, np.uint8)
            case "int64":
                made[value.name] = chance.integers(0, vocabulary.get(value.name, MOST_INDICES), shape)
    return made


def vocabularies(graph: Graph) -> dict[str, int]:
    """For each input of indices that is embedded, the smallest vocabulary that it meets."""
    origins = {value: {value.name} for value in graph.inputs}
    found: dict[str, int] = {}
    for node in graph.evaluated:
        names = {name for value in node.inputs for name in origins.get(value, ())}
        if isinstance(node.op, Embed):
            found.update({name: min(node.op.vocab, found.get(name, node.op.vocab)) for name in names})
        elif node.output.type.dtype == "int64":
            origins[node.output] = names
    return found
