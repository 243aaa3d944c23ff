"""Symbolic sizes while a model runs, each a whole number in a vector of one element.

A symbol is read from the shape of the first input that has it. What it becomes is computed from that, once
for a size, in nodes named ``sizes/SIZE`` (``sizes/H``, ``sizes/ceil(H/2)``). No layer's node has such a name:
what follows the slash there is a word in small letters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from netc.types.dims import symbol_names
from netc.types.symbolic import Floor, Symbol, Symbolic
from netc_onnx import opsets
from netc_onnx.tensors import Attribute, Tensor, integers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netc.graph import Value
    from netc.types.symbolic import Atom, Monomial, Terms
    from netc_onnx.site import Target

PREFIX = "sizes"


@final
class Sizes:
    """The sizes that the graph ``target`` computes; ``inputs`` are what it is given.

    Two sizes that are written alike are one.
    """

    def __init__(self, target: Target, inputs: Sequence[Value]) -> None:
        self._target = target
        self._made: dict[str, Tensor] = {}
        self._inputs: dict[str, tuple[Value, int]] = {}
        for value in inputs:
            for axis, dim in enumerate(value.type.shape, start=1):
                for name in symbol_names(dim):  # an input's sizes are numbers and symbols
                    self._inputs.setdefault(name, (value, axis))

    def of(self, size: Symbolic) -> Tensor:
        """The int64 vector of the one element ``size``."""
        text = str(size)
        if text not in self._made:
            self._made[text] = self._sum(f"{PREFIX}/{text}", size.terms)
        return self._made[text]

    def _sum(self, name: str, terms: Terms) -> Tensor:
        """What is added first, what is subtracted after it."""
        first, *rest = sorted(terms, key=lambda term: (term[1] < 0, not term[0]))
        if not rest:
            return self._product(name, *first)
        names = [*(f"{name}/sum{place}" for place in range(1, len(rest))), name]
        total = self._term(f"{names[0]}/first", first)
        for own, (monomial, coefficient) in zip(names, rest, strict=True):
            other = self._term(f"{own}/term", (monomial, abs(coefficient)))
            total = self._step(own, "Add" if coefficient > 0 else "Sub", total, other)
        return total

    def _term(self, name: str, term: tuple[Monomial, int]) -> Tensor:
        """One term of a sum; ``name`` is a number's."""
        return self.of(Symbolic((term,))) if term[0] else self._number(name, term[1])

    def _product(self, name: str, monomial: Monomial, coefficient: int) -> Tensor:
        """A term that is no number. A symbol's size is its atom by ``multiple_of``, where that can be had."""
        atoms: list[tuple[Atom, int]] = []
        for atom in monomial:
            is_size = isinstance(atom, Symbol) and coefficient % atom.multiple_of == 0
            atoms.append((atom, atom.multiple_of if isinstance(atom, Symbol) and is_size else 1))
            coefficient //= atoms[-1][1]
        if len(atoms) == 1 and coefficient == 1:
            return self._atom(name, *atoms[0])
        factors = [self.of(Symbolic((((atom,), times),))) for atom, times in atoms]
        if coefficient != 1:
            factors.append(self._number(f"{name}/factor", coefficient))
        product = factors[0]
        for place, factor in enumerate(factors[1:], start=1):
            is_last = place == len(factors) - 1
            product = self._step(name if is_last else f"{name}/product{place}", "Mul", product, factor)
        return product

    def _atom(self, name: str, atom: Atom, times: int) -> Tensor:
        """``times`` an atom: a symbol's ``multiple_of``, or 1."""
        if isinstance(atom, Floor):
            # ONNX rounds towards 0, which is down here: in a floor no coefficient is negative, and no atom is
            assert all(coefficient > 0 for _, coefficient in atom.terms), f"{name} may be negative"
            return self._quotient(name, Symbolic(atom.terms), atom.divisor)
        if times == atom.multiple_of:
            return self._symbol(name, atom)
        return self._quotient(name, Symbolic((((atom,), atom.multiple_of),)), atom.multiple_of)

    def _quotient(self, name: str, size: Symbolic, divisor: int) -> Tensor:
        return self._step(name, "Div", self.of(size), self._number(f"{name}/divisor", divisor))

    def _symbol(self, name: str, symbol: Symbol) -> Tensor:
        """The size of the axis that has it: ``Shape``, all of it, which all runtimes read, and ``Gather``."""
        value, axis = self._inputs[symbol.name]
        rank = 1 + value.type.rank
        whole: dict[str, Attribute] = {}
        if self._target.opset >= opsets.SHAPE_RANGE:
            whole = {"start": 0, "end": rank}
        given = Tensor(value.name, (), value.type.dtype)
        shape = self._step(f"{name}/shape", "Shape", given, length=rank, **whole)
        return self._step(name, "Gather", shape, self._number(f"{name}/indices", axis), axis=0)

    def _number(self, name: str, value: int) -> Tensor:
        return Tensor(self._target.add_constant(name, integers("number", value)), (1,), "int64")

    def _step(self, name: str, kind: str, *reads: Tensor, length: int = 1, **attributes: Attribute) -> Tensor:
        made = Tensor(f"{name}:0", (length,), "int64")
        self._target.add(kind, name, [tensor.name for tensor in reads], [made], attributes)
        return made
