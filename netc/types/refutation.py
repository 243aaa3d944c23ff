"""Where a claim about sizes fails, and which facts would mend it."""

from __future__ import annotations

from math import lcm
from typing import TYPE_CHECKING, NamedTuple

from netc.types.claims import Verdict, always_zero, counterexample, never_negative
from netc.types.dims import shape_text
from netc.types.parts import parts_of
from netc.types.symbolic import Symbol, Symbolic, substitute, symbols_of, terms_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from netc.types.dims import Dim, Shape
    from netc.types.symbolic import Terms


class Refutation(NamedTuple):
    """A claim that does not hold.

    ``symbols`` are the ones that it is about: none where it is about numbers. ``values`` are the smallest
    sizes of these that break it, ``first`` and ``second`` its two sides there, as text, and ``facts`` those
    that would make it hold, by symbol. Where there are symbols and no ``values``, it could not be decided.
    """

    first: str
    second: str
    symbols: tuple[str, ...] = ()
    values: Mapping[str, int] = {}  # nobody writes to it
    facts: Mapping[str, Mapping[str, int]] = {}  # nobody writes to it

    @property
    def where(self) -> str:
        """The values, as in ``H = 33, W = 2``; empty for numbers, and where nothing is known."""
        return ", ".join(f"{name} = {value}" for name, value in self.values.items())

    def label(self, text: str, sides: str = "{first} and {second}") -> str:
        """``text`` with what is known of the symbols in it; ``sides`` says how both sides stand together."""
        if not self.symbols:
            return text
        if not self.values:
            return f"{text}: whether that holds for every {_listed(self.symbols)} cannot be decided"
        return f"{text}; {self.where}: {sides.format(first=self.first, second=self.second)}"

    def help(self, otherwise: str) -> str:
        """The facts that would mend it, where they would; ``otherwise`` the way out that numbers have."""
        if self.facts:
            entries = ", ".join(f"{name}: {_mapping(facts)}" for name, facts in self.facts.items())
            return f"`dims: {{{entries}}}` would fix it"
        if self.symbols and not self.values:
            symbols = _listed(self.symbols)
            return f"give {symbols} a `multiple_of` under `dims`, or a number in the input's shape"
        return otherwise

    def with_facts_of(self, others: Sequence[Refutation]) -> Refutation:
        """The same, its facts those that mend all ``others``, too; none where one cannot be mended."""
        facts: dict[str, Mapping[str, int]] = {}
        for other in others:
            for name, own in other.facts.items():
                if _strength(own) > _strength(facts.get(name, {})):
                    facts[name] = own
        mended = facts if all(other.facts for other in others) else {}
        return self._replace(facts=dict(sorted(mended.items())))


def _mapping(facts: Mapping[str, int]) -> str:
    return "{" + ", ".join(f"{key}: {value}" for key, value in facts.items()) + "}"


def _listed(symbols: tuple[str, ...]) -> str:
    return " and ".join(filter(None, [", ".join(f"`{s}`" for s in symbols[:-1]), f"`{symbols[-1]}`"]))


def is_at_least(dim: Dim, least: Dim) -> bool:
    """Whether ``dim >= least`` holds for all sizes; where it does not, it takes far less than to say why."""
    return _never_negative(terms_of(dim - least)).holds


def is_equal(first: Dim, second: Dim) -> bool:
    """Whether two sizes are always the same."""
    return _always_zero(terms_of(first - second)).holds


def is_multiple(factor: int, dim: Dim) -> bool:
    """Whether ``dim`` is always a multiple of ``factor``."""
    return _always_zero(terms_of(_remainder(factor, dim))).holds


def _remainder(factor: int, dim: Dim) -> Dim:
    return dim - dim // factor * factor


def refute_at_least(dim: Dim, least: Dim) -> Refutation | None:
    """Why ``dim >= least`` does not hold for all sizes; nothing where it does."""
    return _refuted(dim, least, dim - least, _never_negative)


def refute_equal(first: Dim, second: Dim) -> Refutation | None:
    """Why two sizes are not always the same; nothing where they are."""
    return _refuted(first, second, first - second, _always_zero)


def refute_divides(factor: int, dim: Dim) -> Refutation | None:
    """Why ``dim`` is not always a multiple of ``factor``; nothing where it is."""
    return _refuted(dim, factor, _remainder(factor, dim), _always_zero)


def refute_shapes(first: Shape, second: Shape) -> Refutation | None:
    """Why two shapes are not always the same; nothing where they are.

    The sides are the shapes at the sizes that break it; the facts mend every axis.
    """
    if len(first) != len(second):
        return Refutation(shape_text(first), shape_text(second))
    found = [why for pair in zip(first, second, strict=True) if (why := refute_equal(*pair)) is not None]
    if not found:
        return None
    values: dict[str, int] = {}
    for why in found:
        if not why.symbols:  # two numbers: no symbol is to blame
            return Refutation(shape_text(first), shape_text(second))
        values |= why.values
    symbols = tuple(sorted({name for why in found for name in why.symbols}))
    return Refutation(
        shape_text(_shape_at(first, values)),
        shape_text(_shape_at(second, values)),
        symbols,
        dict(sorted(values.items())),
    ).with_facts_of(found)


def _strength(facts: Mapping[str, int]) -> int:
    return max(facts.values(), default=0)


def _never_negative(terms: Terms) -> Verdict:
    if not symbols_of(terms):
        return Verdict(not terms or terms[0][1] > 0)
    return never_negative(terms)


def _always_zero(terms: Terms) -> Verdict:
    return always_zero(terms) if symbols_of(terms) else Verdict(not terms)


def _refuted(
    first: Dim, second: Dim, difference: Dim, claim: Callable[[Terms], Verdict]
) -> Refutation | None:
    """Why a claim about the difference of two sides fails."""
    terms = terms_of(difference)
    verdict = claim(terms)
    if verdict.holds:
        return None
    symbols = symbols_of(terms_of(first)) | symbols_of(terms_of(second))
    if not symbols:
        return Refutation(str(first), str(second))
    names = tuple(sorted(symbols))
    facts: Mapping[str, Mapping[str, int]] = {}
    if claim is _never_negative:
        facts = _range(terms) or _minima(terms)
    facts = facts or _multiples(terms, claim)
    broken = verdict.values
    if not broken and symbols_of(terms):
        broken = counterexample(terms, _negative if claim is _never_negative else bool)
        if not broken:
            return Refutation(str(first), str(second), names, {}, facts)
    values = {name: symbols[name].least * symbols[name].multiple_of for name in names}
    values |= {name: value for name, value in broken.items() if name in symbols}
    return Refutation(str(_at(first, values)), str(_at(second, values)), names, values, facts)


def _negative(value: int) -> bool:
    return value < 0


def _at(dim: Dim, values: Mapping[str, int]) -> int:
    return dim if isinstance(dim, int) else dim.at(values)


def _shape_at(shape: Shape, values: Mapping[str, int]) -> Shape:
    """A shape where the symbols that ``values`` names have these values."""
    return tuple(_partly(dim, values) for dim in shape)


def _partly(dim: Dim, values: Mapping[str, int]) -> Dim:
    if isinstance(dim, int):
        return dim
    symbols = symbols_of(dim.terms)
    atoms: dict[str, Dim] = {
        name: value // symbols[name].multiple_of for name, value in values.items() if name in symbols
    }
    return substitute(dim.terms, atoms)


def _range(terms: Terms) -> Mapping[str, Mapping[str, int]]:
    """The smallest ``min``, or the largest ``max``, from which a claim in one symbol holds."""
    split = parts_of(terms)
    if split is None or len(split[0]) != 1:
        return {}
    [part], constant = split
    symbol = part.symbol
    last = part.last_below(-constant)
    if last is not None and (symbol.most is None or last < symbol.most):
        return {symbol.name: {"min": (last + 1) * symbol.multiple_of}}
    first = part.first_below(-constant)
    if part.increment < 0 and first is not None and first > symbol.least:
        return {symbol.name: {"max": (first - 1) * symbol.multiple_of}}
    return {}


_SMALL = (2, 3, 4, 8, 16, 32, 64, 128)


def _minima(terms: Terms) -> Mapping[str, Mapping[str, int]]:
    """A small ``min``, one for all symbols, from which a polynomial in several is never negative."""
    symbols = symbols_of(terms)
    if len(symbols) < 2:  # `_range` has decided it
        return {}
    for least in _SMALL:
        sizes: dict[str, Dim] = {}
        for name, symbol in symbols.items():
            raised = max(symbol.least, -(-least // symbol.multiple_of))
            if symbol.most is not None and raised > symbol.most:
                return {}
            sizes[name] = Symbolic((((symbol._replace(least=raised),), 1),))
        if _never_negative(terms_of(substitute(terms, sizes))).holds:
            return {name: {"min": least} for name in symbols}
    return {}


def _multiples(terms: Terms, claim: Callable[[Terms], Verdict]) -> Mapping[str, Mapping[str, int]]:
    """The smallest ``multiple_of``, one for all symbols, with which a claim holds."""
    symbols = symbols_of(terms)
    for factor in _factors(terms):
        atoms = {name: _coarser(symbol, factor) for name, symbol in symbols.items()}
        if None not in atoms.values():
            sizes: dict[str, Dim] = {name: atom for name, atom in atoms.items() if atom is not None}
            if claim(terms_of(substitute(terms, sizes))).holds:
                return {
                    name: {"multiple_of": symbol.multiple_of * factor} for name, symbol in symbols.items()
                }
    return {}


def _coarser(symbol: Symbol, factor: int) -> Dim | None:
    """The symbol's atom where it is a multiple of ``factor``; nothing where none is left."""
    least, most = -(-symbol.least // factor), None if symbol.most is None else symbol.most // factor
    if most is not None and most < least:
        return None
    atom = symbol._replace(least=least, most=most, multiple_of=symbol.multiple_of * factor)
    return Symbolic((((atom,), factor),))


def _factors(terms: Terms) -> Iterator[int]:
    """The factors that could mend a claim, from the smallest: those of its period, where it has one."""
    split = parts_of(terms)
    if split is None:
        yield from (*range(2, 65), 128, 256, 512, 1024)
        return
    period = lcm(*(part.period for part in split[0]))
    yield from (factor for factor in range(2, min(period, 65_536) + 1) if period % factor == 0)
