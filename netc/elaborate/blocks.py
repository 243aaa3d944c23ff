"""Blocks: what is checked of them before they are used, and what names they see where they are."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, cast

from netc.diagnostics import Diagnostic
from netc.elaborate.names import POISON, FailedError, Names, PoisonedError, about, evaluate, written_later
from netc.elaborate.scope import BROKEN
from netc.errors import Mistake
from netc.language.values import UNREADABLE, inner_span, locate
from netc.layers.words import did_you_mean, listed, nearest
from netc.reader import Scalar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from netc.elaborate.reports import Reports
    from netc.elaborate.scope import File
    from netc.graph import Value
    from netc.language import Block, Document, LayerSpec
    from netc.layers.base import LayerList


_MOST_STEPS = 8
"""Steps of a circle that a message lists."""


def check_blocks(
    document: Document, imports: Mapping[str, File | None], reports: Reports
) -> Mapping[str, Block]:
    """The blocks of a document, which imports these files; those in circles broken.

    Every ``use`` of a block that does not exist, and every circle of blocks, is reported once.
    """
    blocks = document.blocks
    if document.layers is not None:
        for spec in _uses(document.layers):
            _known(spec, blocks, imports, reports)
    for block in blocks.values():
        for spec in _uses(block.layers):
            _known(spec, blocks, imports, reports)
    circular = _circles(blocks, reports)
    if not circular:
        return blocks
    return {
        name: block._replace(broken=True) if name in circular else block for name, block in blocks.items()
    }


def _uses(layers: LayerList) -> Iterator[LayerSpec]:
    """Every ``use`` in a list of layers, those inside other layers included."""
    waiting = [layers]
    while waiting:
        for spec in cast("Sequence[LayerSpec]", waiting.pop().specs):
            waiting.extend(spec.lists)
            if spec.kind == "use" and isinstance(spec.options.get("block"), str):
                yield spec


def _target(spec: LayerSpec) -> str:
    return str(spec.options["block"])


def _known(
    spec: LayerSpec, blocks: Mapping[str, Block], imports: Mapping[str, File | None], reports: Reports
) -> None:
    """Report a ``use`` of a block that does not exist, unless it may be one that could not be read."""
    name = _target(spec)
    stem, _, own = name.rpartition(".")
    file = imports.get(stem) if stem else None
    if spec.broken or (stem and file is None and None in imports.values()):
        return  # the file may be one that was reported
    nothing: Mapping[str, Block] = {}
    there = (file.blocks if file is not None else nothing) if stem else blocks
    if own in there or UNREADABLE in there:
        return
    message = f"there is no block `{name}`"
    if stem and stem not in imports:
        message = f"no file `{stem}` is imported, so there is no block `{name}`"
    help_ = _hint(name, there, blocks, imports)
    mistake = Mistake("E302", message, help=help_, option="block")
    reports.add(Diagnostic("E302", "error", message, spec.place(mistake), help=help_))


def _hint(
    name: str, there: Mapping[str, Block], blocks: Mapping[str, Block], imports: Mapping[str, File | None]
) -> str:
    """The way out of a ``use`` of no block; ``there`` are the blocks of the file that it means."""
    stem, _, own = name.rpartition(".")
    imported = [
        f"{known}.{block}" for known, file in imports.items() if file is not None for block in file.blocks
    ]
    elsewhere = [one for one in (*blocks, *imported) if one.rpartition(".")[2] == own]
    near = nearest(name, [f"{stem}.{block}" if stem else block for block in there])
    if near or elsewhere:
        return near or did_you_mean((get_close_matches(name, elsewhere, 1, 0) or elsewhere)[0])
    near = nearest(name, (*blocks, *imported))
    if near:
        return near
    if stem and stem not in imports:
        for known, file in imports.items():
            if file is not None and stem in file.imports:
                return f"`{known}` imports it for itself: name it in this file's `import`, too"
        return f"imported here: {listed(imports)}" if imports else f"as in `import: [{stem}.yaml]`"
    if there:
        return f"there are {listed(f'{stem}.{block}' if stem else block for block in there)}"
    return f"`{stem}` has no `blocks`" if stem else "write it under `blocks`"


def _circles(blocks: Mapping[str, Block], reports: Reports) -> set[str]:
    """Report each ``use`` that closes a circle, found by a walk without recursion; the blocks in circles."""
    finished: set[str] = set()
    circular: set[str] = set()
    for start in blocks:
        chain: dict[str, Iterator[LayerSpec]] = {}
        if start not in finished:
            chain[start] = _uses(blocks[start].layers)
        while chain:
            name = next(reversed(chain))
            spec = next(chain[name], None)
            if spec is None:
                finished.add(name)
                del chain[name]
                continue
            target = _target(spec)
            if target in chain:
                names = list(chain)
                circle = names[names.index(target) :]
                circular.update(circle)
                _report_circle(spec, [*circle, target], reports)
            elif target in blocks and target not in finished:
                chain[target] = _uses(blocks[target].layers)
    return circular


def _report_circle(spec: LayerSpec, circle: list[str], reports: Reports) -> None:
    """Report a ``use`` that closes a circle of blocks."""
    steps = [f"`{step}`" for step in circle]
    if len(steps) > _MOST_STEPS:
        steps = [*steps[: _MOST_STEPS // 2], "…", *steps[-2:]]
    place = spec.place(Mistake("E307", "", option="block"))
    message, help_ = "blocks use each other in a circle", "`repeat` says how often a block is used"
    reports.add(Diagnostic("E307", "error", message, place, " uses ".join(steps), help_))


def check_inputs(block: Block, count: int) -> None:
    """Raise unless ``from`` names as many values as the block has inputs."""
    wanted = max(1, len(block.inputs))
    if count != wanted:
        listed = f" ({', '.join(f'`{name}`' for name in block.inputs)})" if block.inputs else ""
        raise Mistake(
            "E309",
            f"`{block.name}` reads {wanted} {'value' if wanted == 1 else 'values'}{listed}",
            label=f"given {count}",
            help="name them with `from`, in that order"
            if wanted > 1
            else "merge them first, or give the block `inputs`",
        )


def block_names(block: Block, given: Mapping[str, object], value: Value, file: File) -> Names:
    """The names that a block's layers see: its params over its file's.

    Raises ``Mistake`` for params that it does not have, or that are missing.
    """
    for name in given:
        if name not in block.params:
            listed = ", ".join(f"`{known}`" for known in block.params)
            help_ = nearest(name, tuple(block.params)) or (
                f"it has {listed}" if listed else "it has no `params`"
            )
            message = f"`{block.name}` has no param `{name}`"
            raise Mistake("E303", message, help=help_, option="with", at=(name,), at_key=True)
    missing = [
        name for name, written in block.params.items() if written.value is None and given.get(name) is None
    ]
    if missing:
        listed = ", ".join(f"`{name}`" for name in missing)
        example = ", ".join(f"{name}: …" for name in missing)
        message = f"`{block.name}` needs {listed}"
        raise Mistake("E310", message, help=f"as in `with: {{{example}}}`", option="block")
    bindings: dict[str, object] = dict(given)
    reaching = Names(about(value, broken=value is BROKEN), file.names)
    for name, written in block.params.items():
        if name not in given:
            try:
                bindings[name] = evaluate(
                    written.value, Names(_before(block, name, bindings), reaching), file.names
                )
            except PoisonedError:
                bindings[name] = POISON
            except FailedError as failed:
                mistake = written_later(failed, block.params)
                tree = locate(written.tree, failed.at, at_key=False)
                error = failed.error
                mistake.span = (
                    inner_span(tree, error.start, error.end) if isinstance(tree, Scalar) else tree.span
                )
                raise mistake from None
    return Names(bindings, file.names)


def _before(block: Block, name: str, bindings: Mapping[str, object]) -> dict[str, object]:
    """The block's params that are written before one."""
    names = list(block.params)
    return {known: bindings[known] for known in names[: names.index(name)]}
