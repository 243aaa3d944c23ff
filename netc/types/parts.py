"""Polynomials in one symbol, whose values repeat, and sums of such.

Where its floors are linear, such a polynomial is affine on each residue class of its period (the divisors'
product at most): after a period it repeats, but for an increment. So one period, and where it falls the
last one, say all of it.
"""

from __future__ import annotations

from functools import lru_cache
from math import gcd, lcm
from typing import TYPE_CHECKING, NamedTuple

from netc.types.symbolic import Symbol, symbols_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netc.types.symbolic import Atom, Monomial, Terms

MOST_CLASSES = 65_536
"""Residue classes that are looked at, at most."""


class Part(NamedTuple):
    """A polynomial in one symbol: ``increment`` is what it gains over ``period`` steps of the atom.

    A period of 0 says that there is none, or one of too many classes.
    """

    terms: Terms
    symbol: Symbol
    period: int
    increment: int

    def values(self, start: int, count: int) -> list[int]:
        """Its values at ``count`` successive atoms from ``start``."""
        return column(self.terms, range(start, start + count))

    def first_period(self) -> list[int]:
        """Its values over the first period, or over all atoms where these are fewer."""
        least, most = self.symbol.least, self.symbol.most
        count = self.period if most is None else min(self.period, most - least + 1)
        return self.values(least, count)

    @property
    def repeats(self) -> bool:
        """Whether there are atoms beyond the first period."""
        most = self.symbol.most
        return most is None or most - self.symbol.least >= self.period

    def minimum(self) -> tuple[int, int] | None:
        """The smallest value and the first atom that has it; nothing where it falls without end."""
        least, most = self.symbol.least, self.symbol.most
        start, values = least, self.first_period()
        if self.increment < 0 and self.repeats:
            if most is None:
                return None
            start = most - self.period + 1
            values = self.values(start, self.period)
        lowest = min(values)
        return lowest, start + values.index(lowest)

    def first_below(self, bound: int) -> int | None:
        """The smallest atom at which the value is below ``bound``."""
        least, most = self.symbol.least, self.symbol.most
        values = self.first_period()
        found = next((least + index for index, value in enumerate(values) if value < bound), None)
        if found is not None or self.increment >= 0 or not self.repeats:
            return found
        falls = -self.increment
        later = min(
            least + index + self.period * ((value - bound) // falls + 1) for index, value in enumerate(values)
        )
        return later if most is None or later <= most else None

    def first_change(self) -> int | None:
        """The smallest atom at which the value is not the first one."""
        values = self.first_period()
        found = next((index for index, value in enumerate(values) if value != values[0]), None)
        if found is None and self.increment and self.repeats:
            found = self.period
        return None if found is None else self.symbol.least + found

    def last_below(self, bound: int) -> int | None:
        """The largest atom at which the value is below ``bound``, where it rises and there is one."""
        if self.increment <= 0:
            return None
        values = self.first_period()
        lasts = [
            self.symbol.least + index + self.period * ((bound - 1 - value) // self.increment)
            for index, value in enumerate(values)
            if value < bound
        ]
        return max(lasts, default=None)


def column(terms: Terms, atoms: Sequence[int]) -> list[int]:
    """The values of a polynomial in one symbol at several atoms."""
    total = [0] * len(atoms)
    for monomial, coefficient in terms:
        factor = [coefficient] * len(atoms)
        for atom in monomial:
            if isinstance(atom, Symbol):
                factor = [a * b for a, b in zip(factor, atoms, strict=True)]
            else:
                inner = column(atom.terms, atoms)
                factor = [a * (b // atom.divisor) for a, b in zip(factor, inner, strict=True)]
        total = [a + b for a, b in zip(total, factor, strict=True)]
    return total


def rhythm(terms: Terms) -> tuple[int, int]:
    """Period and increment of a polynomial in one symbol; 0 and 0 where it is not linear."""
    period, increment = 1, 0
    for monomial, coefficient in terms:
        if not monomial:
            continue
        atom, *others = monomial
        own_period, own = (0, 0) if others else _atom_rhythm(atom)
        if not own_period:
            return 0, 0
        both = lcm(period, own_period)
        increment = increment * (both // period) + coefficient * own * (both // own_period)
        period = both
    return period, increment


def _atom_rhythm(atom: Atom) -> tuple[int, int]:
    if isinstance(atom, Symbol):
        return 1, 1
    period, increment = rhythm(atom.terms)
    times = atom.divisor // gcd(increment, atom.divisor)
    return period * times, increment * times // atom.divisor


@lru_cache(4096)
def parts_of(terms: Terms) -> tuple[tuple[Part, ...], int] | None:
    """A polynomial as parts in one symbol each, and a constant; nothing where it is no such sum."""
    constant = 0
    own: dict[str, dict[Monomial, int]] = {}
    symbols: dict[str, Symbol] = {}
    for monomial, coefficient in terms:
        if not monomial:
            constant = coefficient
            continue
        inside = symbols_of(((monomial, coefficient),))
        if len(inside) > 1:
            return None
        symbols |= inside
        own.setdefault(next(iter(inside)), {})[monomial] = coefficient
    parts: list[Part] = []
    for name, monomials in sorted(own.items()):
        of_one = tuple(sorted(monomials.items()))
        period, increment = rhythm(of_one)
        if not 0 < period <= MOST_CLASSES:
            return None
        parts.append(Part(of_one, symbols[name], period, increment))
    return tuple(parts), constant
