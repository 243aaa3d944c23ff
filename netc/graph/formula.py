"""How the numbers of an optimised graph's parameters come from those of the graph as written.

A formula is data: ``netc.weights.formulas`` computes it, in float64, and rounds once.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias, assert_never

MOST_FACTORS = 16
"""Factors that one weight takes in; it bounds a formula's size, and how deep its parts nest."""

MOST_SHOWN = 4
"""Numbers that a formula's text writes out."""


class Stored(NamedTuple):
    """The numbers of the parameter at ``path``, as the graph as written has it."""

    path: str


class Numbers(NamedTuple):
    """Numbers that the spec itself states, one a channel."""

    numbers: tuple[float, ...]


class Sum(NamedTuple):
    """The sum of terms, element by element; a vector stands for each of its entries' positions."""

    terms: tuple[Vector, ...]


class Product(NamedTuple):
    """The product of factors, element by element; a vector stands for each of its entries' positions."""

    factors: tuple[Vector, ...]


class InverseRoot(NamedTuple):
    """``1/√(variance + eps)``."""

    variance: Vector
    eps: float


class Along(NamedTuple):
    """A vector beside axis 0 or 1 of a weight.

    Along axis 1 the rows (entries of axis 0) come in ``groups`` equal parts, each of which has columns of its
    own: the vector holds those of the first part, then those of the second, and so on.
    """

    vector: Vector
    axis: Literal[0, 1]
    groups: int


class Scaled(NamedTuple):
    """The weight at ``path`` times all ``factors``.

    A weight with one column becomes as wide as a vector beside its columns is.
    """

    path: str
    factors: tuple[Along, ...]


class Reached(NamedTuple):
    """What a constant input adds to each result: the sum over all axes but 0 of ``weight`` times ``addend``.

    ``addend`` lies along axis 1.
    """

    weight: Scaled
    addend: Along


Vector: TypeAlias = Stored | Numbers | Sum | Product | InverseRoot | Reached
"""One number a channel, or, of a bias that differs from place to place, one a channel and place."""

Formula: TypeAlias = Vector | Scaled


def formula_text(formula: Formula) -> str:
    """A formula as it would be written.

    >>> formula_text(Sum((Stored("conv.bias"), Product((Numbers((-1.0,)), Stored("norm.running_mean"))))))
    'conv.bias + -1·norm.running_mean'
    """
    match formula:
        case Stored():
            return formula.path
        case Numbers():
            return _numbers_text(formula.numbers)
        case Sum():
            return " + ".join(map(formula_text, formula.terms))
        case Product():
            return "·".join(map(_factor_text, formula.factors))
        case InverseRoot():
            return f"1/√({formula_text(formula.variance)} + {formula.eps:g})"
        case Scaled():
            return " × ".join([formula.path, *map(_along_text, formula.factors)])
        case Reached():
            return f"Σ({formula_text(formula.weight)} × {_along_text(formula.addend)})"
        case _:
            assert_never(formula)


def _numbers_text(numbers: tuple[float, ...]) -> str:
    texts = [f"{number:.6g}" for number in numbers]
    if len(texts) == 1:
        return texts[0]
    if len(set(numbers)) == 1:
        return f"[{texts[0]} {len(texts)} times]"
    rest = f", … {len(texts)} in all" if len(texts) > MOST_SHOWN else ""
    return f"[{', '.join(texts[:MOST_SHOWN])}{rest}]"


def _factor_text(factor: Vector) -> str:
    text = formula_text(factor)
    return f"({text})" if isinstance(factor, Sum | InverseRoot) else text


def _along_text(along: Along) -> str:
    groups = f" of {along.groups} groups" if along.groups > 1 else ""
    return f"({formula_text(along.vector)} along {'rows' if along.axis == 0 else 'columns'}{groups})"
