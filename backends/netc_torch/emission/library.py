"""The classes that torch.nn does not have, quoted as they stand in ``netc_torch.modules``."""

from __future__ import annotations

import ast
import inspect
import re
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MODULES = (
    "windows",
    "transposed",
    "norms",
    "batch_norms",
    "sample_norms",
    "elementwise",
    "local",
    "arrangements",
    "colours",
    "upsampling",
    "sequence",
)
"""Those first that others need."""

COMMENT = re.compile(r"  # (?:noqa|type: ignore).*$", re.MULTILINE)


class Entry(NamedTuple):
    """A definition, and the names that it uses."""

    text: str
    names: frozenset[str]


@cache
def entries() -> dict[str, Entry]:
    """Every definition by its name."""
    found: dict[str, Entry] = {}
    for module in MODULES:
        text = inspect.getsource(import_module(f"netc_torch.modules.{module}"))
        body = ast.parse(text).body
        for index, node in enumerate(body):
            name = defined(node)
            if name:
                follows = body[index + 1] if index + 1 < len(body) else None
                end = node if not documented(node, follows) or follows is None else follows
                lines = text.splitlines()[node.lineno - 1 : end.end_lineno]
                found[name] = Entry(COMMENT.sub("", "\n".join(lines)), frozenset(names_in(node)))
    return found


def defined(node: ast.stmt) -> str:
    """The name that a statement defines, or nothing."""
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        return node.name
    target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
    return target.id if isinstance(target, ast.Name) else ""


def documented(node: ast.stmt, follows: ast.stmt | None) -> bool:
    """Whether what follows a constant is its docstring."""
    return isinstance(node, ast.Assign) and isinstance(follows, ast.Expr)


def names_in(tree: ast.AST) -> Iterator[str]:
    """Every name that code uses, those in annotations that are text included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Constant):
            yield from names_in(ast.parse(str(node.value.value)))


def quoted_for(names: Iterable[str]) -> dict[str, Entry]:
    """The definitions that these names need, in an order in which each knows those it needs."""
    known = entries()
    needed: set[str] = set()
    waiting = [name for name in names if name in known]
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            waiting += [other for other in known[name].names if other in known]
    return {name: entry for name, entry in known.items() if name in needed}
