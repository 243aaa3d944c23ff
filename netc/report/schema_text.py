"""What an option's JSON Schema allows, in a few words."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

PLURALS = {"a whole number": "whole numbers", "a number": "numbers", "text": "text", "a layer": "layers"}


def schema_text(schema: Mapping[str, object]) -> str:
    """The values that a schema allows.

    >>> schema_text({"type": "integer", "minimum": 1})
    'a whole number ≥ 1'
    >>> schema_text({"anyOf": [{"enum": ["valid", "same"]}, {"type": "array", "items": {"type": "number"}}]})
    '`valid`, `same` or a list of numbers'
    """
    if "anyOf" in schema:
        return any_of(cast("list[Mapping[str, object]]", schema["anyOf"]))
    if "enum" in schema:
        return listed(words_of(schema))
    if "$ref" in schema:
        return "a layer"
    match schema.get("type"):
        case "integer":
            return "a whole number" + bounds(schema)
        case "number":
            return "a number" + bounds(schema)
        case "boolean":
            return "`true` or `false`"
        case "string":
            return "a name" if "pattern" in schema else "text"
        case "array":
            return array(schema)
        case "object":
            return "a mapping"
        case _:
            return "any value"


def any_of(schemas: list[Mapping[str, object]]) -> str:
    """Words first, in one list with what else there may be."""
    words = [word for one in schemas for word in words_of(one)]
    return listed([*words, *(schema_text(one) for one in schemas if "enum" not in one)])


def words_of(schema: Mapping[str, object]) -> list[str]:
    """The words of an enumeration, as a spec writes them."""
    words = cast("list[object]", schema.get("enum", []))
    return [f"`{str(word).lower() if isinstance(word, bool) else word}`" for word in words]


def bounds(schema: Mapping[str, object]) -> str:
    """The range of a number."""
    least, most = schema.get("minimum"), schema.get("maximum")
    if least is not None and most is not None:
        return f" from {least} to {most}"
    return f" ≥ {least}" if least is not None else ""


def array(schema: Mapping[str, object]) -> str:
    """A list, with how many there may be in it and what they are."""
    least, most = schema.get("minItems"), schema.get("maxItems")
    count = "" if most is None else f"{most} " if least == most else f"{least or 0} to {most} "
    if "items" not in schema:
        return f"a list of {count}values"
    item = schema_text(cast("Mapping[str, object]", schema["items"]))
    word = next((word for word in PLURALS if item.startswith(word)), None)
    if " or " in item or word is None:
        return f"a list of {count}items, each {item}"
    return f"a list of {count}{PLURALS[word]}{item[len(word) :]}"


def listed(choices: list[str]) -> str:
    """The choices, with ``or`` before the last."""
    return " or ".join(filter(None, [", ".join(choices[:-1]), choices[-1]]))
