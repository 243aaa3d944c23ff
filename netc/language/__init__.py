"""From the spanned tree to the document: known keys, known types, expressions parsed."""

from netc.language.document import Block, Document, InputSpec, OutputSpec, Written
from netc.language.parse import parse
from netc.language.spec import LayerSpec

__all__ = ["Block", "Document", "InputSpec", "LayerSpec", "OutputSpec", "Written", "parse"]
