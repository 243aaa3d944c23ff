"""How a file says that it gives no arrays."""

from __future__ import annotations

from typing import final

MOST_LETTERS = 200


@final
class UnreadableError(Exception):
    """Why a file gives no arrays, in words that follow its name."""


def briefly(error: Exception) -> str:
    """What an error says, in one line that is not too long: it may quote the file."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= MOST_LETTERS else f"{text[:MOST_LETTERS]}…"
