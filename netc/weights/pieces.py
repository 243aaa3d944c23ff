"""Parameters part by part: what writes a file need not hold a whole one.

Where weights know how to give their numbers in parts (``Streamed``), they are asked for those; else for the
whole array. Either way it is the same numbers in the same order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Protocol, TypeAlias, runtime_checkable

from netc.types.dims import product

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from netc.types.parameter import Shape

    Array: TypeAlias = NDArray[np.float32]
    Weights: TypeAlias = Mapping[str, Array]

PIECE = 2**18
"""How many numbers of a large array are read or computed at a time: their bytes fit the caches."""


@runtime_checkable
class Streamed(Protocol):
    """Weights that can give a parameter's numbers in parts, and whose arrays are made for who asks."""

    def pieces(self, path: str) -> Iterator[NDArray[np.float32]]:
        """The numbers at ``path`` in C order, as arrays of one axis that follow each other."""
        ...


def pieces(weights: Weights, path: str) -> Iterator[Array]:
    """The numbers of ``weights[path]`` in C order, as arrays of one axis that follow each other.

    At most one array of theirs is held at a time, so who takes one is to let the one before go.
    """
    if isinstance(weights, Streamed):
        yield from weights.pieces(path)
    else:
        yield weights[path].reshape(-1)


def gathered(
    shape: Shape, parts: Iterable[NDArray[np.float32] | NDArray[np.float64]], into: Array | None = None
) -> Array:
    """The array of ``shape`` that ``parts`` follow each other in, rounded to float32.

    They must be as many numbers as the shape holds. They are written over those of ``into``, where that is
    given: an array in C order of so many.
    """
    import numpy as np

    array = np.empty(product(shape), np.float32) if into is None else into.reshape(-1)
    start = 0
    for part in parts:
        array[start : start + len(part)] = part
        start += len(part)
    assert start == len(array), f"{start} numbers for {len(array)}"
    return array.reshape(shape)


def slices(count: int, size: int = PIECE) -> Iterator[slice[int, int, None]]:
    """The parts of ``count`` elements, ``size`` each but for the last.

    >>> list(slices(5, 2))
    [slice(0, 2, None), slice(2, 4, None), slice(4, 5, None)]
    """
    return (slice(start, min(start + size, count)) for start in range(0, count, size))
