"""The JSON Schema of layers, from their models: what an editor completes, explains and underlines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias, cast, get_args

from netc.layers.activation import ACT_OPTIONS, Act
from netc.layers.base import Common, Layer, option_names
from netc.layers.norm import NORM_OPTIONS, Norm
from netc.layers.options import FieldType
from netc.layers.registry import KINDS, model_of
from netc.report.kinds import default_text, reference

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from pydantic.fields import FieldInfo

JsonSchema: TypeAlias = dict[str, Any]

EXPRESSION: JsonSchema = {"$ref": "#/$defs/expression"}
WITHOUT_DEFAULTS = ("use", "for", "head", "layers")
"""Kinds that a file's ``defaults`` do not reach: only of these is each required option surely written."""

_NOT_FOR = {"head": ("name", "repeat"), "for": ("repeat",)}
"""Options of every layer that a kind does not take."""

_NAMED: Mapping[str, tuple[type[Layer], Mapping[str, Collection[str]]]] = {
    "act": (Act, ACT_OPTIONS),
    "norm": (Norm, NORM_OPTIONS),
}
"""Layers that are options, too, with the options that apply to each of their names."""


def layer_definitions() -> JsonSchema:
    """What stands under ``$defs``: a layer, each kind, and activation and norm as options."""
    kinds = {f"layer_{kind}": kind_schema(kind) for kind in KINDS}
    named = {f"option_{kind}": named_schema(kind) for kind in _NAMED}
    names = option_names(Common).items()
    common = {f"common_{written}": field_schema(Common.model_fields[name]) for written, name in names}
    return {"layer": layer_schema(), **kinds, **named, **common}


def layer_schema() -> JsonSchema:
    """A kind alone, or a mapping with one kind: which it is decides what else may be in it.

    A key that another key's kind takes as an option is an option, as ``norm`` beside ``conv``.
    """
    alone = [{"const": kind, **described(reference(model_of(kind)))} for kind in KINDS if stands_alone(kind)]
    chosen = [
        {"if": _is_of_kind(kind), "then": {"$ref": f"#/$defs/layer_{kind}"}, "else": True} for kind in KINDS
    ]
    mapping = {
        "type": "object",
        "properties": {kind: described(reference(model_of(kind))) for kind in KINDS},
        "anyOf": [{"required": [kind]} for kind in KINDS],
        "allOf": chosen,
    }
    return {"description": "A layer: its kind, and options.", "anyOf": [mapping, *alone]}


def _is_of_kind(kind: str) -> JsonSchema:
    takers = [other for other in KINDS if other != kind and kind in option_names(model_of(other))]
    found: JsonSchema = {"required": [kind]}
    return {**found, "not": {"anyOf": [{"required": [other]} for other in takers]}} if takers else found


def stands_alone(kind: str) -> bool:
    """Whether a kind needs neither a value nor an option."""
    return not any(field.is_required() for field in model_of(kind).model_fields.values())


def kind_schema(kind: str) -> JsonSchema:
    """A mapping whose kind is ``kind``: its value, its options and those of every layer."""
    model = model_of(kind)
    fields = {written: model.model_fields[name] for written, name in option_names(model).items()}
    value = fields.pop(model.value_field, None)
    required = [name for name, field in fields.items() if field.is_required() and kind in WITHOUT_DEFAULTS]
    common = {
        written: {"$ref": f"#/$defs/common_{written}"}
        for written in option_names(Common)
        if written not in _NOT_FOR.get(kind, ())
    }
    options = {name: field_schema(field) for name, field in fields.items()}
    return {
        "type": "object",
        **described(reference(model)),
        "properties": {kind: _value_schema(model, value), **options, **common},
        "required": [kind, *required],
        "additionalProperties": False,
    }


def _value_schema(model: type[Layer], field: FieldInfo | None) -> JsonSchema:
    """What stands behind the kind itself; nothing where it needs no value."""
    text = described(reference(model))
    if field is None:
        return {**text, "type": "null"}
    schema = field_schema(field)
    paragraphs = f"{reference(model)}\n\n{field.description}"
    if not field.is_required():
        schema = {**schema, "anyOf": [*_alternatives(schema), {"type": "null"}]}
        schema = {key: part for key, part in schema.items() if key in _NOTES or key == "anyOf"}
    return {**schema, **described(paragraphs)}


_NOTES = ("description", "markdownDescription", "default")


def field_schema(field: FieldInfo) -> JsonSchema:
    """The values of an option, expressions included, with its description and default."""
    notes = {**described(field.description or ""), **_default(field)}
    named = next((kind for kind, (model, _) in _NAMED.items() if model in get_args(field.annotation)), None)
    if named is not None:
        return {**notes, "$ref": f"#/$defs/option_{named}"}
    for part in field.metadata:
        if isinstance(part, FieldType):
            return {**notes, **(part.schema if part.literal else with_expressions(part.schema))}
    return notes


def described(text: str) -> JsonSchema:
    """A text as editors show it: plain, and as Markdown where it has marks."""
    plain = {"description": text.replace("`", "")}
    return {**plain, "markdownDescription": text} if "`" in text else plain


def _default(field: FieldInfo) -> JsonSchema:
    if field.is_required() or field.default is None:
        return {}
    default: object = field.default
    if isinstance(default, Layer):
        return {"default": default_text(default)}
    return {"default": default} if isinstance(default, str | int | float) else {}


def with_expressions(schema: JsonSchema) -> JsonSchema:
    """The values that a schema allows, with an expression in place of the whole or of any part."""
    if schema == {"type": "string"}:
        return schema  # an expression is text
    return {"anyOf": [*(_opened(one) for one in _alternatives(schema)), EXPRESSION]}


def _alternatives(schema: JsonSchema) -> list[JsonSchema]:
    if "anyOf" in schema:
        return cast("list[JsonSchema]", schema["anyOf"])
    return [{key: part for key, part in schema.items() if key not in _NOTES}]


def _opened(schema: JsonSchema) -> JsonSchema:
    """The same with expressions in place of parts; lists of layers have their own."""
    result = dict(schema)
    for key in ("items", "additionalProperties"):
        inner = schema.get(key)
        if isinstance(inner, dict) and "#/$defs/layer" not in str(cast("JsonSchema", inner)):
            result[key] = with_expressions(cast("JsonSchema", inner))
    properties: dict[str, JsonSchema] = schema.get("properties", {})
    if properties:
        result["properties"] = {name: with_expressions(one) for name, one in properties.items()}
    return result


def named_schema(kind: str) -> JsonSchema:
    """Activation or norm as an option: a name, or one name with its options."""
    model, table = _NAMED[kind]
    fields = {written: model.model_fields[name] for written, name in option_names(model).items()}
    names = {
        name: {
            "type": ["object", "null"],
            "properties": {key: field_schema(fields[key]) for key in options},
            "additionalProperties": False,
        }
        for name, options in table.items()
    }
    mapping = {
        "type": "object",
        "properties": names,
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": False,
    }
    return {"anyOf": [{"enum": list(table)}, mapping, EXPRESSION]}
