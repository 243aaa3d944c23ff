"""From libyaml's events to the spanned tree, without recursion."""

from __future__ import annotations

import re
from typing import TypeAlias, final

from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    Event,
    MappingStartEvent,
    ScalarEvent,
)

from netc.diagnostics.model import Span
from netc.reader import bounds, refusals
from netc.reader.encoding import DAMAGE
from netc.reader.listing import Listing
from netc.reader.scalars import DIGIT_LIMIT, is_long_number, resolve
from netc.reader.tree import Mapping, Refused, Scalar, Sequence, Tree

_PROPERTY = re.compile(r"(?:[ \t\r\n]++|#[^\n\r]*+)*+(&[0-9A-Za-z_-]++|!<[^>\s]*+>|![^\s,\[\]{}]*+)")
_GAP = re.compile(r"(?:[ \t\r\n]++|#[^\n\r]*+)*+")


@final
class _OpenSequence:
    """A sequence whose end is still to come."""

    __slots__ = ("flow", "items", "start")

    def __init__(self, start: int, *, flow: bool) -> None:
        self.start = start
        self.flow = flow
        self.items: list[Tree] = []


@final
class _OpenMapping:
    """A mapping whose end is still to come. ``key`` is ``None`` before a key and after a refused one.

    ``refused_keys`` are reported at the end: where it never comes, because ``{`` was closed too early
    or an expression lacks its quotes, they are no keys but a consequence of that mistake.
    """

    __slots__ = ("entries", "expects_key", "flow", "incomplete", "key", "refused_keys", "start")

    def __init__(self, start: int, *, flow: bool) -> None:
        self.start = start
        self.flow = flow
        self.entries: dict[str, tuple[Scalar, Tree]] = {}
        self.expects_key = True
        self.key: Scalar | None = None
        self.incomplete = False
        self.refused_keys: list[Sequence | Mapping] = []


_Open: TypeAlias = _OpenSequence | _OpenMapping


@final
class Builder:
    """Builds the tree of one document from its events, taken one by one.

    ``restore`` is the table for scalars' content that ``Prepared`` holds; ``damaged`` says that a
    scalar with ``DAMAGE`` in it is reported already.
    """

    def __init__(self, listing: Listing, restore: dict[int, str], *, damaged: bool) -> None:
        self._listing = listing
        self._source = listing.source
        self._restore = restore
        self._damaged = damaged
        self._root = _OpenSequence(0, flow=False)
        self._open: list[_Open] = [self._root]
        self._last_end = 0
        self._merging: _OpenMapping | None = None

    @property
    def root(self) -> Tree | None:
        """The document's value, once it has ended."""
        return self._root.items[0] if self._root.items else None

    @property
    def opening(self) -> int | None:
        """The index of the bracket or brace that is open at present, innermost, if one is."""
        text = self._source.text
        flow = (collection.start for collection in reversed(self._open) if collection.flow)
        return next((start for start in flow if text[start] in "[{"), None)  # a pair in a list has no brace

    @property
    def here(self) -> Span:
        """An empty span behind what was taken last."""
        return self._source.span(self._last_end, self._last_end)

    def take(self, event: Event) -> bool:
        """Take the next event; false, and reported, where it nests too deeply to go on."""
        if isinstance(event, ScalarEvent):
            self._place(self._scalar(event))
        elif isinstance(event, CollectionStartEvent):
            return self._begin(event)
        elif isinstance(event, CollectionEndEvent):
            self._place(self._finish(self._open.pop(), event))
        elif isinstance(event, AliasEvent):
            self._place(self._alias(event))
        return True

    def _scalar(self, event: ScalarEvent) -> Scalar | Refused:
        start, end = _extent(event)
        expects_key = self._expects_key()
        text = event.value
        style = event.style or ""
        if event.anchor is not None or event.tag is not None:
            start = min(self._refuse_properties(event, start), end)
        if style in ("|", ">"):
            end = start + len(self._source.text[start:end].rstrip(" \t\r\n"))
        self._last_end = end
        if (self._damaged and DAMAGE in text) or (event.tag is not None and not expects_key):
            return Refused(self._source, start, end)
        if self._restore:
            text = text.translate(self._restore)
        if style or expects_key:
            return Scalar(text, text, style, self._source, start, end)
        if is_long_number(text):
            span = self._source.span(start, end)
            self._listing.report(bounds.too_many_digits(len(text), DIGIT_LIMIT, span))
            return Refused(self._source, start, end)
        return Scalar(resolve(text), text, style, self._source, start, end)

    def _expects_key(self) -> bool:
        innermost = self._open[-1]
        return isinstance(innermost, _OpenMapping) and innermost.expects_key

    def _alias(self, event: AliasEvent) -> Refused:
        start, end = _extent(event)
        self._last_end = end
        if self._merging is None and self._listing.has_room(start):
            self._listing.report(refusals.alias(self._source.text[start:end], self._source.span(start, end)))
        return Refused(self._source, start, end)

    def _begin(self, event: CollectionStartEvent) -> bool:
        start, end = _extent(event)
        if event.anchor is not None or event.tag is not None:
            start = self._refuse_properties(event, start)
            if event.flow_style:
                start = end - 1
        self._last_end = end
        if len(self._open) > bounds.DEPTH_LIMIT:
            self._listing.report(bounds.too_deep(self._source.span(start, max(start, end))))
            return False
        kind = _OpenMapping if isinstance(event, MappingStartEvent) else _OpenSequence
        self._open.append(kind(start, flow=bool(event.flow_style)))
        return True

    def _finish(self, ended: _Open, event: CollectionEndEvent) -> Sequence | Mapping:
        if ended.flow:
            self._last_end = _extent(event)[1]
        end = max(ended.start, self._last_end)
        if isinstance(ended, _OpenSequence):
            return Sequence(ended.items, self._source, ended.start, end)
        for key in ended.refused_keys:
            if self._listing.has_room(key.start):
                kind = "mapping" if isinstance(key, Mapping) else "list"
                self._listing.report(refusals.complex_key(kind, key.span))
        return Mapping(ended.entries, self._source, ended.start, end, incomplete=ended.incomplete)

    def _place(self, node: Tree) -> None:
        innermost = self._open[-1]
        if isinstance(innermost, _OpenSequence):
            innermost.items.append(node)
        elif innermost.expects_key:
            innermost.expects_key = False
            innermost.key = self._key(innermost, node)
        else:
            innermost.expects_key = True
            if innermost.key is not None:
                innermost.entries[innermost.key.text] = (innermost.key, node)
            if innermost is self._merging:
                self._merging = None

    def _key(self, mapping: _OpenMapping, node: Tree) -> Scalar | None:
        """``node`` where it can be a key of ``mapping``; else ``None``, and reported."""
        if not isinstance(node, Scalar):
            mapping.incomplete = True
            if isinstance(node, Sequence) or (isinstance(node, Mapping) and not node.incomplete):
                mapping.refused_keys.append(node)
            return None
        if node.text == "<<" and not node.style:
            mapping.incomplete = True
            self._merging = self._merging or mapping
            if self._listing.has_room(node.start):
                self._listing.report(refusals.merge_key(node.span))
            return None
        first = mapping.entries.get(node.text)
        if first is None:
            return node
        if self._listing.has_room(node.start):
            in_list = self._is_list_item(mapping)
            report = refusals.duplicate_key(node.text, node.span, first[0].span, in_list=in_list)
            self._listing.report(report)
        return None

    def _is_list_item(self, mapping: _OpenMapping) -> bool:
        """Whether ``mapping``, the innermost, is written in lines behind a dash."""
        parent = self._open[-2]
        return isinstance(parent, _OpenSequence) and not (parent is self._root or mapping.flow or parent.flow)

    def _refuse_properties(self, event: ScalarEvent | CollectionStartEvent, start: int) -> int:
        """Report the anchor and the tag that begin at ``start``; the index at which the value begins."""
        for _ in range((event.anchor is not None) + (event.tag is not None)):
            found = _PROPERTY.match(self._source.text, start)
            if found is None:
                break
            start = found.end()
            if self._listing.has_room(found.start(1)):
                describe = refusals.anchor if found[1].startswith("&") else refusals.tag
                self._listing.report(describe(found[1], self._source.span(*found.span(1))))
        gap = _GAP.match(self._source.text, start)
        return gap.end() if gap else start


def _extent(event: Event) -> tuple[int, int]:
    start, end = event.start_mark, event.end_mark
    assert start is not None, "libyaml marks every event"
    assert end is not None, "libyaml marks every event"
    return start.index, end.index
