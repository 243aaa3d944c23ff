"""What runtimes trip over, as netc's own adapters declare it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.metadata import EntryPoint

    from netc_runtimes.rules import Rule

GROUP = "netc.runtimes"


def page() -> str:
    """A list for each adapter that declares known failures."""
    from importlib.metadata import entry_points  # 20 ms, needed by this page alone

    points = sorted(entry_points(group=GROUP), key=lambda point: point.name)
    lists = (line for point in points for line in known_failures(point))
    return "\n".join(["## What each trips over", "", *lists])


def known_failures(point: EntryPoint) -> Iterator[str]:
    """The reasons that one adapter of netc's has, if any."""
    rules: tuple[Rule, ...] = getattr(import_module(point.module), "RULES", ())
    if point.module.startswith("netc_runtimes.") and rules:
        yield f"### {point.name}: known failures"
        yield ""
        yield from (f"- {rule.reason}." for rule in rules)
        yield ""
