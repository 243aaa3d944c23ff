"""From the spanned tree to the document: known keys, known types, expressions parsed."""

from netc.language.document import (
    NO_IMPORTS,
    Block,
    Document,
    Imported,
    ImportedFiles,
    Imports,
    InputSpec,
    OutputSpec,
    Written,
)
from netc.language.parse import parse
from netc.language.spec import LayerSpec

__all__ = [
    "NO_IMPORTS",
    "Block",
    "Document",
    "Imported",
    "ImportedFiles",
    "Imports",
    "InputSpec",
    "LayerSpec",
    "OutputSpec",
    "Written",
    "parse",
]
