"""`dims`: what a spec says of its symbols."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from pydantic import Field

from netc.diagnostics import Diagnostic
from netc.errors import Mistake
from netc.language.document import BATCH_AXIS, SYMBOL
from netc.language.layers import is_deferred
from netc.language.values import UNREADABLE, RefusedError, diagnosis, locate, plain
from netc.layers.base import Model, validated
from netc.layers.options import DEFERRED, OptionalPositive, Positive
from netc.layers.words import shown
from netc.reader import Mapping as MappingTree
from netc.reader import Refused, Tree
from netc.reader.plain import is_mapping

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netc.language.values import Report


class DimFacts(Model):
    """The sizes that a symbol may have."""

    noun: ClassVar[str] = "a symbol"

    min: Positive = Field(1, description="The smallest.")
    max: OptionalPositive = Field(None, description="The largest; by default there is none.")
    multiple_of: Positive = Field(1, description="What divides them all.")


class FactsSpec(NamedTuple):
    """Facts about a symbol as written, expressions not evaluated, and their places.

    The options are ``None`` where a mistake was reported.
    """

    options: Mapping[str, object] | None
    key: Tree
    tree: Tree


def read_dims(tree: Tree, report: Report) -> dict[str, FactsSpec]:
    """The facts by symbol, every mistake reported; ``UNREADABLE`` stands for symbols that are not known."""
    if not isinstance(tree, MappingTree):
        if not isinstance(tree, Refused):
            message, help_ = "`dims` is a mapping of symbols to facts", "as in `dims: {H: {multiple_of: 32}}`"
            report(Diagnostic("E202", "error", message, tree.span, help=help_))
        return {UNREADABLE: FactsSpec(None, tree, tree)}
    result = {UNREADABLE: FactsSpec(None, tree, tree)} if tree.incomplete else {}
    for name, (key, item) in tree.entries.items():
        mistake = _misnamed(name)
        if mistake is not None:
            report(diagnosis(mistake, key.span))
            result[UNREADABLE] = FactsSpec(None, key, item)
            continue
        result[name] = FactsSpec(_options(name, item, report), key, item)
    return result


def _misnamed(name: str) -> Mistake | None:
    if name == "N":
        return Mistake("E202", BATCH_AXIS, help="it is implied: leave it out")
    if SYMBOL.fullmatch(name):
        return None
    help_ = "an uppercase letter, then letters, digits or `_`, as in `H`"
    return Mistake("E202", f"{shown(name)} is no symbol", help=help_)


def _options(name: str, tree: Tree, report: Report) -> Mapping[str, object] | None:
    try:
        value, _ = plain(tree, report)
    except RefusedError:
        return None
    if not is_mapping(value):
        help_ = f"as in `{name}: {{multiple_of: 32}}`; a size alone stands in the input's shape"
        message = f"the facts about `{name}` are a mapping, got {shown(value)}"
        report(Diagnostic("E202", "error", message, tree.span, help=help_))
        return None
    deferred = {key: DEFERRED if is_deferred(item) else item for key, item in value.items()}
    _, mistakes = validated(DimFacts, deferred)
    for mistake in mistakes:
        at = (str(mistake.option), *mistake.at)
        report(diagnosis(mistake, locate(tree, at, at_key=mistake.at_key).span))
    return None if mistakes else value
