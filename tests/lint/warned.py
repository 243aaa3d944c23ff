"""Checks of texts, warnings included."""

from __future__ import annotations

from netc.compiler import check_bytes
from netc.diagnostics import Diagnostic
from netc.elaborate import Overrides
from netc.lint import Selection

DEFAULT = Selection()
HEAD = "netc: 1\ninput: [8, 16, 16]\n"


def warned(text: str, selection: Selection = DEFAULT, overrides: Overrides | None = None) -> list[Diagnostic]:
    """What `netc check` finds in a spec."""
    chosen = overrides or Overrides()
    return check_bytes(text.encode(), "spec.yaml", chosen, every_variant=True, warnings=selection).diagnostics


def codes(text: str, selection: Selection = DEFAULT) -> str:
    """The codes that `netc check` finds, with the lines they stand at."""
    return " ".join(f"{found.code}:{found.span.line}" for found in warned(text, selection))
