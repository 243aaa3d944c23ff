"""Tables of options, from the fields of a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc.layers.base import Model, option_names
from netc.report.kinds import default_text, schema_of
from netc.report.schema_text import schema_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic.fields import FieldInfo


def fields_of(model: type[Model]) -> dict[str, FieldInfo]:
    """A model's fields by the names that a spec gives them; those that are required first."""
    written = {name: model.model_fields[own] for name, own in option_names(model).items()}
    return dict(sorted(written.items(), key=lambda item: not item[1].is_required()))


def table(fields: Mapping[str, FieldInfo]) -> str:
    """What each field takes, its default, and what it is for."""
    rows = [
        f"| `{name}` | {schema_text(schema_of(field))} | {default_of(field)} | {field.description} |"
        for name, field in fields.items()
    ]
    return "\n".join(["| option | takes | default | |", "|---|---|---|---|", *rows])


def default_of(field: FieldInfo) -> str:
    """A default as a spec would write it."""
    if field.is_required():
        return "required"
    return "–" if field.default is None else f"`{default_text(field.default)}`"
