"""Images whose channels seem to stand at the other end of their shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netc.errors import Mistake
from netc.language.values import locate
from netc.lint.finding import Finding, Subject

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netc.graph import Value
    from netc.types import TensorType

_AXES = 3
_CHANNELS = (1, 3, 4)
"""Of gray, of colours, of colours with their opacity."""
_TINY = (1, 2, 3, 4)
"""Sizes that are hardly an image's height or width."""


def swapped(subject: Subject) -> Iterator[Finding]:
    """W110: an image's bytes whose channels come first beside ``layout: hwc``, or last without it."""
    for value in subject.graph.inputs:
        if _seems_swapped(value.type) and not _is_turned(subject, value):
            mistake = _of(value)
            mistake.span = locate(subject.inputs[value.path].tree, ("shape",), at_key=False).span
            yield Finding("", mistake)


def _seems_swapped(type_: TensorType) -> bool:
    if type_.dtype != "uint8" or type_.rank != _AXES:
        return False
    other_end = type_.shape if type_.layout == "hwc" else type_.shape[::-1]
    return other_end[0] in _CHANNELS and not any(dim in _TINY for dim in other_end[1:])


def _is_turned(subject: Subject, value: Value) -> bool:
    """Whether layers of the spec alone change the axes of all that they read of an input."""
    from netc.ops.arrange import Permute  # noqa: PLC0415  # asked of suspicious inputs alone

    readers = subject.readers.get(value, [])
    return bool(readers) and all(isinstance(node.op, Permute) and node.layer for node in readers)


def _of(value: Value) -> Mistake:
    first, second, third = value.type.shape
    if value.type.layout == "hwc":
        message = f"`layout: hwc` beside a shape of `{value.path}` whose channels seem to come first"
        label = f"{first} high, {second} wide, {third} channels"
        help_ = f"write `[{second}, {third}, {first}]`; bytes whose channels come first need no `layout`"
    else:
        message = f"a shape of `{value.path}` whose channels seem to come last, and no `layout: hwc`"
        label = f"{first} channels, {second} high, {third} wide"
        help_ = f"add `layout: hwc`; bytes whose channels come first are `[{third}, {first}, {second}]`"
    return Mistake("W110", message, label=label, help=help_)
