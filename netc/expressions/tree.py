"""The tree of an expression: what is left once its text is read.

Every node bears its place: code point offsets within the text as written, the end exclusive.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple, TypeAlias

from netc.expressions.operations import Binary
from netc.expressions.value import Value


class Constant(NamedTuple):
    """A number, a string, ``true`` or ``false``."""

    value: Value
    start: int
    end: int


class Name(NamedTuple):
    """A name, whose value the scope knows."""

    name: str
    start: int
    end: int


class Apply(NamedTuple):
    """An operation on the values of its operands: a sign, a list, an item, a call."""

    operation: Callable[[list[Value]], Value]
    operands: tuple[Node, ...]
    start: int
    end: int


class Step(NamedTuple):
    """One operator of a chain, and the operand at its right; its place takes in what stands at its left."""

    operation: Binary
    operand: Node
    start: int
    end: int


class Chain(NamedTuple):
    """Operands joined from left to right: each step takes what the one before gave."""

    first: Node
    steps: tuple[Step, ...]
    start: int
    end: int


class Comparison(NamedTuple):
    """Comparisons side by side, ``a < b < c``: true where each holds; ends at the first that fails."""

    first: Node
    steps: tuple[Step, ...]
    start: int
    end: int


class Logic(NamedTuple):
    """Booleans joined by ``and`` or ``or``; ends at the first that decides."""

    word: Literal["and", "or"]
    operands: tuple[Node, ...]
    start: int
    end: int


class Choice(NamedTuple):
    """``positive if condition else negative``; the other one is not evaluated."""

    condition: Node
    positive: Node
    negative: Node
    start: int
    end: int


Node: TypeAlias = Constant | Name | Apply | Chain | Comparison | Logic | Choice
"""Every kind of node."""
