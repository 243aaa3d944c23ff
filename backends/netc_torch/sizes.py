"""Symbolic sizes while a module runs: read from the shape of the input that has the symbol, and computed.

What depends on the size of the value that it reads alone finds it there. A crop to another value's size does
not: it reads the inputs that have its symbols, too, for their shapes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc.ops.arrange import Crop
from netc.types.dims import symbol_names
from netc.types.symbolic import Floor, Symbol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netc.graph import Graph, Node, Value
    from netc.types import Dim, TensorType
    from netc.types.symbolic import Terms


def with_sizes_read(graph: Graph) -> Graph:
    """The graph in which each op that needs a symbol's size reads an input that has it, after all else."""
    if not graph.facts:
        return graph
    return graph._replace(nodes=tuple(_reading_sizes(node, graph.inputs) for node in graph.nodes))


def _reading_sizes(node: Node, inputs: Sequence[Value]) -> Node:
    if not isinstance(node.op, Crop):
        return node
    needed = symbol_names(*(side for sides in node.op.crops for side in sides))
    owners = (next(value for value in inputs if name in _places(value.type)) for name in needed)
    return node._replace(inputs=(*node.inputs, *dict.fromkeys(owners)))


def _places(type_: TensorType) -> dict[str, int]:
    """The axis of each symbol that a shape has as it is; an input's sizes are numbers and symbols."""
    return {symbol_names(dim)[0]: axis for axis, dim in enumerate(type_.shape) if not isinstance(dim, int)}


def symbol_texts(inputs: Sequence[TensorType], names: Sequence[str]) -> dict[str, str]:
    """The expression for the size of each symbol that ``inputs``, whose local names are ``names``, have."""
    return {
        symbol: f"{name}.shape[{axis + 1}]"
        for type_, name in zip(inputs, names, strict=True)
        for symbol, axis in _places(type_).items()
    }


def dim_text(dim: Dim, symbols: Mapping[str, str]) -> str:
    """A size as a Python expression; ``symbols`` has the expression for each symbol's.

    >>> from netc.types.facts import Facts
    >>> from netc.types.symbolic import symbol
    >>> dim_text(3 - symbol("H", Facts()) // 2, {"H": "x.shape[2]"})
    '3 - x.shape[2] // 2'
    >>> dim_text(3 - 2 * -symbol("H", Facts(multiple_of=4)), {"H": "h"})
    '3 + 8 * (h // 4)'
    """
    return str(dim) if isinstance(dim, int) else _terms(dim.terms, symbols)


def _terms(terms: Terms, symbols: Mapping[str, str]) -> str:
    text = ""
    for monomial, coefficient in terms:
        factors = [_atom(atom, symbols) for atom in monomial]
        if abs(coefficient) != 1 or not factors:
            factors.insert(0, str(abs(coefficient)))
        product = factors[0] if len(factors) == 1 else " * ".join(map(_enclosed, factors))
        if text:
            text += f" {'-' if coefficient < 0 else '+'} {product}"
        else:
            text = f"-{_enclosed(product)}" if coefficient < 0 else product
    return text


def _atom(atom: Symbol | Floor, symbols: Mapping[str, str]) -> str:
    if isinstance(atom, Floor):
        whole = _terms(atom.terms, symbols)
        return f"({whole}) // {atom.divisor}" if " " in whole else f"{whole} // {atom.divisor}"
    own = symbols[atom.name]
    return own if atom.multiple_of == 1 else f"{own} // {atom.multiple_of}"


def _enclosed(factor: str) -> str:
    """A factor of a product: a division goes first."""
    return f"({factor})" if "//" in factor else factor
