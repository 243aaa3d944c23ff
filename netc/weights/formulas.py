"""The numbers of an optimised graph's parameters.

They are computed in float64 of those of the graph as written, and rounded to float32 once, however many
layers were folded into one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias, assert_never, final

from netc.graph.formula import Along, InverseRoot, Numbers, Product, Reached, Scaled, Stored, Sum
from netc.weights.pieces import Streamed, gathered, pieces, slices

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from netc.graph import Parameter
    from netc.graph.formula import Formula, Vector
    from netc.types.parameter import Shape
    from netc.weights.pieces import Weights

    Doubles: TypeAlias = NDArray[np.float64]

BLOCK = 2**15
"""How many numbers are in float64 at a time, if a row of the weight has no more: they stay in the caches."""


@final
class FoldedWeights(Mapping[str, "NDArray[np.float32]"]):
    """The numbers of an optimised graph's ``parameters``, each made when it is asked for, and not kept.

    ``written`` has those of the graph as written. Iterates in the parameters' order.
    """

    def __init__(self, parameters: Mapping[str, Parameter], written: Weights) -> None:
        self._parameters = parameters
        self._written = written

    def __getitem__(self, path: str) -> NDArray[np.float32]:
        shape, formula = self._parameters[path].type.shape, self._parameters[path].formula
        if formula is None:
            return self._written[path]
        if not isinstance(formula, Scaled) or not isinstance(self._written, Streamed):
            return gathered(shape, self.pieces(path))
        array = self._written[formula.path]
        parts = rounded(block.reshape(-1) for block in scaled(formula, array, self._written))
        return gathered(shape, parts, into=array if array.shape == shape else None)

    def pieces(self, path: str) -> Iterator[NDArray[np.float32]]:
        """The numbers at ``path``, in parts; see ``netc.weights.pieces``.

        A weight that others were folded into is held whole meanwhile, as the graph as written has it.
        """
        parameter = self._parameters[path]
        if parameter.formula is None:
            return pieces(self._written, path)
        return rounded(doubles(parameter.formula, parameter.type.shape, self._written))

    def __iter__(self) -> Iterator[str]:
        return iter(self._parameters)

    def __len__(self) -> int:
        return len(self._parameters)


def rounded(parts: Iterator[Doubles]) -> Iterator[NDArray[np.float32]]:
    """The same numbers in float32; what is beyond it becomes infinite."""
    import numpy as np

    for part in parts:
        with np.errstate(over="ignore"):
            narrow = part.astype(np.float32)
        yield narrow


def doubles(formula: Formula, shape: Shape, written: Weights) -> Iterator[Doubles]:
    """What a formula gives, of this shape, in C order, as arrays of one axis that follow each other."""
    import numpy as np

    if isinstance(formula, Scaled):
        for block in scaled(formula, written[formula.path], written):
            yield block.reshape(-1)
    else:
        yield np.broadcast_to(_beside(vector(formula, written), len(shape)), shape).reshape(-1)


def scaled(formula: Scaled, array: NDArray[np.float32], written: Weights) -> Iterator[Doubles]:
    """``array``, the weight as written, times all factors, some rows at a time: none is read again."""
    import numpy as np

    factors = [_Beside(vector(along.vector, written), along, array.shape) for along in formula.factors]
    for rows in slices(len(array), max(1, BLOCK // max(1, array[:1].size))):
        block: Doubles = array[rows].astype(np.float64)
        for factor in factors:
            beside = factor.rows(rows)
            wider = np.broadcast(block, beside).shape != block.shape
            block = np.multiply(block, beside, out=None if wider else block)
        yield block


@final
class _Beside:
    """A vector as it lies beside the rows of a weight."""

    def __init__(self, numbers: Doubles, along: Along, shape: Shape) -> None:
        self._axes = len(shape)
        self._whole = along.axis == 0
        self._numbers = numbers if self._whole else numbers.reshape(along.groups, -1)
        self._size = 1 if self._whole else shape[0] // along.groups

    def rows(self, rows: slice) -> Doubles:
        """What those rows, and the columns in them, are multiplied by."""
        import numpy as np

        groups: NDArray[np.int64] = np.arange(rows.start, rows.stop, dtype=np.int64) // self._size
        return _beside(self._numbers[groups], self._axes)


def _beside(array: Doubles, axes: int) -> Doubles:
    """An array with axes of size 1 after its own, so many in all."""
    return array.reshape(array.shape + (1,) * (axes - array.ndim))


def vector(formula: Vector, written: Weights) -> Doubles:
    """What a vector's formula gives, in float64."""
    import numpy as np

    match formula:
        case Stored():
            return written[formula.path].astype(np.float64)
        case Numbers():
            return np.array(formula.numbers, np.float64)
        case Sum():
            return _joined(np.add, formula.terms, written)
        case Product():
            return _joined(np.multiply, formula.factors, written)
        case InverseRoot():
            with np.errstate(divide="ignore", invalid="ignore"):  # a variance of −eps or less is nobody's
                return 1.0 / np.sqrt(vector(formula.variance, written) + formula.eps)
        case Reached():
            return _reached(formula, written)
        case _:
            assert_never(formula)


def _joined(join: np.ufunc, parts: tuple[Vector, ...], written: Weights) -> Doubles:
    """All parts, one after the other, joined; the axes of each begin at the first."""
    arrays = [vector(part, written) for part in parts]
    axes = max(array.ndim for array in arrays)
    result = _beside(arrays[0], axes)
    for array in arrays[1:]:
        result = join(result, _beside(array, axes))
    return result


def _reached(formula: Reached, written: Weights) -> Doubles:
    import numpy as np

    factors = (*formula.weight.factors, formula.addend)
    weight = formula.weight._replace(factors=factors)
    blocks = scaled(weight, written[weight.path], written)
    return np.concatenate([block.reshape(len(block), -1).sum(axis=1) for block in blocks])
