"""The page of every layer kind, from the models that read it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from netc.layers.base import Common
from netc.layers.registry import MODULES, model_of
from netc.report.kinds import first_sentence, reference
from netc_pages.options import fields_of, table

if TYPE_CHECKING:
    from collections.abc import Iterator


def page() -> str:
    """All kinds, family by family, and the options that they have in common."""
    common = ["(every-layer)=\n## Options of every layer", table(fields_of(Common))]
    return "\n\n".join([*contents(), *common, *families()]) + "\n"


def contents() -> Iterator[str]:
    """A line for each kind."""
    kinds = [kind for kinds in MODULES.values() for kind in kinds]
    rows = [f"| [`{kind}`](#{anchor(kind)}) | {first_sentence(model_of(kind))} |" for kind in kinds]
    yield "\n".join(["| kind | what it is |", "|---|---|", *rows])


def families() -> Iterator[str]:
    """The kinds of each module, under what its docstring says that they are."""
    for module, kinds in MODULES.items():
        what = (import_module(f"netc.layers.{module}").__doc__ or "").strip().removesuffix(".")
        yield f"## {what}"
        yield from map(section, kinds)


def section(kind: str) -> str:
    """One kind: what it does, what its value is, and its options."""
    model = model_of(kind)
    fields = fields_of(model)
    parts = [f"({anchor(kind)})=\n### `{kind}`", reference(model)]
    value = model.model_fields.get(model.value_field)
    if value is None:
        parts.append(f"It takes no value, and may stand alone: `- {kind}`.")
    else:
        fields = {name: field for name, field in fields.items() if field is not value}
        parts.append(table({kind: value}).replace("| option |", "| value |"))
    if fields:
        parts.append(table(fields))
    return "\n\n".join(parts)


def anchor(kind: str) -> str:
    """What a link to a kind's section names."""
    return f"kind-{kind.replace('_', '-')}"
