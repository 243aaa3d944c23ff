"""Sizes that no one number is: polynomials over symbols and floors, in a canonical form.

A polynomial is a sum of products of atoms with whole coefficients. An atom is a symbol, or
``floor(p/c)`` of a polynomial ``p`` and a whole ``c`` > 1. Floors are kept small: what ``c`` divides
leaves them, common factors are cancelled, and nested ones collapse,
``⌊(⌊x/a⌋ + b)/c⌋ = ⌊(x + ab)/(ac)⌋`` (Graham, Knuth and Patashnik, Concrete Mathematics, 3.11).
Forms that are equal denote equal sizes. Unequal forms may, too: ``netc.types.claims`` decides that.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import gcd
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, final

from netc.errors import Mistake
from netc.types.facts import Facts

if TYPE_CHECKING:
    from netc.types.dims import Dim

MOST_NESTED = 64
"""Floors in one another, at most."""

MOST_PARTS = 1_000
"""Terms and atoms inside one floor, at most, those of inner floors included."""


class Symbol(NamedTuple):
    """A symbol: the size ``multiple_of · h``, for every whole ``h`` from ``least`` to ``most``.

    As an atom it stands for ``h``. All symbols of one network that share a name share their facts.
    """

    rank: int  # 0: symbols come before floors
    name: str
    least: int
    most: int | None
    multiple_of: int
    depth: int = 0
    parts: int = 1


class Floor(NamedTuple):
    """The atom ``floor(terms / divisor)``."""

    rank: int  # 1
    divisor: int
    terms: Terms
    depth: int
    parts: int


Atom: TypeAlias = "Symbol | Floor"
Monomial: TypeAlias = "tuple[Atom, ...]"
Terms: TypeAlias = "tuple[tuple[Monomial, int], ...]"
"""Products of atoms with their coefficients, none 0; both in order; the empty product is the constant's."""


@final
class Symbolic:
    """A size that depends on symbols.

    It adds, subtracts and multiplies with sizes, and ``//`` divides it by a positive number; a result
    without symbols is an ``int``. It has no order, no truth and no remainder: claims about it are
    decided by ``netc.types.dims``. ``==`` compares canonical forms.

    >>> H = symbol("H", Facts())
    >>> (H + 3) // 2 - 1, -(-H // 2), 2 * H - H - H
    (ceil(H/2), ceil(H/2), 0)
    >>> -(-symbol("H", Facts(multiple_of=32)) // 2)
    H/2
    """

    __slots__ = ("_hash", "terms")

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self._hash = hash(terms)

    def __add__(self, other: Dim) -> Dim:
        return combine(self, other, 1) if _is_dim(other) else NotImplemented

    def __radd__(self, other: int) -> Dim:
        return combine(self, other, 1) if _is_dim(other) else NotImplemented

    def __sub__(self, other: Dim) -> Dim:
        return combine(self, other, -1) if _is_dim(other) else NotImplemented

    def __rsub__(self, other: int) -> Dim:
        return combine(other, self, -1) if _is_dim(other) else NotImplemented

    def __mul__(self, other: Dim) -> Dim:
        return multiply(self, other) if _is_dim(other) else NotImplemented

    def __rmul__(self, other: int) -> Dim:
        return multiply(self, other) if _is_dim(other) else NotImplemented

    def __neg__(self) -> Dim:
        return multiply(self, -1)

    def __floordiv__(self, divisor: int) -> Dim:
        if not _is_number(divisor):
            return NotImplemented
        if divisor < 1:
            raise ValueError(f"a symbolic size is divided by positive numbers, not by {divisor}")
        if divisor == 1:
            return self
        if _leading(self.terms) > 0:
            return divide(self.terms, divisor)
        return -divide(terms_of(divisor - 1 - self), divisor)  # ⌊−x/c⌋ = −⌈x/c⌉: so `-(-H // 2)` is ceil(H/2)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Symbolic) and self._hash == other._hash and self.terms == other.terms

    def __hash__(self) -> int:
        return self._hash

    def __bool__(self) -> bool:
        raise TypeError(f"the symbolic size {self} is neither true nor false")

    def __str__(self) -> str:
        from netc.types.symbolic_text import text  # noqa: PLC0415  # needed where a size is shown

        return text(self.terms)

    __repr__ = __str__

    def __format__(self, form: str) -> str:
        return format(str(self), form.replace(",", ""))

    def __reduce__(self) -> tuple[type[Symbolic], tuple[Terms]]:
        return Symbolic, (self.terms,)

    def at(self, values: Mapping[str, int]) -> int:
        """The size where each symbol has the value that ``values`` gives to its name."""
        return evaluate(self.terms, values)


def _is_dim(value: object) -> bool:
    """Whether Python has handed an operator what the type checker would let it have."""
    return isinstance(value, int | Symbolic)


def _is_number(value: object) -> bool:
    """The same of a number."""
    return isinstance(value, int)


def symbol(name: str, facts: Facts) -> Dim:
    """The size that a symbol with these facts is: a number where they leave one alone.

    ``facts`` must allow some size.
    """
    least, most = facts.ends
    if least == most:
        return least * facts.multiple_of
    atom = Symbol(0, name, least, most, facts.multiple_of)
    return Symbolic((((atom,), facts.multiple_of),))


def settled(terms: Mapping[Monomial, int]) -> Dim:
    """The size that a sum of terms is."""
    kept = {monomial: coefficient for monomial, coefficient in terms.items() if coefficient}
    if not kept:
        return 0
    if len(kept) == 1 and () in kept:
        return kept[()]
    return Symbolic(tuple(sorted(kept.items())))


def terms_of(dim: Dim) -> Terms:
    """The terms of a size, a number's included."""
    if isinstance(dim, int):
        return (((), dim),) if dim else ()
    return dim.terms


def combine(first: Dim, second: Dim, sign: int) -> Dim:
    """``first + sign · second``."""
    terms = dict(terms_of(first))
    for monomial, coefficient in terms_of(second):
        terms[monomial] = terms.get(monomial, 0) + sign * coefficient
    return settled(terms)


def multiply(first: Dim, second: Dim) -> Dim:
    """The product of two sizes."""
    terms: dict[Monomial, int] = {}
    for left, a in terms_of(first):
        for right, b in terms_of(second):
            monomial = tuple(sorted((*left, *right))) if left and right else left or right
            terms[monomial] = terms.get(monomial, 0) + a * b
    return settled(terms)


def divide(terms: Terms, divisor: int) -> Dim:
    """The floor of a polynomial over ``divisor`` > 0, in canonical form.

    Raises ``Mistake`` where floors nest too deep or hold too much.
    """
    whole: dict[Monomial, int] = {}  # what stands outside the floor
    left = dict(terms)
    while divisor > 1:
        for monomial, coefficient in left.items():
            whole[monomial] = whole.get(monomial, 0) + coefficient // divisor
        left = {monomial: rest for monomial, c in left.items() if (rest := c % divisor)}
        inner = next((m for m, c in left.items() if c == 1 and _is_floor(m)), None)
        if inner is not None:
            left, divisor = _collapsed(left, divisor, inner)
            continue
        common = gcd(divisor, *(c for monomial, c in left.items() if monomial))
        if common == 1:
            whole[(_floor(left, divisor),)] = whole.get((_floor(left, divisor),), 0) + 1
            return settled(whole)
        left = {monomial: c // common for monomial, c in left.items()}
        divisor //= common
    for monomial, coefficient in left.items():
        whole[monomial] = whole.get(monomial, 0) + coefficient
    return settled(whole)


def _leading(terms: Terms) -> int:
    """The coefficient of the first term that is no constant."""
    return next(coefficient for monomial, coefficient in terms if monomial)


def _is_floor(monomial: Monomial) -> bool:
    return len(monomial) == 1 and isinstance(monomial[0], Floor)


def _collapsed(
    terms: dict[Monomial, int], divisor: int, monomial: Monomial
) -> tuple[dict[Monomial, int], int]:
    """The numerator and divisor once the floor ``monomial``, whose coefficient is 1, has joined the outer."""
    [inner] = monomial
    assert isinstance(inner, Floor)
    result = {key: coefficient * inner.divisor for key, coefficient in terms.items() if key != monomial}
    for key, coefficient in inner.terms:
        result[key] = result.get(key, 0) + coefficient
    return {key: coefficient for key, coefficient in result.items() if coefficient}, divisor * inner.divisor


def _floor(terms: Mapping[Monomial, int], divisor: int) -> Floor:
    atoms = [atom for monomial in terms for atom in monomial]
    depth = 1 + max(atom.depth for atom in atoms)
    parts = len(terms) + sum(atom.parts for atom in atoms)
    if depth > MOST_NESTED:
        raise Mistake("E104", f"a symbolic size nests more than {MOST_NESTED} floors", help=_EASIER)
    if parts > MOST_PARTS:
        raise Mistake("E104", f"a symbolic size has more than {MOST_PARTS:,} parts", help=_EASIER)
    return Floor(1, divisor, tuple(sorted(terms.items())), depth, parts)


_EASIER = "`multiple_of` under `dims` keeps sizes simple, and a number in the input's shape most of all"


def evaluate(terms: Terms, values: Mapping[str, int]) -> int:
    """The value of a polynomial where each symbol has the value that its name has in ``values``."""
    total = 0
    for monomial, coefficient in terms:
        for atom in monomial:
            if isinstance(atom, Symbol):
                coefficient *= values[atom.name] // atom.multiple_of  # noqa: PLW2901  # the product so far
            else:
                coefficient *= evaluate(atom.terms, values) // atom.divisor  # noqa: PLW2901  # likewise
        total += coefficient
    return total


def symbols_of(terms: Terms) -> dict[str, Symbol]:
    """The symbols in a polynomial, by name, in order."""
    found: dict[str, Symbol] = {}
    waiting: list[Terms] = [terms]
    while waiting:
        for monomial, _ in waiting.pop():
            for atom in monomial:
                if isinstance(atom, Symbol):
                    found[atom.name] = atom
                else:
                    waiting.append(atom.terms)
    return dict(sorted(found.items()))


def substitute(terms: Terms, sizes: Mapping[str, Dim]) -> Dim:
    """The polynomial with ``sizes`` in place of the atoms of the symbols that they name.

    Such a size stands for the atom itself, which is the symbol's size over its ``multiple_of``.
    """
    total: Dim = 0
    for monomial, coefficient in terms:
        product: Dim = coefficient
        for atom in monomial:
            if isinstance(atom, Symbol):
                own: Dim = sizes[atom.name] if atom.name in sizes else Symbolic((((atom,), 1),))
            else:
                own = substitute(atom.terms, sizes) // atom.divisor
            product = product * own
        total = total + product
    return total
