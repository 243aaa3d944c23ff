"""Normal deviates from random words, by operations that every machine rounds alike.

NumPy's ``log``, ``sin`` and ``cos`` differ in their last bit from one processor to the next. What is here
needs only sums, products, quotients and square roots, which IEEE 754 rounds in one way, so that a seed
means the same bytes everywhere.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Doubles: TypeAlias = NDArray[np.float64]
    Words: TypeAlias = NDArray[np.uint64]

# The area hyperbolic tangent's series in even powers; the first term left out is below 1e-18 for s ≤ 0.172.
ATANH = tuple(1 / (2 * k + 1) for k in range(11))
# Sine and cosine in even powers; the first terms left out are below 1e-16 within ±π/4.
SINE = tuple((-1) ** k / math.factorial(2 * k + 1) for k in range(9))
COSINE = tuple((-1) ** k / math.factorial(2 * k) for k in range(9))


def uniforms(words: Words) -> Doubles:
    """The upper 53 bits of each word as a number in [0, 1)."""
    import numpy as np

    result = (words >> np.uint64(11)).astype(np.float64)
    result *= 2.0**-53
    return result


def normals(words: Words) -> Doubles:
    """A deviate of mean 0 and standard deviation 1 for each word; the words are even in number.

    Of two words, the first gives u in (0, 1] and the second v in [0, 1); theirs are
    sqrt(−2·ln u)·cos(2πv) and sqrt(−2·ln u)·sin(2πv).
    Source: Box and Muller, A Note on the Generation of Random Normal Deviates (1958).
    """
    import numpy as np

    numbers = uniforms(words)
    radius = np.sqrt(-2.0 * logarithm(numbers[0::2] + 2.0**-53))
    cosine, sine = circle(numbers[1::2])
    result = np.empty(len(words), np.float64)
    np.multiply(radius, cosine, out=result[0::2])
    np.multiply(radius, sine, out=result[1::2])
    return result


def logarithm(numbers: Doubles) -> Doubles:
    """The natural logarithm of numbers in (0, 1].

    ln(m·2^e) = e·ln 2 + 2·artanh((m − 1)/(m + 1)), with m between the roots of 1/2 and 2.
    """
    import numpy as np

    mantissa, exponent = np.frexp(numbers)
    small = mantissa < math.sqrt(0.5)
    mantissa *= 1.0 + small
    ratio = (mantissa - 1.0) / (mantissa + 1.0)
    return (exponent - small) * math.log(2) + 2.0 * ratio * polynomial(ATANH, ratio * ratio)


def circle(turns: Doubles) -> tuple[Doubles, Doubles]:
    """Cosine and sine of angles given in whole turns within [0, 1].

    They are computed within an eighth of a turn about the nearest quarter, then turned by quarters.
    """
    import numpy as np

    quarters = 4.0 * turns
    nearest = np.floor(quarters + 0.5)
    angle = (quarters - nearest) * (math.pi / 2)
    square = angle * angle
    sine = angle * polynomial(SINE, square)
    cosine = polynomial(COSINE, square)
    quadrant = nearest.astype(np.int8) & 3
    odd = (quadrant & 1) == 1
    left, low = (quadrant == 1) | (quadrant == 2), quadrant >= 2
    first, second = np.where(odd, sine, cosine), np.where(odd, cosine, sine)
    np.negative(first, out=first, where=left)
    np.negative(second, out=second, where=low)
    return first, second


def polynomial(coefficients: tuple[float, ...], x: Doubles) -> Doubles:
    """The sum of ``coefficients[k]·x^k``, by Horner's rule."""
    result = x * coefficients[-1]
    for coefficient in coefficients[-2:0:-1]:
        result += coefficient
        result *= x
    result += coefficients[0]
    return result
