"""Comments that silence a warning: ``# netc: ignore[W103]``, on the line that the warning names.

libyaml drops comments, so they are looked for in the text. A ``#`` in a quoted or block scalar begins none.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

from yaml import CSafeLoader, YAMLError, scan
from yaml.tokens import ScalarToken

if TYPE_CHECKING:
    from netc.diagnostics import Span
    from netc.reader import Source

_COMMENT = re.compile(r"(?<!\S)#[ \t]*netc:[ \t]*ignore\b(?:[ \t]*\[([^\]\n\r]*)\])?")
_CODE = re.compile(r"[^\s,]+")


class Ignored(NamedTuple):
    """A code that a comment names, and where; an empty one where a comment names none.

    ``alone`` tells whether nothing but the comment stands on its line.
    """

    code: str
    span: Span
    alone: bool


def ignored(source: Source) -> list[Ignored]:
    """Every code that a comment of the text silences, in order of place.

    Takes time linear in the text.
    """
    text = source.text
    comments = list(_COMMENT.finditer(text))
    if not comments:
        return []
    texts = _texts(text)
    starts = [start for start, _ in texts]
    found: list[Ignored] = []
    for comment in comments:
        before = bisect_right(starts, comment.start()) - 1
        if before >= 0 and comment.start() < texts[before][1]:
            continue
        codes = list(_CODE.finditer(text, *comment.span(1))) if comment[1] else []
        alone = not text[source.line_start(comment.start()) : comment.start()].strip()
        found += [Ignored(code[0], source.span(*code.span()), alone) for code in codes]
        if not codes:
            found.append(Ignored("", source.span(*comment.span()), alone))
    return found


def _texts(text: str) -> list[tuple[int, int]]:
    """Where quoted and block scalars begin and end; a block scalar's begins behind its first line."""
    found: list[tuple[int, int]] = []
    try:
        for token in scan(text, Loader=CSafeLoader):
            if isinstance(token, ScalarToken) and token.style:
                start, end = token.start_mark.index, token.end_mark.index
                found.append((text.find("\n", start) if token.style in "|>" else start, end))
    except YAMLError:  # the reader reported it
        pass
    return found
