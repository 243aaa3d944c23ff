"""Sizes of axes, and the claims that shape laws make about them.

A dim is a positive whole number or a ``Symbolic``: a polynomial over symbols such as ``H``. Laws never
compare dims with Python's operators: they ask the claims below, which hold only if they hold for every
value of the symbols. What a symbolic dim needs is loaded when the first one is met.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeAlias, TypeGuard, overload

from netc.errors import Mistake

if TYPE_CHECKING:
    from netc.types.refutation import Refutation
    from netc.types.symbolic import Symbolic

Dim: TypeAlias = "int | Symbolic"
"""Elements along one axis."""

Shape: TypeAlias = tuple[Dim, ...]
"""Dims without the batch axis."""

LARGEST_DIM = 2**31 - 1
LARGEST_ELEMENTS = 2**63 - 1
MOST_RESIDUES = 65_536


@overload
def product(dims: Iterable[int]) -> int: ...
@overload
def product(dims: Iterable[Dim]) -> Dim: ...
def product(dims: Iterable[Dim]) -> Dim:
    """All dims multiplied; 1 for none.

    >>> product((3, 224, 224))
    150528
    """
    result: Dim = 1
    for dim in dims:
        result = result * dim
    return result


@overload
def ceil_divide(dim: int, by: int) -> int: ...
@overload
def ceil_divide(dim: Dim, by: int) -> Dim: ...
def ceil_divide(dim: Dim, by: int) -> Dim:
    """``dim / by``, rounded up.

    >>> ceil_divide(7, 2)
    4
    """
    return -(-dim // by)


def at_least(dim: Dim, least: Dim) -> bool:
    """Whether ``dim >= least``."""
    if isinstance(dim, int) and isinstance(least, int):
        return dim >= least
    from netc.types import refutation  # noqa: PLC0415  # needed by claims about symbols, and those that fail

    return refutation.is_at_least(dim, least)


def equal(first: Dim, second: Dim) -> bool:
    """Whether two dims are the same."""
    if isinstance(first, int) and isinstance(second, int):
        return first == second
    from netc.types import refutation  # noqa: PLC0415  # as above

    return first == second or refutation.is_equal(first, second)


def divides(factor: int, dim: Dim) -> bool:
    """Whether ``dim`` is a multiple of ``factor``."""
    if isinstance(dim, int):
        return dim % factor == 0
    from netc.types import refutation  # noqa: PLC0415  # as above

    return refutation.is_multiple(factor, dim)


def equal_shapes(first: Shape, second: Shape) -> bool:
    """Whether two shapes have the same rank and the same dims."""
    return len(first) == len(second) and all(map(equal, first, second))


def refute_at_least(dim: Dim, least: Dim) -> Refutation | None:
    """Why ``dim >= least`` does not hold: the smallest sizes that break it, and facts that would mend it."""
    from netc.types import refutation  # noqa: PLC0415  # as above

    return refutation.refute_at_least(dim, least)


def refute_equal(first: Dim, second: Dim) -> Refutation | None:
    """Why two dims are not the same."""
    from netc.types import refutation  # noqa: PLC0415  # as above

    return refutation.refute_equal(first, second)


def refute_divides(factor: int, dim: Dim) -> Refutation | None:
    """Why ``dim`` is no multiple of ``factor``."""
    from netc.types import refutation  # noqa: PLC0415  # as above

    return refutation.refute_divides(factor, dim)


def refute_shapes(first: Shape, second: Shape) -> Refutation | None:
    """Why two shapes are not the same."""
    from netc.types import refutation  # noqa: PLC0415  # as above

    return refutation.refute_shapes(first, second)


def by_residue(dim: Dim, modulus: int, table: Callable[[int], int]) -> Dim:
    """``table(dim mod modulus)``; the table is asked for 0 to ``modulus − 1``, and only where it must be.

    Of a symbolic dim it is an exact sum of floors: ``a + b·(dim mod modulus)``, and a step wherever the
    table leaves that line. Raises ``Mistake`` where it would take too many.

    >>> by_residue(7, 4, lambda rest: 10 + rest)
    13
    """
    if isinstance(dim, int):
        return table(dim % modulus)
    from netc.types.residues import by_residue as of_symbolic  # noqa: PLC0415  # as above

    return of_symbolic(dim, modulus, table)


def simplest(dim: Dim) -> Dim:
    """The same dim in its simplest form: a lone floor where it is one."""
    if isinstance(dim, int):
        return dim
    from netc.types import claims  # noqa: PLC0415  # as above

    return claims.simplest(dim)


def smallest(dim: Dim) -> int:
    """The dim where every symbol has its smallest value."""
    if isinstance(dim, int):
        return dim
    from netc.types import extremes  # noqa: PLC0415  # as above

    return extremes.smallest(dim)


def largest(dim: Dim) -> int | None:
    """The dim where every symbol has its largest value; nothing where one has none."""
    if isinstance(dim, int):
        return dim
    from netc.types import extremes  # noqa: PLC0415  # as above

    return extremes.largest(dim)


def symbol_names(*dims: Dim) -> tuple[str, ...]:
    """The symbols in dims, in order."""
    symbolic = [dim for dim in dims if not isinstance(dim, int)]
    if not symbolic:
        return ()
    from netc.types.symbolic import symbols_of  # noqa: PLC0415  # as above

    return tuple(sorted({name for dim in symbolic for name in symbols_of(dim.terms)}))


def is_symbolic(value: object) -> TypeGuard[Symbolic]:
    """Whether a value of any type is a symbolic dim; nothing is loaded to know it."""
    return type(value).__name__ == "Symbolic"


def number(dim: Dim, what: str, way_out: str = "") -> int:
    """The dim as a number; ``what`` says what needs one, as in "the channels of `conv`".

    Raises ``Mistake`` where it is a symbol's; ``way_out`` is what there is to do beside giving a number.
    """
    if isinstance(dim, int):
        return dim
    names = " and ".join(f"`{name}`" for name in symbol_names(dim))
    help_ = f"give {names} a number in the input's shape"
    raise Mistake(
        "E409",
        f"a number is needed for {what}",
        label=f"{dim} here",
        help=f"{way_out}, or {help_}" if way_out else help_,
    )


def numbers(dims: Iterable[Dim], what: str) -> tuple[int, ...]:
    """Every dim as a number; else as ``number``."""
    return tuple(number(dim, what) for dim in dims)


def shape_text(shape: Shape) -> str:
    """A shape as messages write it.

    >>> shape_text((64, 56, 56)), shape_text(())
    ('64×56×56', 'a scalar')
    """
    return "×".join(map(_factor_text, shape)) if shape else "a scalar"


def _factor_text(dim: Dim) -> str:
    text = str(dim)
    return f"({text})" if not isinstance(dim, int) and " " in _outside_parentheses(text) else text


def _outside_parentheses(text: str) -> str:
    depth, kept = 0, ""
    for letter in text:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        kept += letter if not depth else ""
    return kept
