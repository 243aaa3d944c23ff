"""How a file says that it gives no arrays."""

from __future__ import annotations

from typing import final


@final
class UnreadableError(Exception):
    """Why a file gives no arrays, in words that follow its name."""
