"""YAML text to a tree of plain values, each with its span."""

from netc.reader.bounds import BYTE_LIMIT, DEPTH_LIMIT, EVENT_LIMIT
from netc.reader.reading import read
from netc.reader.scalars import DIGIT_LIMIT, resolve
from netc.reader.source import Source, split_lines
from netc.reader.tree import Mapping, Plain, Refused, Scalar, Sequence, Tree

__all__ = [
    "BYTE_LIMIT",
    "DEPTH_LIMIT",
    "DIGIT_LIMIT",
    "EVENT_LIMIT",
    "Mapping",
    "Plain",
    "Refused",
    "Scalar",
    "Sequence",
    "Source",
    "Tree",
    "read",
    "resolve",
    "split_lines",
]
