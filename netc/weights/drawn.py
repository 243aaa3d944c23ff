"""Weights that can be written where a backend wants them: nothing is made twice, and nothing copied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@runtime_checkable
class Drawn(Protocol):
    """Weights that are computed number by number, of nothing that is held."""

    def draw(self, path: str, into: NDArray[np.float32]) -> None:
        """Write the numbers of ``path`` over those of ``into``, an array of its shape in C order."""
        ...
