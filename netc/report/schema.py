"""The JSON Schema of a spec (draft 2020-12), for editors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc.language.defaults import CONVOLUTIONS
from netc.language.dims import DimFacts
from netc.language.document import SYMBOL_SCHEMA, Document, Input
from netc.layers.base import option_names
from netc.layers.init import INIT_SCHEMA
from netc.layers.options import NAME_SCHEMA
from netc.layers.registry import KINDS, model_of
from netc.report.layer_schema import (
    WITHOUT_DEFAULTS,
    JsonSchema,
    described,
    field_schema,
    layer_definitions,
    with_expressions,
)

if TYPE_CHECKING:
    from netc.layers.base import Model

DRAFT = "https://json-schema.org/draft/2020-12/schema"

_LAYERS: JsonSchema = {"type": "array", "items": {"$ref": "#/$defs/layer"}}
_PARAM: JsonSchema = {"type": ["number", "string", "boolean", "array"]}


def spec_schema() -> JsonSchema:
    """The schema of a whole spec: every key, kind and option with its description, type and default.

    It checks each value by itself; what values mean together, such as shapes, is for ``netc check``. A
    required option may come from ``defaults``, so that the schema asks for few of them.
    """
    return {
        "$schema": DRAFT,
        "title": "netc",
        "description": "A neural network, written as data.",
        "type": "object",
        "properties": _document(),
        "required": ["netc"],
        "additionalProperties": False,
        "anyOf": [{"required": ["layers", "input"]}, {"required": ["layers", "inputs"]}, _library()],
        "not": {"required": ["input", "inputs"]},
        "$defs": {
            "expression": {
                "type": "string",
                "pattern": r"^\$(?!\$)",
                **described("An expression: `$name` or `$(…)`."),
            },
            "input": {"anyOf": [field_schema(Input.model_fields["shape"]), _mapping(Input, ["shape"])]},
            **layer_definitions(),
        },
    }


def _library() -> JsonSchema:
    excluded = ("layers", "input", "inputs", "outputs", "dims")
    return {"required": ["blocks"], "not": {"anyOf": [{"required": [key]} for key in excluded]}}


def _document() -> JsonSchema:
    """The keys of a spec."""
    written = {
        "input": {"$ref": "#/$defs/input"},
        "inputs": _named({"$ref": "#/$defs/input"}, minProperties=1),
        "dims": {**_named(_mapping(DimFacts)), "propertyNames": SYMBOL_SCHEMA},
        "params": _values(),
        "variants": {"type": "object", "additionalProperties": _values()},
        "import": {"type": "array", "items": {"type": "string", "pattern": r"\.[yY][aA]?[mM][lL]$"}},
        "defaults": _defaults(),
        "blocks": _named(_block()),
        "layers": _LAYERS,
        "outputs": {
            "anyOf": [
                {"type": "array", "items": {"type": "string"}, "minItems": 1},
                _named({"type": "string"}, minProperties=1),
            ]
        },
    }
    fields = {key: Document.model_fields[name] for key, name in option_names(Document).items()}
    return {
        key: {**written.get(key, field_schema(field)), **described(field.description or "")}
        for key, field in fields.items()
    }


def _named(schema: JsonSchema, **bounds: int) -> JsonSchema:
    """A mapping of names."""
    return {"type": "object", "propertyNames": NAME_SCHEMA, "additionalProperties": schema, **bounds}


def _mapping(model: type[Model], required: list[str] | None = None) -> JsonSchema:
    """A mapping with the keys of a model."""
    fields = {key: field_schema(model.model_fields[name]) for key, name in option_names(model).items()}
    return {
        "type": "object",
        "properties": fields,
        "required": required or [],
        "additionalProperties": False,
    }


def _values(*, may_be_missing: bool = False) -> JsonSchema:
    """Params: names and their values; those of a block may have none."""
    value = {"type": [*_PARAM["type"], "null"]} if may_be_missing else _PARAM
    return {**_named(value), "type": ["object", "null"]}


def _block() -> JsonSchema:
    inputs = {"type": "array", "items": NAME_SCHEMA, "minItems": 1}
    return {
        "type": "object",
        "properties": {
            "params": {
                **_values(may_be_missing=True),
                **described("Its params; one without a value is required."),
            },
            "inputs": {**inputs, **described("The names that `from` fills, in order.")},
            "layers": {**_LAYERS, **described("What it makes.")},
        },
        "required": ["layers"],
        "additionalProperties": False,
    }


def _defaults() -> JsonSchema:
    """For each kind the options that can have a default in a file."""
    init = {**with_expressions(INIT_SCHEMA), **described("How parameters begin, of all kinds with weights.")}
    kinds = {kind: _default_options(kind) for kind in KINDS if kind not in WITHOUT_DEFAULTS}
    return {"type": "object", "properties": {**kinds, "init": init}, "additionalProperties": False}


def _default_options(kind: str) -> JsonSchema:
    model = model_of(kind)
    options = {
        written: {"$ref": f"#/$defs/layer_{kind}/properties/{written}"}
        for written, name in option_names(model).items()
        if name != model.value_field
    }
    reach = f", and of {', '.join(f'`{other}`' for other in CONVOLUTIONS)}" if kind == "conv" else ""
    return {
        "type": "object",
        **described(f"Options of every `{kind}`{reach} that leaves them out."),
        "properties": options,
        "additionalProperties": False,
    }
