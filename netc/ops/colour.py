"""Colours of images, and their scale."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Literal, final

from netc.errors import Mistake
from netc.ops.op import Operation, require_map
from netc.ops.reading import Readings, kept
from netc.types import TensorType
from netc.types.dims import at_least, equal

GrayMode = Literal["luma", "mean"]
WEIGHTS: dict[GrayMode, tuple[float, float, float]] = {
    "luma": (0.299, 0.587, 0.114),
    "mean": (1 / 3, 1 / 3, 1 / 3),
}
"""What red, green and blue weigh. The luma is Y of ITU-R BT.601-7 (2011), section 2.5.1."""

LARGEST_FLOAT32 = (2 - 2**-23) * 2.0**127


@final
@dataclass(frozen=True, slots=True)
class Gray(Operation):
    """Red, green and blue to one channel: their weighted sum at each position.

    >>> Gray("luma").infer(TensorType((3, 224, 224)))
    TensorType(shape=(1, 224, 224), dtype='float32')
    """

    mode: GrayMode

    @property
    def weights(self) -> tuple[float, float, float]:
        """What red, green and blue weigh; the sum is 1."""
        return WEIGHTS[self.mode]

    def infer(self, x: TensorType) -> TensorType:
        """``[3, W…]`` to ``[1, W…]``."""
        require_map(x, "gray")
        if not equal(x.channels, len(self.weights)):
            raise Mistake(
                "E401",
                "`gray` needs 3 channels: red, green and blue",
                label=f"given {x.describe()}",
                help=self._way_out(x),
            )
        return x.with_shape((1, *x.spatial))

    def readings(self, output: TensorType, x: TensorType) -> Readings:
        """The three channels of each position."""
        del x
        return kept(output.rank, [0])

    def _way_out(self, x: TensorType) -> str:
        if equal(x.shape[-1], len(self.weights)):
            order = (x.rank - 1, *range(x.rank - 1))
            return f"`permute: [{', '.join(map(str, order))}]` puts the channels first"
        if at_least(x.channels, len(self.weights)):
            return "`{slice: 0, stop: 3}` leaves out what follows the first three, such as opacity"
        return "leave it out: there are no colours to weigh"


@final
@dataclass(frozen=True, slots=True)
class Normalize(Operation):
    """``(x·scale − mean)/std`` in float32, each of the three with one number, or one a channel.

    Backends compute it as ``x·a + b``, with ``a`` and ``b`` from ``line``.

    >>> Normalize((0.5,), (0.25,), (1 / 255,)).infer(TensorType((3, 32, 32), "uint8"))
    TensorType(shape=(3, 32, 32), dtype='float32')
    """

    mean: tuple[float, ...]
    std: tuple[float, ...]
    scale: tuple[float, ...]

    @property
    def line(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """The factor ``scale/std`` and the addend ``−mean/std``, each with one number, or one a channel.

        >>> Normalize((0.5, 1.0), (0.25,), (2.0,)).line
        ((8.0,), (-2.0, -4.0))
        """
        factors = tuple(scale / std for scale, std in _pairs(self.scale, self.std))
        return factors, tuple(-mean / std for mean, std in _pairs(self.mean, self.std))

    def infer(self, x: TensorType) -> TensorType:
        """The shape stays; the elements are float32."""
        if x.dtype == "int64":
            raise Mistake(
                "E406",
                "`normalize` computes on float32 or uint8",
                label=f"given {x.describe()}",
                help="`embed` turns a sequence of indices into one of float32",
            )
        for name, numbers in (("mean", self.mean), ("std", self.std), ("scale", self.scale)):
            if len(numbers) > 1 and not (x.shape and equal(x.channels, len(numbers))):
                raise Mistake(
                    "E401",
                    "`normalize` needs one number for all channels, or one for each",
                    label=f"`{name}` has {len(numbers)}, given {x.describe()}",
                    help="give as many numbers as there are channels",
                    option="numbers",
                )
        for number in (*self.line[0], *self.line[1]):
            if not isfinite(number) or abs(number) > LARGEST_FLOAT32:
                raise Mistake(
                    "E407",
                    "`normalize` computes with numbers beyond those of float32",
                    label=f"scale/std or mean/std is {number:g}, the largest is {LARGEST_FLOAT32:.3g}",
                    help="give a larger `std`",
                    option="numbers",
                )
        return TensorType(x.shape, "float32", x.layout)


def _pairs(first: tuple[float, ...], second: tuple[float, ...]) -> list[tuple[float, float]]:
    """The numbers of both channel by channel; one number stands for all channels."""
    channels = max(len(first), len(second))
    return list(zip(first * (channels // len(first)), second * (channels // len(second)), strict=True))
