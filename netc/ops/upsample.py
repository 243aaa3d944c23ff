"""Larger feature maps by interpolation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, final

from netc.ops.op import Operation, require_map
from netc.ops.reading import Reading, Readings
from netc.types import TensorType

UpsampleMode = Literal["nearest", "linear"]


@final
@dataclass(frozen=True, slots=True)
class Upsample(Operation):
    """Each spatial axis ``factors`` times as long, its new elements read between the old ones.

    ``nearest``: element ``i`` is the old ``⌊i/f⌋``. ``linear``: between the two old elements beside
    ``(i + 1/2)/f − 1/2``, which lies half a pixel inside the first and last (their values go on beyond);
    with ``align_corners`` beside ``i·(W − 1)/(f·W − 1)``, so that the ends stay the ends. In 2 and 3 axes one
    axis after the other: bilinear and trilinear.

    >>> Upsample((2, 3), "nearest", align_corners=False).infer(TensorType((64, 7, 9)))
    TensorType(shape=(64, 14, 27), dtype='float32')
    """

    factors: tuple[int, ...]
    mode: UpsampleMode
    align_corners: bool

    def infer(self, x: TensorType) -> TensorType:
        """``[C, W…]`` to ``[C, f·W…]``."""
        require_map(x, "upsample")
        longer = (dim * factor for dim, factor in zip(x.spatial, self.factors, strict=True))
        return x.with_shape((x.channels, *longer))

    def readings(self, output: TensorType, x: TensorType) -> Readings:
        """``⌊i/f⌋``, or the two beside ``(i + 1/2)/f − 1/2``; aligned corners have theirs about there.

        >>> x = TensorType((64, 9))
        >>> Upsample((2,), "linear", align_corners=False).readings(x.with_shape((64, 18)), x)[1]
        Reading(axis=1, first=-1, last=2, down=2, up=4)
        """
        del output, x
        factors = enumerate(self.factors, start=1)
        if self.mode == "nearest":
            return Reading(0), *(Reading(axis, up=factor) for axis, factor in factors)
        return Reading(0), *(Reading(axis, 1 - factor, factor, 2, 2 * factor) for axis, factor in factors)
