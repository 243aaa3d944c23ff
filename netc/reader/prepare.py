"""What is changed in a text before libyaml reads it; every index stays what it was."""

from __future__ import annotations

import re
from typing import NamedTuple

from netc.reader import refusals
from netc.reader.listing import Listing

_BREAKS_OF_YAML_1_1 = "\x85\u2028\u2029"
_HEAD = re.compile(r"(?:[ \t]*+(?:#[^\n\r]*+)?(?:\r\n?|\n)|%[^\n\r]*+(?:\r\n?|\n|\Z))*+")
_DIRECTIVE = re.compile(r"(?:\A|(?<=[\n\r]))%[^\n\r]*")


class Prepared(NamedTuple):
    """A text for libyaml, and the table that ``str.translate`` takes to restore a scalar's content."""

    text: str
    restore: dict[int, str]


def prepare(listing: Listing) -> Prepared:
    """The text of the listing's source as libyaml is to read it; directives are refused.

    Directives become comments, so that reading goes on behind them, whatever they say. U+0085,
    U+2028 and U+2029, which libyaml takes for line ends and YAML 1.2 does not, become characters
    that the text does not have.
    """
    source = listing.source
    text = source.text
    head = _HEAD.match(text)
    directives = list(_DIRECTIVE.finditer(text, 0, head.end())) if head else []
    for found in filter(lambda found: listing.has_room(found.start()), directives):
        listing.report(refusals.directive(found.group(), source.span(*found.span())))
    if directives and head:
        text = _DIRECTIVE.sub(lambda found: "#" + found.group()[1:], text[: head.end()]) + text[head.end() :]
    foreign = [character for character in _BREAKS_OF_YAML_1_1 if character in text]
    if not foreign:
        return Prepared(text, {})
    stand_ins = _unused_characters(text, len(foreign))
    text = text.translate(dict(zip(map(ord, foreign), stand_ins, strict=True)))
    return Prepared(text, dict(zip(map(ord, stand_ins), foreign, strict=True)))


def _unused_characters(text: str, count: int) -> list[str]:
    """A text of 1 MiB cannot hold all million characters from U+E000 on, so some are left."""
    used = set(text)
    unused: list[str] = []
    for code in range(0xE000, 0x110000):
        if len(unused) == count:
            break
        if chr(code) not in used and code not in (0xFEFF, 0xFFFE, 0xFFFF):
            unused.append(chr(code))
    return unused
