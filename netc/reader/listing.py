"""Refusals, listed up to a bound and counted beyond it."""

from __future__ import annotations

from collections.abc import Callable
from typing import final

from netc.diagnostics.model import Diagnostic
from netc.reader.bounds import REFUSAL_LIMIT, too_many_refusals
from netc.reader.source import Source


@final
class Listing:
    """Reports refusals as they come, ``REFUSAL_LIMIT`` of them; ``close`` reports the count of the rest."""

    def __init__(self, source: Source, report: Callable[[Diagnostic], None]) -> None:
        self.source = source
        self.report = report
        self._count = 0
        self._first_unlisted = 0

    def has_room(self, index: int) -> bool:
        """Count one refusal, found at ``index``, and say whether it is to be reported."""
        self._count += 1
        if self._count == REFUSAL_LIMIT + 1:
            self._first_unlisted = index
        return self._count <= REFUSAL_LIMIT

    def close(self) -> None:
        """Report how many refusals were not listed, if any."""
        unlisted = self._count - REFUSAL_LIMIT
        if unlisted > 0:
            index = self._first_unlisted
            self.report(too_many_refusals(unlisted, self.source.span(index, index)))
