"""Known failures, each a rule: which models meet it, what happens, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from netc.runtime import Known
from netc_runtimes.models import read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from netc_runtimes.models import Model

Outcome = Literal["fails", "differs"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that a runtime trips over: what can happen, why, and whether a model has it.

    ``always`` is false of what happens now and then, as where memory is read that nobody wrote.
    """

    outcomes: tuple[Outcome, ...]
    reason: str
    meets: Callable[[Model], bool]
    always: bool = True


def known(rules: Iterable[Rule], path: Path) -> list[Known]:
    """The failures that the model at ``path`` would meet, by the rules of one runtime."""
    model = read(path)
    met = (rule for rule in rules if rule.meets(model))
    return [Known(outcome, rule.reason) for rule in met for outcome in rule.outcomes]
