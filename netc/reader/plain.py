"""What sort a plain value is, for the type checker as well."""

from __future__ import annotations

from typing import TypeGuard


def is_list(value: object) -> TypeGuard[list[object]]:
    """Whether a plain value is a list."""
    return isinstance(value, list)


def is_mapping(value: object) -> TypeGuard[dict[str, object]]:
    """Whether a plain value is a mapping; its keys are text."""
    return isinstance(value, dict)
