"""The random numbers of one parameter."""

from __future__ import annotations

from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING, final

from netc.weights.normal import normals, uniforms

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Part of what is hashed, so that no other use of a seed and a path meets the same numbers.
PURPOSE = "netc initial weights 1"


@final
class Stream:
    """Numbers that depend on a seed and a path alone, drawn one after another.

    They come from the 64-bit words of Philox 4×64-10, whose 128-bit key is the BLAKE2b hash of
    ``netc initial weights 1``, the seed in decimal and the path in UTF-8, with zero bytes between them; the
    hash is read little-endian, and the counter starts as NumPy's does. Drawing in several parts gives
    the numbers that drawing at once would.
    Source: Salmon et al., Parallel Random Numbers: As Easy as 1, 2, 3 (2011).
    """

    def __init__(self, seed: int, path: str, spent: np.random.Philox | None = None) -> None:
        """``spent`` is a generator that nobody draws from any more; a new one costs 4,000 words."""
        self._text = f"{PURPOSE}\0{seed}\0{path}"
        self._spent = spent

    @cached_property
    def _philox(self) -> np.random.Philox:
        """Made for the first word: most parameters of a network are constants, and need none."""
        import numpy as np

        key = np.frombuffer(blake2b(self._text.encode(), digest_size=16).digest(), "<u8").astype(np.uint64)
        if self._spent is None:
            return np.random.Philox(key=key)
        self._spent.state = {  # of a generator of this key before its first word
            "bit_generator": "Philox",
            "state": {"counter": np.zeros(4, np.uint64), "key": key},
            "buffer": np.zeros(4, np.uint64),
            "buffer_pos": 4,
            "has_uint32": 0,
            "uinteger": 0,
        }
        return self._spent

    def uniforms(self, count: int) -> NDArray[np.float64]:
        """``count`` numbers in [0, 1), a word each."""
        return uniforms(self._philox.random_raw(count))

    def halves(self, count: int) -> NDArray[np.float32]:
        """``count`` whole numbers from −2²³ on and below 2²³: of a word's lower half, then of its upper.

        They are the upper 24 bits of a half as a signed number: float32 holds all of them. An odd ``count``
        leaves the last word's upper half unused, so it comes last.
        """
        import numpy as np

        halves = self._philox.random_raw((count + 1) // 2).astype("<u8", copy=False).view("<i4")[:count]
        halves >>= 8
        return halves.astype(np.float32)

    def normals(self, count: int) -> NDArray[np.float64]:
        """``count`` deviates of mean 0 and standard deviation 1, two of each two words.

        An odd ``count`` leaves the last word's second deviate unused, so it comes last.
        """
        return normals(self._philox.random_raw(count + count % 2))[:count]
