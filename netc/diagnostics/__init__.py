"""What a check reports, and in which order: the ground that every other room stands on."""

from __future__ import annotations

from netc.diagnostics.model import Diagnostic, Note, Severity, Span
from netc.diagnostics.order import capped, in_order, sort_key

__all__ = ["Diagnostic", "Note", "Severity", "Span", "capped", "in_order", "sort_key"]
