"""The page of every diagnostic code, from the catalogue that `netc explain` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc.diagnostics.catalogue import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netc.diagnostics.catalogue import Entry

STAGES = {
    "E1": "E1: the text",
    "E2": "E2: the language",
    "E3": "E3: names, expressions, and what is used again",
    "E4": "E4: shapes",
    "E5": "E5: budgets",
    "W1": "W1: warnings",
    "W2": "W2: warnings that are off until selected",
}
"""Headings, by what a code begins with."""


def page() -> str:
    """All codes: a table, then a section for each."""
    rows = [f"| [{one.code}](#{one.code.lower()}) | {one.title} |" for one in CATALOGUE.values()]
    table = "\n".join(["| code | what it is |", "|---|---|", *rows])
    return "\n\n".join([table, *sections()]) + "\n"


def sections() -> Iterator[str]:
    """The entries, under the headings of their stages."""
    stage = ""
    for one in CATALOGUE.values():
        if one.code[:2] != stage:
            stage = one.code[:2]
            yield f"## {STAGES[stage]}"
        yield section(one)


def section(one: Entry) -> str:
    """One code: the rule, a spec that breaks it, and its repair."""
    asked = f" (found by `{' '.join(('netc check', *one.arguments))}`)" if one.arguments else ""
    parts = [
        f"({one.code.lower()})=\n### {one.code}: {one.title}",
        one.explanation.strip(),
        f"Wrong{asked}:",
        f"```yaml\n{one.example.rstrip()}\n```",
        "Right:",
        f"```yaml\n{one.repair.rstrip()}\n```",
    ]
    return "\n\n".join(parts)
