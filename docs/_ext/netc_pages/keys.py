"""The page of a document's keys, from the models that read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc.language.dims import DimFacts
from netc.language.document import Document, Input
from netc_pages.options import fields_of, table

if TYPE_CHECKING:
    from netc.layers.base import Model


def page() -> str:
    """The keys of a document, of an input, and of the facts about a symbol."""
    parts = [
        "## A spec",
        keys(Document),
        "## An input",
        inputs(),
        "## Facts about a symbol",
        table(fields_of(DimFacts)),
    ]
    return "\n\n".join(parts) + "\n"


def keys(model: type[Model]) -> str:
    """The keys of a model and what each is for."""
    rows = [f"| `{name}` | {field.description} |" for name, field in fields_of(model).items()]
    return "\n".join(["| key | |", "|---|---|", *rows])


def inputs() -> str:
    """What stands for an input: a shape, or a mapping with these options."""
    shape, mapping = "`input: [3, 224, 224]`", "`input: {shape: [20], dtype: int64}`"
    return f"It is a shape, as in {shape}, or a mapping, as in {mapping}:\n\n{table(fields_of(Input))}"
