"""The page that ``netc explain CODE`` prints."""

from __future__ import annotations

from textwrap import indent

from netc.diagnostics.catalogue import CATALOGUE


def explain(code: str) -> str:
    """The page of a code, in whichever case it is typed: the rule, a spec that breaks it, its repair.

    ``KeyError`` for a code that the catalogue lacks; ``catalogue.nearest`` has the closest.
    The text does not end in a newline.
    """
    entry = CATALOGUE[code.upper()]
    command = " ".join(("netc check SPEC", *entry.arguments))
    asked = f" (with `{command}`)" if entry.arguments else ""
    return "\n\n".join(
        [
            f"{entry.code}: {entry.title}",
            entry.explanation.rstrip(),
            f"Wrong{asked}:",
            indent(entry.example, "    ").rstrip(),
            "Right:",
            indent(entry.repair, "    ").rstrip(),
        ]
    )
