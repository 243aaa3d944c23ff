"""``read``: bytes in, spanned tree out."""

from __future__ import annotations

import re
from collections.abc import Callable

from yaml import CSafeLoader
from yaml.error import MarkedYAMLError, YAMLError
from yaml.events import DocumentEndEvent, Event, StreamEndEvent

from netc.diagnostics.model import Diagnostic
from netc.reader import bounds, refusals
from netc.reader.builder import Builder
from netc.reader.encoding import decode
from netc.reader.fault import Fault
from netc.reader.listing import Listing
from netc.reader.prepare import prepare
from netc.reader.syntax import explain
from netc.reader.tree import Scalar, Tree

_BETWEEN_DOCUMENTS = re.compile(r"(?:[ \t\r\n]++|#[^\n\r]*+|(?:\A|(?<=[\n\r]))\.\.\.(?![^ \t\r\n]))*+")
_NO_DOCUMENT = "did not find expected <document start>"


def read(data: bytes, file: str, report: Callable[[Diagnostic], None]) -> Tree | None:
    """The tree of the one YAML document in ``data``, whose spans name ``file``.

    Every mistake goes to ``report``: E101 where the text is not YAML, E102 for a duplicate key,
    E103 for a feature of YAML that specs do without, E104 where a bound is exceeded. After E102,
    E103 and bytes that are not UTF-8 reading goes on, and the tree is whole but for ``Refused``
    values and ``incomplete`` mappings; where it cannot go on the result is ``None``. A text
    without content is the scalar ``None``, spanning the first line, and no mistake.

    Takes time linear in ``len(data)`` and never raises for what ``data`` holds.
    """
    if len(data) > bounds.BYTE_LIMIT:
        report(bounds.too_many_bytes(len(data), file))
        return None
    decoded = decode(data, file, report)
    if decoded is None:
        return None
    source, damaged = decoded
    listing = Listing(source, report)
    tree = _read_document(listing, damaged=damaged)
    listing.close()
    return tree


def _read_document(listing: Listing, *, damaged: bool) -> Tree | None:
    source = listing.source
    text, restore = prepare(listing)
    builder = Builder(listing, restore, damaged=damaged)
    try:
        last = _feed(builder, CSafeLoader(text), listing)
    except MarkedYAMLError as error:
        listing.report(explain(source, _fault(error, builder.opening)))
        return None
    except YAMLError as error:
        listing.report(explain(source, Fault(str(error), "", 0, 0, None)))
        return None
    if last is None or (isinstance(last, DocumentEndEvent) and not _ends_the_text(last, listing)):
        return None
    root = builder.root
    if root is None or (isinstance(root, Scalar) and root.start == root.end):
        return Scalar(None, "", "", source, 0, source.line_end(0))
    return root


def _feed(builder: Builder, parser: CSafeLoader, listing: Listing) -> Event | None:
    """The event that ends the first document, or the stream where there is none.

    ``None``, and reported: a bound is met before.
    """
    next_event = parser.get_event
    event = next_event()
    for _ in range(bounds.EVENT_LIMIT):
        assert event is not None, "libyaml ends every stream with an event"
        if isinstance(event, (DocumentEndEvent, StreamEndEvent)):
            return event
        if not builder.take(event):
            return None
        event = next_event()
    listing.report(bounds.too_many_events(builder.here))
    return None


def _fault(error: MarkedYAMLError, opening: int | None) -> Fault:
    place = error.problem_mark.index if error.problem_mark else 0
    begun = error.context_mark.index if error.context_mark else place
    return Fault(error.problem or "", error.context or "", place, begun, opening)


def _ends_the_text(end: DocumentEndEvent, listing: Listing) -> bool:
    """Whether reading is right to stop at ``end``: what follows is nothing, or a document of its own.

    What else follows, and the second document, are reported.
    """
    assert end.end_mark is not None, "libyaml marks every event"
    source = listing.source
    gap = _BETWEEN_DOCUMENTS.match(source.text, end.end_mark.index)
    index = gap.end() if gap else end.end_mark.index
    if index == len(source.text):
        return True
    if not end.explicit and not source.text.startswith("---", index):
        listing.report(explain(source, Fault(_NO_DOCUMENT, "", index, index, None)))
        return False
    listing.report(refusals.second_document(source.span(index, min(index + 3, source.line_end(index)))))
    return True
