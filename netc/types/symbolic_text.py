"""How symbolic sizes are written: ``ceil(H/2)``, ``floor((H − 1)/2)``, ``2·H``, ``H·W/4 + 1``."""

from __future__ import annotations

from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING

from netc.types.symbolic import Floor, Symbol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from netc.types.symbolic import Atom, Monomial, Terms


def text(terms: Terms) -> str:
    """A polynomial as people write it, in the symbols themselves.

    What stands beside a lone floor joins it where that reads better: ``floor((H − 3)/2)``, not
    ``ceil(H/2) − 2``, and ``floor(3·H/2)``, not ``H + floor(H/2)``.
    """
    left = dict(terms)
    floors = [m for m, coefficient in terms if coefficient == 1 and _is_floor(m)]
    lone = _with_neighbours(floors[0], left) if len(floors) == 1 else None
    constant = left.pop((), 0)
    rest = sorted(left.items(), key=lambda term: (-len(term[0]), term[0]))
    parts: list[tuple[Fraction | int, str]] = [*map(_product, rest)]
    parts += [] if lone is None else [(1, lone)]
    parts.sort(key=lambda part: part[0] < 0)  # W − H, not −H + W
    return _sum([*parts, *([(constant, "")] if constant else [])])


def _is_floor(monomial: Monomial) -> bool:
    return len(monomial) == 1 and isinstance(monomial[0], Floor)


def _with_neighbours(monomial: Monomial, left: dict[Monomial, int]) -> str:
    """The text of a floor that is taken out of ``left``, with what joins it."""
    floor = monomial[0]
    assert isinstance(floor, Floor)
    del left[monomial]
    inside = dict(floor.terms)
    for symbol, coefficient in floor.terms:
        outside = left.get(symbol, 0) * floor.divisor
        if symbol and outside + coefficient > 0 and outside:
            inside[symbol] = outside + coefficient
            del left[symbol]
    shift = inside.get((), 0) + left.get((), 0) * floor.divisor
    if shift < 0 and shift % floor.divisor:
        left.pop((), None)
        inside[()] = shift
    return _floor_text(inside, floor.divisor)


def _sum(parts: Sequence[tuple[Fraction | int, str]]) -> str:
    """Signed parts in a row; a part is a factor and what it multiplies."""
    result = ""
    for factor, what in parts:
        sign = " − " if factor < 0 else " + "
        shown = _scaled(-factor if factor < 0 else factor, what)
        result += (sign if result else sign.strip(" +")) + shown
    return result


def _scaled(factor: Fraction | int, what: str) -> str:
    top, bottom = factor.as_integer_ratio()
    over = f"/{bottom}" if bottom > 1 else ""
    if not what:
        return f"{top}{over}"
    return f"{top}·{what}{over}" if top > 1 else f"{what}{over}"


def _product(term: tuple[Monomial, int]) -> tuple[Fraction, str]:
    monomial, coefficient = term
    factor = Fraction(coefficient)
    for atom in monomial:
        if isinstance(atom, Symbol):
            factor /= atom.multiple_of
    return factor, "·".join(map(_atom, monomial))


def _atom(atom: Atom) -> str:
    return atom.name if isinstance(atom, Symbol) else _floor_text(dict(atom.terms), atom.divisor)


def _floor_text(terms: Mapping[Monomial, int], divisor: int) -> str:
    """A floor, or the ceiling that it is."""
    constant = terms.get((), 0)
    parts = [_product(term) for term in terms.items() if term[0]]
    scale = _common_denominator(factor for factor, _ in parts)
    word = "floor"
    if constant == divisor - 1:
        word, constant = "ceil", 0
    whole: list[tuple[Fraction | int, str]] = [(factor * scale, what) for factor, what in parts]
    if constant:
        whole.append((constant * scale, ""))
    shown = _sum(whole)
    grouped = f"({shown})" if len(whole) > 1 else shown
    return f"{word}({grouped}/{divisor * scale})"


def _common_denominator(factors: Iterable[Fraction]) -> int:
    return lcm(*(factor.denominator for factor in factors))
