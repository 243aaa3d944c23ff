"""Checks the blocks that nothing uses, as far as that goes without values: all blocks of a library."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc.elaborate.blocks import block_names
from netc.elaborate.names import POISON, Names
from netc.elaborate.scope import ANY, BROKEN, Place, Scope
from netc.elaborate.walk import Walk
from netc.errors import Mistake
from netc.language.values import diagnosis

if TYPE_CHECKING:
    from collections.abc import Collection

    from netc.elaborate.reports import Reports
    from netc.elaborate.scope import File
    from netc.language import Block
    from netc.reader import Scalar


def check_unused(file: File, used: Collection[Scalar], reports: Reports) -> None:
    """Report what is wrong with each block of a file, whatever its inputs and params are.

    ``used`` holds the keys of the blocks that were walked with values, and so are checked.
    """
    for block in file.blocks.values():
        if not block.broken and block.key not in used:
            _check(block, file, reports)


def _check(block: Block, file: File, reports: Reports) -> None:
    """Walk a block on broken values: params and inputs are not known, and neither are its caller's names."""
    unknown: dict[str, object] = {name: POISON for name, one in block.params.items() if one.value is None}
    try:
        block_names(block, unknown, BROKEN, file)
    except Mistake as mistake:
        reports.add(diagnosis(mistake, mistake.span or block.key.span))
    caller = Scope("", None, BROKEN)
    caller.unread = ANY
    scope = Scope(f"{block.name}.", caller, BROKEN)
    scope.reserve(block.inputs, "it is an input of the block")
    for name in block.inputs:
        scope.bind(name, BROKEN)
    names = Names(dict.fromkeys(block.params, POISON), file.names)
    place = Place(scope, file, names, blocks=(block.key,))
    Walk(reports, alone=True).layers(block.layers, place, BROKEN)
