"""The reference of layer kinds, drawn from the layers' own models."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

from netc.layers.base import Common, Layer, option_names
from netc.layers.options import FieldType
from netc.layers.registry import KINDS, model_of
from netc.report.schema_text import schema_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

WIDTH = 88
TABLE_WIDTH = 100
"""Columns that a page and the table of kinds take."""


def kinds_table() -> str:
    """Every kind with the first sentence of its reference."""
    room = max(map(len, KINDS)) + 2
    hanging = " " * room
    return "\n".join(
        fill(f"{kind:<{room}}{first_sentence(model_of(kind))}", TABLE_WIDTH, subsequent_indent=hanging)
        for kind in KINDS
    )


def first_sentence(model: type[Layer]) -> str:
    """The first sentence of a kind's reference, in one line."""
    paragraph = " ".join(reference(model).split("\n\n")[0].split())
    return paragraph.partition(". ")[0].removesuffix(".")


def reference(model: type[Layer]) -> str:
    """A kind's docstring, as it reads outside Python."""
    lines = (model.__doc__ or "").strip().split("\n")
    return "\n".join(line.strip() for line in lines).replace("``", "`")


def kind_page(kind: str) -> str:
    """What a kind does, what its value is, and its options with types and defaults.

    ``KeyError`` for a kind that is not in ``KINDS``.
    """
    model = model_of(kind)
    paragraphs = [fill(paragraph, WIDTH) for paragraph in f"{kind}: {reference(model)}".split("\n\n")]
    return "\n\n".join([*paragraphs, *sections(kind, model)])


def sections(kind: str, model: type[Layer]) -> Iterator[str]:
    """The parts of a page that list options."""
    fields = {
        kind if name == model.value_field else written: model.model_fields[name]
        for written, name in option_names(model).items()
    }
    value = fields.pop(kind, None)
    if value is not None:
        yield section("Value", {kind: value})
    if fields:
        yield section("Options", dict(sorted(fields.items(), key=lambda item: not item[1].is_required())))
    common = {written: Common.model_fields[name] for written, name in option_names(Common).items()}
    yield section("Options of every layer", common)


def section(title: str, fields: dict[str, FieldInfo]) -> str:
    """A heading, and for each option its type and default, and what it is for."""
    return "\n".join([f"{title}:", *(option_text(name, field) for name, field in fields.items())])


def option_text(name: str, field: FieldInfo) -> str:
    """One option: its type and default in a line, its description below."""
    default = "required" if field.is_required() else f"default {default_text(field.default)}"
    head = fill(
        f"{name}: {schema_text(schema_of(field))}; {default}",
        WIDTH,
        initial_indent="  ",
        subsequent_indent="      ",
    )
    return (
        f"{head}\n{fill(field.description or '', WIDTH, initial_indent='      ', subsequent_indent='      ')}"
    )


def schema_of(field: FieldInfo) -> dict[str, object]:
    """The JSON Schema that an option's type carries; empty where it carries none."""
    for part in field.metadata:
        if isinstance(part, FieldType):
            return part.schema
    return {}


def default_text(value: object) -> str:
    """A default as a spec would write it."""
    if isinstance(value, Layer):
        return str(getattr(value, value.value_field))
    if value is None:
        return "none"
    if isinstance(value, float):
        return f"{value:g}"
    return str(value).lower() if isinstance(value, bool) else str(value)
