"""Numbers beside those that they should be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from netc.types import shape_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netc.runtime import Arrays

FLOOR = 1e-6
"""An output whose elements are all smaller than this is compared as if its largest were this."""


class Comparison(NamedTuple):
    """How far outputs are from those expected.

    ``output`` is the one that is furthest, ``difference`` its ``max|found − expected| / max|expected|``:
    nothing where the two cannot be subtracted, and ``problem`` says why.
    """

    output: str
    difference: float | None
    problem: str = ""

    def within(self, rtol: float) -> bool:
        """Whether every output is within the tolerance."""
        return self.difference is not None and self.difference <= rtol


def compared(found: Arrays, expected: Arrays) -> Comparison:
    """Compare outputs by name; one that has a problem is further than one that differs.

    ``expected`` has an output at least.
    """
    worst: Comparison | None = None
    for name, right in expected.items():
        one = _compared(name, found.get(name), right, found)
        if one.difference is None:
            return one
        if worst is None or worst.difference is None or one.difference > worst.difference:
            worst = one
    assert worst is not None
    return worst


def _compared(name: str, found: NDArray[Any] | None, expected: NDArray[Any], others: Arrays) -> Comparison:
    if found is None:
        there = f"there are {', '.join(f'`{other}`' for other in others)}" if others else "there is none"
        return Comparison(name, None, f"the output `{name}` is missing: {there}")
    if found.shape != expected.shape:
        shapes = f"{shape_text(found.shape)}, and torch's is {shape_text(expected.shape)}"
        return Comparison(name, None, f"the output `{name}` is {shapes}")
    difference = largest_difference(found, expected)
    if difference is None:
        return Comparison(name, None, f"the output `{name}` holds {_odd(found)}, where torch has numbers")
    return Comparison(name, difference)


def largest_difference(found: NDArray[Any], expected: NDArray[Any]) -> float | None:
    """``max|found − expected| / max|expected|``, of arrays of one shape; 0 where they have no elements.

    Infinities that both have are left out. Nothing where any other element, of either, is no finite number:
    a NaN agrees with nothing, not with a NaN either.
    """
    import numpy as np  # loaded only where numbers are compared

    first, second = found.astype(np.float64), expected.astype(np.float64)
    finite = np.isfinite(second)
    if not finite.all():
        if not np.array_equal(first[~finite], second[~finite]):
            return None
        first, second = first[finite], second[finite]
    if not np.isfinite(first).all():
        return None
    if not first.size:
        return 0.0
    return float(np.abs(first - second).max() / max(np.abs(second).max(), FLOOR))


def spread(outputs: NDArray[Any]) -> float:
    """How far the outputs of one batch are from each other, as ``largest_difference`` counts.

    0 where there are fewer than two, or one is no finite number.
    """
    if len(outputs) < 2:
        return 0.0
    return max(largest_difference(one, outputs[0]) or 0.0 for one in outputs[1:])


def _odd(found: NDArray[Any]) -> str:
    import numpy as np  # as above

    return "NaN" if np.isnan(found).any() else "infinities"
