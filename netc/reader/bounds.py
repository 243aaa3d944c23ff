"""How large a spec's text may be, and what is said about one that is larger."""

from __future__ import annotations

from typing import Final

from netc.diagnostics.model import Diagnostic, Span

BYTE_LIMIT: Final = 1_048_576
"""The longest text, in bytes: 1 MiB."""

DEPTH_LIMIT: Final = 50
"""How many mappings and sequences may stand inside one another."""

EVENT_LIMIT: Final = 1_000_000
"""How many YAML events (a scalar is one, a mapping or a sequence two) a text may have."""

REFUSAL_LIMIT: Final = 100
"""How many duplicate keys and refused features are listed, each by itself."""


def too_many_bytes(size: int, file: str) -> Diagnostic:
    """The text is ``size`` bytes long."""
    return _exceeded(
        "the text is too long",
        f"{size:,} bytes, and at most {BYTE_LIMIT:,} (1 MiB) are read",
        "write what repeats once, with `repeat`, `for` or `use`, or `import` blocks from other files",
        Span(file, 1, 1, 1, 1),
    )


def too_deep(span: Span) -> Diagnostic:
    """A mapping or sequence begins at ``span`` inside ``DEPTH_LIMIT`` others."""
    return _exceeded(
        "mappings and lists are nested too deeply",
        f"{DEPTH_LIMIT + 1} levels, and at most {DEPTH_LIMIT} are read",
        "give the inner layers a name under `blocks` and place them with `use`",
        span,
    )


def too_many_events(span: Span) -> Diagnostic:
    """The text has more events than ``EVENT_LIMIT``; the first beyond it is at ``span``."""
    return _exceeded(
        "the text has too many keys and values",
        f"more than {EVENT_LIMIT:,} YAML events",
        "write what repeats once, with `repeat`, `for` or `use`",
        span,
    )


def too_many_digits(length: int, limit: int, span: Span) -> Diagnostic:
    """A whole number is written with ``length`` characters."""
    return _exceeded(
        "a whole number is too long",
        f"{length:,} characters, and at most {limit} are read",
        "sizes stay below 2^31; for text of digits, put it in quotes",
        span,
    )


def too_many_refusals(count: int, span: Span) -> Diagnostic:
    """``count`` refusals beyond ``REFUSAL_LIMIT`` are not listed; the first of them is at ``span``."""
    return _exceeded(
        "too many duplicate keys and refused features to list",
        f"{count:,} more from here on, after the {REFUSAL_LIMIT} listed",
        "mend those that are listed and check again",
        span,
    )


def _exceeded(message: str, label: str, way_out: str, span: Span) -> Diagnostic:
    return Diagnostic("E104", "error", message, span, label, way_out)
