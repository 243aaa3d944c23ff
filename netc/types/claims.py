"""Decides claims about symbolic sizes, for every size that the facts allow.

A sum of parts in one symbol each is decided part by part (``netc.types.parts``). Of anything else only a
lower bound, by intervals, is tried, and the claim may stay undecided.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product as grid
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from netc.types.parts import MOST_CLASSES, Part, column, parts_of
from netc.types.symbolic import Symbol, Symbolic, evaluate, settled, symbols_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from netc.types.dims import Dim
    from netc.types.symbolic import Atom, Monomial, Terms

_NEAR = 8
"""Small sizes a symbol that a search looks at where nothing better is known."""

_SIMPLE = 4_096
"""The longest period in which a simpler form is looked for."""

Values: TypeAlias = "Mapping[str, int]"
"""Sizes of symbols, by name."""


class Verdict(NamedTuple):
    """Whether a claim holds for all sizes; ``values`` break it, and are empty where it is undecided."""

    holds: bool
    values: Values = {}  # noqa: RUF012  # nobody writes to it


HOLDS = Verdict(True)
UNDECIDED = Verdict(False)


@lru_cache(4096)
def never_negative(terms: Terms) -> Verdict:
    """Whether a polynomial is 0 or more for every size."""
    bound = interval(terms)[0]
    if bound is not None and bound >= 0:
        return HOLDS
    split = parts_of(terms)
    if split is None:
        return UNDECIDED
    parts, constant = split
    minima = [part.minimum() for part in parts]
    known = [minimum for minimum in minima if minimum is not None]
    if len(known) == len(parts) and constant + sum(value for value, _ in known) >= 0:
        return HOLDS
    atoms = {
        part.symbol.name: part.symbol.least if minimum is None else minimum[1]
        for part, minimum in zip(parts, minima, strict=True)
    }
    by_need = sorted(zip(parts, minima, strict=True), key=lambda pair: pair[1] is not None)
    for part, _ in by_need:  # first those that fall without end make it negative, then each is made small
        others = sum(_value(other, atoms) for other in parts if other is not part)
        below = part.first_below(-constant - others)
        assert below is not None, "what is negative now has a first place where it is"
        atoms[part.symbol.name] = below
    return Verdict(False, _sizes(parts, atoms))


@lru_cache(4096)
def always_zero(terms: Terms) -> Verdict:
    """Whether a polynomial is 0 for every size."""
    split = parts_of(terms)
    if split is None:
        return UNDECIDED
    parts, constant = split
    atoms = {part.symbol.name: part.symbol.least for part in parts}
    if constant + sum(_value(part, atoms) for part in parts):
        return Verdict(False, _sizes(parts, atoms))
    for part in parts:
        changed = part.first_change()
        if changed is not None:
            return Verdict(False, _sizes(parts, {**atoms, part.symbol.name: changed}))
    return HOLDS


def _value(part: Part, atoms: Mapping[str, int]) -> int:
    return part.values(atoms[part.symbol.name], 1)[0]


def _sizes(parts: Sequence[Part], atoms: Mapping[str, int]) -> Values:
    return {part.symbol.name: atoms[part.symbol.name] * part.symbol.multiple_of for part in parts}


def counterexample(terms: Terms, breaks: Callable[[int], bool]) -> Values:
    """Values at which a polynomial breaks a claim that no rule decides, if some of the smallest do."""
    symbols = symbols_of(terms)
    if len(symbols) == 1:
        [(name, symbol)] = symbols.items()
        atoms = _first_atoms(symbol, MOST_CLASSES)
        found = (atom for atom, value in zip(atoms, column(terms, atoms), strict=True) if breaks(value))
        first = next(found, None)
        return {} if first is None else {name: first * symbol.multiple_of}
    most = _NEAR if len(symbols) <= 3 else 1
    ranges = [_first_atoms(symbol, most) for symbol in symbols.values()]
    for combination in sorted(grid(*ranges), key=sum):
        sizes = zip(symbols.values(), combination, strict=True)
        values = {symbol.name: atom * symbol.multiple_of for symbol, atom in sizes}
        if breaks(evaluate(terms, values)):
            return values
    return {}


def _first_atoms(symbol: Symbol, count: int) -> range:
    last = symbol.least + count - 1
    return range(symbol.least, (last if symbol.most is None else min(last, symbol.most)) + 1)


def interval(terms: Terms) -> tuple[int | None, int | None]:
    """Bounds of a polynomial, each ``None`` where there is none or none is known."""
    low: int | None = 0
    high: int | None = 0
    for monomial, coefficient in terms:
        least, most = _monomial_interval(monomial)
        if coefficient < 0:
            least, most = most, least
        low = None if low is None or least is None else low + coefficient * least
        high = None if high is None or most is None else high + coefficient * most
    return low, high


def _monomial_interval(monomial: Monomial) -> tuple[int | None, int | None]:
    low, high = 1, 1
    unbounded = False
    for atom in monomial:
        least, most = _atom_interval(atom)
        if least is None or least < 0:
            return None, None
        low *= least
        unbounded = unbounded or most is None
        high *= most or 0
    return low, None if unbounded else high


def _atom_interval(atom: Atom) -> tuple[int | None, int | None]:
    if isinstance(atom, Symbol):
        return atom.least, atom.most
    low, high = interval(atom.terms)
    return None if low is None else low // atom.divisor, None if high is None else high // atom.divisor


@lru_cache(4096)
def simplest(dim: Symbolic) -> Dim:
    """The same size as one floor of a linear numerator, such as ``ceil(H/2)``, where it is one."""
    if all(atom.rank == 0 for monomial, _ in dim.terms for atom in monomial):
        return dim
    split = parts_of(dim.terms)
    if split is None or len(split[0]) != 1:
        return dim
    part, constant = split[0][0], split[1]
    if part.period > _SIMPLE:
        return dim
    start = part.symbol.least
    values = part.values(start, part.period)
    rests = [part.period * value - part.increment * (start + index) for index, value in enumerate(values)]
    if max(rests) >= min(rests) + part.period:
        return dim
    numerator = settled({(part.symbol,): part.increment, (): max(rests)})
    return numerator // part.period + constant
