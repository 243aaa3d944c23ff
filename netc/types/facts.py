"""What is known of the symbols that sizes are made of."""

from __future__ import annotations

from typing import NamedTuple


class Facts(NamedTuple):
    """The sizes that a symbol stands for: the multiples of ``multiple_of`` from ``min`` to ``max``.

    ``max`` is ``None`` where there is no largest.

    >>> Facts(min=30, max=100, multiple_of=32).ends
    (1, 3)
    """

    min: int = 1
    max: int | None = None
    multiple_of: int = 1

    @property
    def ends(self) -> tuple[int, int | None]:
        """The smallest and the largest factor of ``multiple_of``; no size is left where they are crossed."""
        least = -(-self.min // self.multiple_of)
        return least, None if self.max is None else self.max // self.multiple_of

    @property
    def allows_none(self) -> bool:
        """Whether no size meets them."""
        least, most = self.ends
        return most is not None and most < least

    def __str__(self) -> str:
        least = self.min if self.allows_none else self.ends[0] * self.multiple_of
        most = () if self.max is None else (f"max {self.max}",)
        multiple = () if self.multiple_of == 1 else (f"multiple_of {self.multiple_of}",)
        return ", ".join((f"min {least}", *most, *multiple))
