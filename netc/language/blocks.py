"""Reads blocks, and mappings of names to values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc.diagnostics import Diagnostic
from netc.language.document import Block, Written
from netc.language.reserved import KEYWORDS, why_taken
from netc.language.values import RefusedError, Report, plain
from netc.layers.base import LayerList
from netc.layers.options import NAME, nearest, shown
from netc.reader import Mapping, Refused, Scalar, Sequence, Tree

if TYPE_CHECKING:
    from netc.language.layers import LayersReader

_KEYS = ("params", "layers", "inputs")
VALUE_NAMES = frozenset(
    {"index", "in_channels", "in_shape", "true", "false", "and", "or", "not", "if", "else"}
)


def read_values(tree: Tree, report: Report, what: str) -> dict[str, Written]:
    """Names with values or expressions, such as ``params``."""
    if isinstance(tree, Refused):
        return {}
    if isinstance(tree, Scalar) and tree.value is None:
        return {}
    if not isinstance(tree, Mapping):
        message = f"`{what}` is a mapping of names to values"
        report(Diagnostic("E202", "error", message, tree.span, help="as in `{width: 64}`"))
        return {}
    result: dict[str, Written] = {}
    for name, (key, value) in tree.entries.items():
        if not NAME.fullmatch(name):
            help_ = "letters, digits and `_`, no digit first, at most 64"
            report(Diagnostic("E202", "error", f"{shown(name)} is no name for a param", key.span, help=help_))
            continue
        if name in VALUE_NAMES or name in KEYWORDS:
            message, help_ = f"no param can be named `{name}`", "it means something else in expressions"
            report(Diagnostic("E305", "error", message, key.span, help=help_))
            continue
        try:
            result[name] = Written(plain(value, report)[0], key, value)
        except RefusedError:
            continue
    return result


def read_block(name: str, key: Scalar, tree: Tree, reader: LayersReader) -> Block | None:
    """One block, or nothing where it is none."""
    report = reader.report
    if not NAME.fullmatch(name) or why_taken(name):
        reason = why_taken(name) or "letters, digits and `_`, no digit first, at most 64"
        report(Diagnostic("E202", "error", f"{shown(name)} is no name for a block", key.span, help=reason))
    if not isinstance(tree, Mapping):
        if not isinstance(tree, Refused):
            message, help_ = (
                "a block is a mapping with `layers`",
                "as in `{params: {width: 64}, layers: [...]}`",
            )
            report(Diagnostic("E202", "error", message, tree.span, help=help_))
        return None
    entries = tree.entries
    for other, (scalar, _) in entries.items():
        if other not in _KEYS:
            help_ = nearest(other, _KEYS) or f"there are {', '.join(f'`{known}`' for known in _KEYS)}"
            report(Diagnostic("E201", "error", f"a block has no key `{other}`", scalar.span, help=help_))
    if "layers" not in entries and not tree.incomplete:
        report(
            Diagnostic(
                "E203", "error", f"the block `{name}` has no `layers`", key.span, help="write `layers:`"
            )
        )
    params = read_values(entries["params"][1], report, "params") if "params" in entries else {}
    inputs = _inputs(entries["inputs"][1], report) if "inputs" in entries else ()
    layers = reader.read(entries["layers"][1], "layers") if "layers" in entries else LayerList(())
    return Block(name, params, inputs, layers, key)


def _inputs(tree: Tree, report: Report) -> tuple[str, ...]:
    if not isinstance(tree, Sequence) or not tree.items:
        report(
            Diagnostic(
                "E202",
                "error",
                "a block's `inputs` is a list of names",
                tree.span,
                help="as in `[left, right]`",
            )
        )
        return ()
    names: list[str] = []
    for item in tree.items:
        name = item.value if isinstance(item, Scalar) else None
        if not isinstance(name, str) or not NAME.fullmatch(name):
            report(Diagnostic("E202", "error", "a block's input is a name", item.span))
        elif name in names:
            report(Diagnostic("E305", "error", f"two inputs of this block are named `{name}`", item.span))
        elif name != "input" and (reason := why_taken(name)):
            report(Diagnostic("E305", "error", f"no input can be named `{name}`", item.span, help=reason))
        else:
            names.append(name)
    return tuple(names)
