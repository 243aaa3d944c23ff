"""What a program of torch.export checks of its inputs beside the ranges of their sizes.

Torch notes what it decided on while it traced. Most of it is that something has not size 1, which is so for
all sizes that were traced for, though torch could not prove it: such a guard would keep smaller ones out.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from netc_torch.ranges import ORDINARY, axes, facts_of, first_steps, sizes_above, smallest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from torch.export import ExportedProgram

    from netc.graph import Graph

GUARDS = "_guards_code"
"""The attribute with the guards, each a Python expression, in versions of torch whose programs check any."""

DRAWS = 200
"""Sizes, drawn at random, at which a guard is asked."""

FARTHEST = 1000
"""Steps above the smallest sizes that are traced for, at most, of what is drawn."""


class Sized:
    """An input, as guards ask for it: its sizes."""

    def __init__(self, sizes: tuple[int, ...]) -> None:
        self._sizes = sizes

    def size(self) -> tuple[int, ...]:
        """All sizes."""
        return self._sizes


def loosen(program: ExportedProgram, graph: Graph) -> None:
    """Take away the guards that hold at all sizes that were traced for, unless they say what the facts say.

    What these say, and torch does not check, is added.
    """
    guards: list[str] = getattr(program, GUARDS, [])
    names = [name for name in program.graph_signature.user_inputs if isinstance(name, str)]
    drawn = [placed(graph, names, sizes) for sizes in draws(graph)]
    guards[:] = [guard for guard in guards if is_fact(guard) or not all(holds(guard, one) for one in drawn)]
    guards += missing(graph, names)


def missing(graph: Graph, names: list[str]) -> Iterator[str]:
    """The guards that something is 2 at least: torch takes that for granted."""
    for name, value in zip(names, graph.inputs, strict=True):
        for index, symbol in axes(value):
            if smallest(facts_of(graph)[symbol]) == ORDINARY:
                yield f"L[{name!r}].size()[{index}] >= {ORDINARY}"


def is_fact(guard: str) -> bool:
    """Whether a guard says what an input's size is a multiple of, as ``(L['x'].size()[2] % 4) == 0``."""
    return guard.startswith("(L[") and guard.endswith(") == 0") and guard.count("%") == 1


def draws(graph: Graph) -> list[dict[str, int]]:
    """Sizes of all symbols, far and near, each above the smallest that is traced for."""
    chance = Random(0)  # noqa: S311  # no secret: the same sizes each time
    first = first_steps(graph)
    levels = [
        sizes_above(graph, first + min(steps, FARTHEST))
        for steps in (*range(16), *(2**n for n in range(4, 11)))
    ]
    return [{name: chance.choice(levels)[name] for name in facts_of(graph)} for _ in range(DRAWS)]


def placed(graph: Graph, names: list[str], sizes: Mapping[str, int]) -> dict[str, Sized]:
    """Each input by the name that it has in guards."""
    found: dict[str, Sized] = {}
    for name, value in zip(names, graph.inputs, strict=True):
        shape = [0, *(0 if not isinstance(size, int) else size for size in value.type.shape)]
        for index, symbol in axes(value):
            shape[index] = sizes[symbol]
        found[name] = Sized(tuple(shape))
    return found


def holds(guard: str, inputs: Mapping[str, Sized]) -> bool:
    """Whether a guard holds; one that asks for more than sizes does not."""
    try:
        return bool(eval(guard, {"__builtins__": {}}, {"L": inputs}))  # noqa: S307  # torch wrote it, and runs it
    except Exception:  # whatever it asks for, it stays
        return False
