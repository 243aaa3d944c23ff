"""What a file gives to the layers written in it, and what the files give that it imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc.diagnostics import Span
from netc.elaborate.blocks import check_blocks
from netc.elaborate.params import Overrides, param_names
from netc.elaborate.scope import File

if TYPE_CHECKING:
    from netc.elaborate.names import Names
    from netc.elaborate.reports import Reports
    from netc.language import Document, Imported, Imports


def file_of(document: Document, names: Names, imports: Imports, reports: Reports) -> File:
    """The file of a document whose params are ``names``, and which imports these files.

    What is wrong with blocks, and with the params of imported files, is reported. An imported file's params
    have the values that it gives them.
    """
    return _file(document, names, imports, reports, {})


def _file(
    document: Document, names: Names, imports: Imports, reports: Reports, made: dict[int, File]
) -> File:
    files = {
        stem: _imported(one, reports, made) if one is not None else None for stem, one in imports.items()
    }
    return File(names, check_blocks(document, files, reports), document.defaults, files)


def _imported(one: Imported, reports: Reports, made: dict[int, File]) -> File:
    """An imported file, made once however often it is imported."""
    if id(one) not in made:
        own = reports.of_import(one.chain)
        names = param_names(one.document, Overrides(), Span(one.file, 1, 1, 1, 2), own)
        made[id(one)] = _file(one.document, names, one.imports, own, made)
    return made[id(one)]
