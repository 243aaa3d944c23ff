"""The spanned tree: plain YAML values, each with the place where it is written.

Places are kept as indices into the source and become a ``Span`` when ``span`` is read: most
values are never reported, and counting lines for all of them would cost more than reading them.
"""

from __future__ import annotations

from typing import TypeAlias, final

from netc.diagnostics.model import Span
from netc.reader.source import Source

Plain: TypeAlias = "str | int | float | bool | None"


@final
class Scalar:
    """A scalar resolved by YAML 1.2's core schema.

    ``value`` is the plain value, ``text`` the scalar's content as YAML reads it (before
    resolution), ``style`` the way it is written: ``""`` plain, ``'``, ``"``, ``|`` or ``>``.
    A value that is left out (``key:``) is ``None`` with an empty span where it would stand.
    """

    __slots__ = ("end", "source", "start", "style", "text", "value")

    def __init__(self, value: Plain, text: str, style: str, source: Source, start: int, end: int) -> None:
        self.value = value
        self.text = text
        self.style = style
        self.source = source
        self.start = start
        self.end = end

    @property
    def span(self) -> Span:
        """Where the scalar is written, quotes or block header included."""
        return self.source.span(self.start, self.end)


@final
class Sequence:
    """A YAML sequence: its items in the order written."""

    __slots__ = ("end", "items", "source", "start")

    def __init__(self, items: list[Tree], source: Source, start: int, end: int) -> None:
        self.items = items
        self.source = source
        self.start = start
        self.end = end

    @property
    def span(self) -> Span:
        """From the bracket or the first dash to the closing bracket or the end of the last item."""
        return self.source.span(self.start, self.end)


@final
class Mapping:
    """A YAML mapping: for each key, in the order written, the key's scalar and the value.

    Keys are always text: ``50:`` is the key ``"50"``, and the key's ``value`` is its ``text``.
    Of a duplicate key the first is kept. ``incomplete`` is true where a key was refused and
    reported (a merge key, a key that is no scalar): what such a mapping lacks is not missing.
    """

    __slots__ = ("end", "entries", "incomplete", "source", "start")

    def __init__(
        self,
        entries: dict[str, tuple[Scalar, Tree]],
        source: Source,
        start: int,
        end: int,
        *,
        incomplete: bool = False,
    ) -> None:
        self.entries = entries
        self.source = source
        self.start = start
        self.end = end
        self.incomplete = incomplete

    @property
    def span(self) -> Span:
        """From the brace or the first key to the closing brace or the end of the last value."""
        return self.source.span(self.start, self.end)


@final
class Refused:
    """A value that cannot be used and is already reported; what meets it stays silent."""

    __slots__ = ("end", "source", "start")

    def __init__(self, source: Source, start: int, end: int) -> None:
        self.source = source
        self.start = start
        self.end = end

    @property
    def span(self) -> Span:
        """Where the refused value is written."""
        return self.source.span(self.start, self.end)


Tree: TypeAlias = "Scalar | Sequence | Mapping | Refused"
