"""Tables over the remainder of a symbolic size, as arithmetic."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from netc.errors import Mistake
from netc.types.dims import MOST_RESIDUES

if TYPE_CHECKING:
    from collections.abc import Callable

    from netc.types.dims import Dim
    from netc.types.symbolic import Symbolic

_MOST_STEPS = 1_000
"""Floors that a table may take."""


def by_residue(dim: Symbolic, modulus: int, table: Callable[[int], int]) -> Dim:
    """``table(dim mod modulus)`` as a sum of floors.

    ``dim mod m`` is ``dim − m·⌊dim/m⌋``, and ``⌊(dim + m − r)/m⌋ − ⌊dim/m⌋`` is 1 where it is ``r`` or more,
    else 0.
    """
    if modulus > MOST_RESIDUES:
        label = f"{modulus:,} residues of {dim}"
        raise Mistake("E104", _TOO_MANY, label=label, help=f"at most {MOST_RESIDUES:,}: {_HELP}")
    values = [table(residue) for residue in range(modulus)]
    steps = [after - before for before, after in pairwise(values)]
    slope = Counter(steps).most_common(1)[0][0] if steps else 0
    bends = [(residue, step - slope) for residue, step in enumerate(steps, start=1) if step != slope]
    if len(bends) > _MOST_STEPS:
        label = f"{len(bends):,} steps in {modulus:,} residues of {dim}"
        raise Mistake("E104", _TOO_MANY, label=label, help=f"at most {_MOST_STEPS:,}: {_HELP}")
    base = dim // modulus
    result = values[0] + slope * (dim - modulus * base)
    for residue, height in bends:
        result = result + height * ((dim + (modulus - residue)) // modulus - base)
    return result


_TOO_MANY = "a stride over a symbolic size has too many cases"
_HELP = "use a smaller stride, or give the input a number there"
