"""Looks for every warning, and gives each its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from netc.diagnostics import Diagnostic, Note
from netc.language.values import diagnosis
from netc.layers.words import nearest
from netc.lint.chains import applied_twice, cancelled_bias, dropout_before_norm
from netc.lint.finding import Finding, Subject
from netc.lint.images import swapped
from netc.lint.reads import unread
from netc.lint.selection import CODES, Selection
from netc.lint.unused import unused_blocks, unused_params
from netc.lint.windows import dropped, gaps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from netc.elaborate import Elaborated
    from netc.elaborate.described import RawRecord
    from netc.language import Document
    from netc.lint.comments import Ignored
    from netc.lint.finding import Rule
    from netc.reader import Source


_NETWORK: tuple[tuple[str, Rule, bool], ...] = (
    ("W101", unread, True),
    ("W102", gaps, False),
    ("W103", dropped, False),
    ("W104", cancelled_bias, True),
    ("W105", applied_twice, False),
    ("W106", dropout_before_norm, True),
    ("W110", swapped, False),
)
"""What is found in the graph, and whether in a whole one alone.

What is broken may have been meant to read a value, so nothing is said of who reads what beside errors.
"""

_TEXT = (("W107", unused_params), ("W108", unused_blocks))
"""What is found in the text."""


@final
class Linter:
    """Looks for the warnings of one spec: in its document, then in its network, once or with each variant.

    ``source`` is the spec's text.
    """

    def __init__(self, selection: Selection, source: Source) -> None:
        self._selection = selection
        self._source = source
        self._sources = {source.file: source}
        self._all_built = True

    def document(self, document: Document, report: Callable[[Diagnostic], None]) -> None:
        """Report what the text alone shows.

        No error may have been found in it: what could not be read perhaps used what seems to be unused.
        """
        for code, rule in _TEXT:
            if self._selection.has(code):
                for finding in rule(document):
                    report(self._placed(finding, {}))
        self._all_built = not document.is_library and not any(unused_blocks(document))

    def network(
        self, document: Document, elaborated: Elaborated, report: Callable[[Diagnostic], None]
    ) -> None:
        """Report what the graph shows; of one with errors, what is said of its sound layers alone."""
        subject = Subject(elaborated, document.all_inputs)
        for code, rule, needs_whole in (*_NETWORK, *self._asked_for()):
            if self._selection.has(code) and (elaborated.whole or not needs_whole):
                for finding in rule(subject):
                    if finding.layer in elaborated.records or finding.mistake.span is not None:
                        report(self._placed(finding, elaborated.records))

    def _asked_for(self) -> tuple[tuple[str, Rule, bool], ...]:
        if not (self._selection.has("W201") or self._selection.has("W202")):
            return ()
        from netc.lint.proportions import large_after_flatten, no_pyramid  # noqa: PLC0415  # off by default

        return ("W201", no_pyramid, True), ("W202", large_after_flatten, True)

    def _placed(self, finding: Finding, records: Mapping[str, RawRecord]) -> Diagnostic:
        """The warning with its place and the steps that led there."""
        mistake = finding.mistake
        if mistake.span is not None:
            return diagnosis(mistake, mistake.span)._replace(severity="warning")
        record = records[finding.layer]
        source = record.spec.key.source
        self._sources.setdefault(source.file, source)
        notes = tuple(Note(frame.message, frame.span) for frame in reversed(record.frames))
        found = diagnosis(record.spec.explain(mistake), record.spec.place(mistake))
        return found._replace(severity="warning", path=record.path, notes=(*notes, *found.notes))

    def unsilenced(self, diagnostics: list[Diagnostic], *, every_choice: bool) -> list[Diagnostic]:
        """The diagnostics but for warnings that comments silence, and a warning for each comment in vain.

        ``every_choice`` says that all that the spec can be was looked at: only then is a comment that
        silences nothing one too many.
        """
        comments = {file: _ignored(source) for file, source in self._sources.items()}
        silenced = {(file, one.span.line, one.code) for file, found in comments.items() for one in found}
        if not silenced:
            return diagnostics
        warned = {
            (one.span.file, one.span.line, one.code) for one in diagnostics if one.severity == "warning"
        }
        hushed = warned & silenced
        kept = [one for one in diagnostics if (one.span.file, one.span.line, one.code) not in hushed]
        certain = every_choice and self._all_built and all(one.severity == "warning" for one in diagnostics)
        if self._selection.has("W109"):
            file = self._source.file
            for one in comments[file]:
                in_vain = certain and (file, one.span.line, one.code) not in hushed
                if (file, one.span.line, "W109") not in silenced:
                    kept += self._comment(one, in_vain=in_vain)
        return kept

    def _comment(self, comment: Ignored, *, in_vain: bool) -> Iterator[Diagnostic]:
        """W109: what is wrong with a comment, if anything is."""
        code = comment.code
        if code in CODES:
            if not in_vain or not self._selection.has(code):
                return
            message, help_ = f"there is no {code} on this line to be ignored", "take the comment out"
            if comment.alone:
                help_ = "a comment stands at the end of the line that the warning names"
        elif not code:
            message, help_ = "this comment ignores nothing: it names no code", "as in `# netc: ignore[W103]`"
        elif code.startswith("E"):
            message, help_ = f"an error cannot be ignored, and {code} is one", "mend it"
        else:
            message = f"there is no warning `{code}`"
            help_ = nearest(code, CODES) or "`netc explain` knows every code, as in `# netc: ignore[W103]`"
        yield Diagnostic("W109", "warning", message, comment.span, help=help_)


def _ignored(source: Source) -> list[Ignored]:
    """Every code that a comment of the text silences."""
    if "ignore" not in source.text:
        return []
    from netc.lint.comments import ignored  # noqa: PLC0415  # needed where there may be such a comment

    return ignored(source)
