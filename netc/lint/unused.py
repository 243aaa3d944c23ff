"""Params and blocks that are never used. They are found in the text: a variant's choice is no use of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from netc.errors import Mistake
from netc.expressions import Expression
from netc.language.values import Inherited
from netc.layers.base import LayerList
from netc.lint.finding import Finding
from netc.reader.plain import is_list, is_mapping

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netc.language import Block, Document, LayerSpec, Written

NOTHING: frozenset[str] = frozenset()


def unused_params(document: Document) -> Iterator[Finding]:
    """W107: a param of the document or of a block that nothing reads, another param included."""
    unused = set(document.params)
    if unused:
        unused -= _read_at_top(document)
    for name in document.params:
        if name in unused:
            help_ = f"read it as `${name}`, or take it out"
            yield _finding("W107", f"the param `{name}` is never used", document.params[name], help_)
    for block in document.blocks.values():
        used = _names(written.value for written in block.params.values()) | _read(block.layers)
        for name, written in block.params.items():
            if name not in used:
                help_ = f"read it as `${name}` in the block's layers, or take it out, in each `use`, too"
                yield _finding("W107", f"`{block.name}` never uses its param `{name}`", written, help_)


def unused_blocks(document: Document) -> Iterator[Finding]:
    """W108: a block that no ``use`` names, in a file that is no library."""
    if document.layers is None:
        return
    used = {name for spec, _ in _walk(document.layers) for name in _block(spec)}
    for block in document.blocks.values():
        used.update(name for spec, _ in _walk(block.layers) for name in _block(spec))
    for name, block in document.blocks.items():
        if name not in used:
            mistake = Mistake("W108", f"the block `{name}` is never used")
            mistake.help = f"`use: {name}` puts it into the network; or take it out"
            mistake.span = block.key.span
            yield Finding("", mistake)


def _finding(code: str, message: str, written: Written, help_: str) -> Finding:
    mistake = Mistake(code, message, help=help_)
    mistake.span = written.key.span
    return Finding("", mistake)


def _read_at_top(document: Document) -> set[str]:
    """Every name of the document's params that something in the file reads."""
    used = _names(written.value for written in document.params.values())
    for values in document.variants.values():
        used |= _names(written.value for written in values.values())
    used |= _names(spec.options for spec in document.all_inputs.values())
    used |= _names(facts.options for facts in document.dims.values())
    used |= _names((document.defaults.init, *document.defaults.kinds.values()))
    if document.layers is not None:
        used |= _read(document.layers)
    for block in document.blocks.values():
        used |= _read_in_block(block)
    return used


def _read_in_block(block: Block) -> set[str]:
    """The names that a block reads from its file: all but its own params."""
    own = _names(written.value for written in block.params.values())
    return (own | _read(block.layers)) - set(block.params)


def _read(layers: LayerList) -> set[str]:
    """The names that layers read from outside: their own variables hide those without."""
    return {name for spec, hidden in _walk(layers) for name in _own(spec) if name not in hidden}


def _walk(layers: LayerList) -> Iterator[tuple[LayerSpec, frozenset[str]]]:
    """Every layer of a list and of those inside, with the variables that each ``for`` around it binds."""
    waiting = [(layers, NOTHING)]
    while waiting:
        some, hidden = waiting.pop()
        for spec in cast("Sequence[LayerSpec]", some.specs):
            yield spec, hidden
            inner = hidden | _variables(spec) if spec.kind == "for" else hidden
            waiting.extend((held, inner) for held in spec.lists)


def _variables(spec: LayerSpec) -> frozenset[str]:
    written = spec.options.get("variables")
    return frozenset(map(str, written if is_list(written) else [written]))


def _own(spec: LayerSpec) -> set[str]:
    """The names that a layer's own options read; `with`'s list of names reads each of them."""
    used = _names((spec.options, spec.condition, spec.repeat, spec.frozen))
    passed = spec.options.get("with") if spec.kind == "use" else None
    return used.union(map(str, passed)) if is_list(passed) else used


def _block(spec: LayerSpec) -> tuple[str, ...]:
    return (str(spec.options.get("block")),) if spec.kind == "use" else ()


def _names(values: Iterable[object]) -> set[str]:
    """Every name that an expression in these values reads."""
    used: set[str] = set()
    waiting = list(values)
    while waiting:
        value = waiting.pop()
        if isinstance(value, Inherited):
            value = value.expression
        if isinstance(value, Expression):
            used |= value.names
        elif is_list(value):
            waiting.extend(value)
        elif is_mapping(value):
            waiting.extend(value.values())
    return used
