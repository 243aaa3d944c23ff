"""Reads blocks, the list of imported files, and mappings of names to values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc.diagnostics import Diagnostic, Note
from netc.expressions.vocabulary import why_no_name
from netc.language.document import Block, Import, Written
from netc.language.reserved import why_taken
from netc.language.values import REFUSED, UNREADABLE, RefusedError, Report, plain
from netc.layers.base import LayerList
from netc.layers.options import NAME
from netc.layers.words import nearest, shown
from netc.reader import Mapping, Refused, Scalar, Sequence, Tree

if TYPE_CHECKING:
    from netc.language.layers import LayersReader

_KEYS = ("params", "layers", "inputs")


def read_values(tree: Tree, report: Report, what: str) -> dict[str, Written]:
    """Names with values or expressions, such as ``params``.

    What cannot be read is reported, and ``REFUSED``; so is ``UNREADABLE`` where whole names are lost.
    """
    if isinstance(tree, Scalar) and tree.value is None:
        return {}
    nothing = Scalar("", "", "", tree.source, tree.start, tree.start)
    lost = {UNREADABLE: Written(REFUSED, nothing, tree)}
    if not isinstance(tree, Mapping):
        if not isinstance(tree, Refused):
            message = f"`{what}` is a mapping of names to values"
            report(Diagnostic("E202", "error", message, tree.span, help="as in `{width: 64}`"))
        return lost
    result: dict[str, Written] = lost if tree.incomplete else {}
    for name, (key, value) in tree.entries.items():
        if not NAME.fullmatch(name):
            help_ = "letters, digits and `_`, no digit first, at most 64"
            report(Diagnostic("E202", "error", f"{shown(name)} is no name for a param", key.span, help=help_))
            result.update(lost)
            continue
        if reason := why_no_name(name):
            message = f"no param can be named `{name}`"
            report(Diagnostic("E305", "error", message, key.span, help=f"{reason}: choose another"))
            result[name] = Written(REFUSED, key, value)
            continue
        try:
            result[name] = Written(plain(value, report)[0], key, value)
        except RefusedError:
            result[name] = Written(REFUSED, key, value)
    return result


def read_imports(tree: Tree, report: Report) -> tuple[Import, ...]:
    """The items of ``import``, none of the files opened; those that name no file are reported, and broken."""
    if not isinstance(tree, Sequence):
        if not isinstance(tree, Refused):
            alone = isinstance(tree, Scalar) and isinstance(tree.value, str) and bool(tree.text)
            example = tree.text if alone and isinstance(tree, Scalar) else "blocks/resnet.yaml"
            help_ = f"write `import: [{example}]`" if alone else f"as in `import: [{example}]`"
            report(Diagnostic("E202", "error", "`import` is a list of files", tree.span, help=help_))
        return (Import(UNREADABLE, "", tree, broken=True),)
    found: dict[str, Import] = {}
    for item in tree.items:
        one = _import(item, report)
        first = found.get(one.stem)
        if first is not None and one.stem != UNREADABLE:
            _report_twice(one, first, report)
            one = first if one.path == first.path else one._replace(broken=True)
        found[one.stem] = one
    return tuple(found.values())


def _import(tree: Tree, report: Report) -> Import:
    """One item; a file's stem is what stands between the last `/` and the last dot."""
    path = tree.value if isinstance(tree, Scalar) else None
    if isinstance(path, str) and path and not path.startswith("$"):
        name = path.rpartition("/")[2]
        return Import(name.rpartition(".")[0] or name or path, path, tree)
    if isinstance(path, str) and path:
        message, help_ = "an expression cannot stand here", "this is literal: write the file's name itself"
        report(Diagnostic("E202", "error", message, tree.span, help=help_))
    elif not isinstance(tree, Refused):
        help_ = "as in `import: [blocks/resnet.yaml]`"
        report(Diagnostic("E202", "error", "an imported file is named by text", tree.span, help=help_))
    return Import(UNREADABLE, "", tree, broken=True)


def _report_twice(one: Import, first: Import, report: Report) -> None:
    """Report an item whose blocks would be called as those of an item before it."""
    notes = (Note("the first stands here", first.tree.span),)
    message, help_ = f"`{one.path}` is imported twice", "leave one of them out"
    if one.path != first.path:
        message = f"`{first.path}` and `{one.path}` have the same name"
        help_ = f"rename one of the files: both are called `{one.stem}` where their blocks are used"
    report(Diagnostic("E305", "error", message, one.tree.span, help=help_, notes=notes))


def read_block(name: str, key: Scalar, tree: Tree, reader: LayersReader) -> Block:
    """One block; a ``broken`` one where it, its params or its inputs cannot be read."""
    report = reader.report
    if not NAME.fullmatch(name):  # no word is taken: by default the name of a `use` has a count behind it
        help_ = "letters, digits and `_`, no digit first, at most 64"
        report(Diagnostic("E202", "error", f"{shown(name)} is no name for a block", key.span, help=help_))
    if not isinstance(tree, Mapping):
        if not isinstance(tree, Refused):
            message, help_ = (
                "a block is a mapping with `layers`",
                "as in `{params: {width: 64}, layers: [...]}`",
            )
            report(Diagnostic("E202", "error", message, tree.span, help=help_))
        return Block(name, {}, (), LayerList(()), key, broken=True)
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
    broken = inputs is None or UNREADABLE in params or tree.incomplete or "layers" not in entries
    layers = reader.read(entries["layers"][1], "layers") if "layers" in entries else LayerList(())
    return Block(name, params, inputs or (), layers, key, broken)


def _inputs(tree: Tree, report: Report) -> tuple[str, ...] | None:
    """The names of a block's inputs; nothing where one is wrong, which is reported."""
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
        return None
    names: list[str] = []
    for item in tree.items:
        name = item.value if isinstance(item, Scalar) else None
        if not isinstance(name, str) or not NAME.fullmatch(name):
            report(
                Diagnostic(
                    "E202", "error", "a block's input is a name", item.span, help="as in `[left, right]`"
                )
            )
        elif name in names:
            message, help_ = f"two inputs of this block are named `{name}`", "give each a name of its own"
            report(Diagnostic("E305", "error", message, item.span, help=help_))
        elif name == "input" and names:
            message, help_ = "`input` is the first of a block's inputs", "give this one another name"
            report(Diagnostic("E305", "error", message, item.span, help=help_))
            names.append(name)
        elif name != "input" and (reason := why_taken(name)):
            message, help_ = f"no input can be named `{name}`", f"{reason}: choose another"
            report(Diagnostic("E305", "error", message, item.span, help=help_))
        else:
            names.append(name)
    return tuple(names) if len(names) == len(tree.items) else None
