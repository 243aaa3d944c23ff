"""Distributions and patterns that parameters begin with.

What may be drawn number by number comes in parts, arrays of one axis that follow each other, in float64
(``uniform``: in float32); what needs the whole matrix is a float32 array.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from netc.types import shape_text
from netc.types.dims import product
from netc.weights.normal import logarithm
from netc.weights.pieces import slices

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from netc.types.parameter import Shape
    from netc.weights.stream import Stream

    Array: TypeAlias = NDArray[np.float32]
    Doubles: TypeAlias = NDArray[np.float64]

# How many numbers are made at a time: even, for normals come in pairs, and few enough for the caches.
CHUNK = 2**13
# Where ``truncated`` cuts.
CUT = 2.0


def constant(count: int, value: float) -> Iterator[Doubles]:
    """``value``, ``count`` times."""
    import numpy as np

    for part in slices(count):
        yield np.full(part.stop - part.start, value, np.float64)


def uniform(stream: Stream, count: int, bound: float) -> Iterator[Array]:
    """``count`` numbers within ±``bound`` (as float32 has it), all equally likely; two a word.

    They are ``bound`` times whole multiples of 2⁻²³ from −1 on: PyTorch's ``uniform_`` has as many.
    """
    import numpy as np

    for part in slices(count, 4 * CHUNK):
        numbers = np.empty(part.stop - part.start, np.float32)
        spread(stream, numbers, bound)
        yield numbers


def spread(stream: Stream, into: Array, bound: float) -> None:
    """Write the numbers of ``uniform`` over those of ``into``, an array of one axis."""
    import numpy as np

    scale = np.float32(bound) * np.float32(2.0**-23)
    for part in slices(len(into), 4 * CHUNK):
        np.multiply(stream.halves(part.stop - part.start), scale, out=into[part])


def normal(stream: Stream, count: int, deviation: float) -> Iterator[Doubles]:
    """``count`` normal numbers about 0 of that standard deviation; two of each two words."""
    for part in slices(count, CHUNK):
        yield stream.normals(part.stop - part.start) * deviation


def truncated(stream: Stream, count: int, deviation: float) -> Iterator[Doubles]:
    """``count`` normal numbers about 0 of that standard deviation, those beyond ±2 left out.

    The cut is at −2 and 2 themselves, not at two standard deviations, as PyTorch's ``trunc_normal_`` has
    it by default: at the usual 0.02 it lies a hundred deviations away. Candidates are taken in order and
    kept or left out by rejection: normal ones where ``deviation`` is at most 2 (more than two of three
    are kept), else uniform ones within ±2, of two words each, kept with the probability
    exp(−x²/(2·deviation²)) (more than six of seven are kept).
    """
    import numpy as np

    narrow = deviation <= CUT

    def candidates(count: int) -> Doubles:
        if narrow:
            numbers = stream.normals(count + count % 2) * deviation
            return numbers[np.abs(numbers) <= CUT]
        pairs = stream.uniforms(2 * count)
        numbers = (2.0 * pairs[0::2] - 1.0) * CUT
        return numbers[logarithm(pairs[1::2] + 2.0**-53) <= -0.5 * (numbers / deviation) ** 2]

    while count:
        kept = candidates(min(CHUNK, count))[:count]
        count -= len(kept)
        yield kept


def orthogonal(stream: Stream, shape: Shape) -> Array:
    """A matrix ``[shape[0], all other axes]`` whose rows, or columns where those are fewer, are orthonormal.

    It is Q of the QR decomposition of a matrix of normal numbers that is at least as high as wide (so it
    is transposed for a wide ``shape``), each column with the sign of R's diagonal, which makes every
    orthogonal matrix equally likely. In float64 by LAPACK: the last bits may differ from one build of
    NumPy to another. Raises ``ValueError`` below two axes.
    Sources: Saxe et al., Exact solutions to the nonlinear dynamics of learning in deep linear neural
    networks (2013); Mezzadri, How to generate random matrices from the classical compact groups (2007).
    """
    import numpy as np

    if len(shape) < 2:
        raise ValueError(f"orthogonal needs two axes or more, and the shape is {shape_text(shape)}")
    rows, columns = shape[0], product(shape[1:])
    high, narrow = max(rows, columns), min(rows, columns)
    numbers = np.empty(high * narrow, np.float64)
    for part in slices(len(numbers), CHUNK):
        numbers[part] = stream.normals(part.stop - part.start)
    q, r = np.linalg.qr(numbers.reshape(high, narrow))
    q *= np.where(np.diagonal(r) < 0.0, -1.0, 1.0)
    matrix = q if rows >= columns else q.T
    return np.ascontiguousarray(matrix, np.float32).reshape(shape)


def dirac(shape: Shape, groups: int) -> Array:
    """A convolution's weight that hands on as many of its input channels as it can, zero elsewhere.

    In each of ``groups`` equal parts of axis 0, entry (d, d) of axes 0 and 1 is 1 at the middle of
    every further axis (its size halved, rounded down): what PyTorch's ``dirac_`` makes. Raises
    ``ValueError`` unless there are three to five axes and the groups divide axis 0.
    """
    import numpy as np

    if not 3 <= len(shape) <= 5:
        raise ValueError(f"dirac needs three to five axes, and the shape is {shape_text(shape)}")
    if shape[0] % groups:
        raise ValueError(f"dirac needs axis 0 of {shape_text(shape)} to be divisible by the groups, {groups}")
    array = np.zeros(shape, np.float32)
    size = shape[0] // groups
    middle = tuple(dim // 2 for dim in shape[2:])
    for group in range(groups):
        for channel in range(min(size, shape[1])):
            array[(group * size + channel, channel, *middle)] = 1.0
    return array
