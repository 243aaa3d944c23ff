"""The format ``sarif``: the Static Analysis Results Interchange Format, version 2.1.0 (OASIS, 2020)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import quote

from netc.diagnostics.catalogue import CATALOGUE
from netc.diagnostics.explain import explain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netc.diagnostics.model import Diagnostic, Note, Span

_Object: TypeAlias = "dict[str, str | int | _Object | list[_Object]]"

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render(diagnostics: Sequence[Diagnostic], sources: Mapping[str, str], *, color: bool = False) -> str:
    """One log with one run, in ASCII; ``sources`` and ``color`` change nothing; see ``formats.Renderer``.

    Each code that occurs is a rule with its page of the catalogue; each diagnostic is a result. Its notes
    with a place are related locations; those without stand in its message.
    """
    codes = list(dict.fromkeys(one.code for one in diagnostics))
    run: _Object = {
        "tool": {"driver": {"name": "netc", "rules": list(map(_rule, codes))}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, codes.index(one.code)) for one in diagnostics],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _rule(code: str) -> _Object:
    """A reporting descriptor (3.49)."""
    entry = CATALOGUE.get(code)
    if entry is None:
        return {"id": code}
    return {
        "id": code,
        "shortDescription": {"text": entry.title},
        "fullDescription": {"text": entry.explanation.rstrip()},
        "help": {"text": explain(code)},
    }


def _result(diagnostic: Diagnostic, rule: int) -> _Object:
    """A result (3.27)."""
    facts = [note.message for note in diagnostic.notes if note.span is None]
    helps = [f"help: {diagnostic.help}"] if diagnostic.help else []
    location: _Object = {"physicalLocation": _place(diagnostic.span)}
    if diagnostic.path:
        location["logicalLocations"] = [{"fullyQualifiedName": diagnostic.path}]
    result: _Object = {
        "ruleId": diagnostic.code,
        "ruleIndex": rule,
        "level": diagnostic.severity,
        "message": {"text": "\n".join((diagnostic.text, *facts, *helps))},
        "locations": [location],
    }
    related = [_related(note, note.span) for note in diagnostic.notes if note.span is not None]
    if related:
        result["relatedLocations"] = related
    return result


def _related(note: Note, span: Span) -> _Object:
    return {"physicalLocation": _place(span), "message": {"text": note.message}}


def _place(span: Span) -> _Object:
    """A physical location (3.29): the file as a URI reference, the end column exclusive."""
    return {
        "artifactLocation": {"uri": _uri(span.file)},
        "region": {
            "startLine": span.line,
            "startColumn": span.column,
            "endLine": span.end_line,
            "endColumn": span.end_column,
        },
    }


def _uri(file: str) -> str:
    """A file's name as a URI reference (RFC 3986): relative, or with a scheme where the path is absolute."""
    path = Path(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix(), errors="surrogatepass")
