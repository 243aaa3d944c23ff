"""What a quantized model loses, output by output."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    Outputs = Mapping[str, NDArray[Any]]


class Loss(NamedTuple):
    """How far one output is from what it was, over all samples.

    ``largest`` and ``total`` are of the differences without their signs, over ``elements``; ``noise``
    and ``signal`` are sums of squares of the differences and of what was. ``agreeing`` of ``samples`` have
    their largest element at the same place; ``samples`` is 0 where that means nothing.
    """

    largest: float = 0.0
    total: float = 0.0
    elements: int = 0
    noise: float = 0.0
    signal: float = 0.0
    agreeing: int = 0
    samples: int = 0

    @classmethod
    def of(cls, before: NDArray[Any], after: NDArray[Any]) -> Loss:
        """That of a batch."""
        was = before.astype(np.float64)
        apart = np.abs(after.astype(np.float64) - was)
        votes = was.ndim == 2 and was.shape[1] > 1  # the batch, and a vector's elements
        agreeing = np.count_nonzero(was.argmax(1) == after.argmax(1)) if votes else 0
        return cls(
            float(apart.max(initial=0.0)),
            float(apart.sum()),
            apart.size,
            float(np.square(apart).sum()),
            float(np.square(was).sum()),
            int(agreeing),
            len(was) if votes else 0,
        )

    def and_of(self, other: Loss) -> Loss:
        """That of both batches."""
        return Loss(
            max(self.largest, other.largest),
            self.total + other.total,
            self.elements + other.elements,
            self.noise + other.noise,
            self.signal + other.signal,
            self.agreeing + other.agreeing,
            self.samples + other.samples,
        )

    @property
    def mean(self) -> float:
        """The mean of the differences without their signs."""
        return self.total / self.elements if self.elements else 0.0

    @property
    def decibels(self) -> float | None:
        """The ratio of signal to noise, 10·log₁₀ of their squares; nothing where there is no noise."""
        if not self.noise:
            return None
        return 10 * math.log10(self.signal / self.noise) if self.signal else -math.inf

    def record(self) -> dict[str, object]:
        """It as metadata has it, numbers to six digits."""
        record: dict[str, object] = {
            "largest_difference": _rounded(self.largest),
            "mean_difference": _rounded(self.mean),
            "signal_to_noise_db": None if self.decibels is None else _rounded(max(self.decibels, -999.0)),
        }
        if self.samples:
            record["top_class_agrees"] = self.agreeing
        return record

    def sentence(self) -> str:
        """It as a person reads it."""
        noise = "no noise" if self.decibels is None else f"signal to noise {self.decibels:.1f} dB"
        parts = [f"largest difference {self.largest:.3g}", f"mean {self.mean:.3g}", noise]
        if self.samples:
            parts.append(f"top class the same in {self.agreeing:,} of {self.samples:,}")
        return ", ".join(parts)


def losses(pairs: Iterable[tuple[Outputs, Outputs]]) -> dict[str, Loss]:
    """For each output, what is lost over batches: their outputs before, and after."""
    found: dict[str, Loss] = {}
    for before, after in pairs:
        for name, array in before.items():
            found[name] = found.get(name, Loss()).and_of(Loss.of(array, after[name]))
    return found


def _rounded(number: float) -> float:
    return float(f"{number:.6g}")
