"""The formats ``concise`` and ``json``, the choice among formats, and the line that sums up."""

from __future__ import annotations

import json
from textwrap import dedent

import pytest

from netc.diagnostics import Diagnostic, Note, Span
from netc.diagnostics.formats import MODULES, renderer, summary_line

UNKNOWN_OPTION = Diagnostic(
    "E201",
    "error",
    "unknown option `pading`",
    Span("a.yaml", 4, 25, 4, 31),
    help="did you mean `padding`?",
)
UNREAD = Diagnostic(
    "W301",
    "warning",
    "nobody reads `stem\u202e`",
    Span("b\x1b.yaml", 3, 5, 3, 9),
    "8×30×30",
    path="stem",
    notes=(Note("built here", Span("a.yaml", 9, 3, 9, 4)), Note("and once more")),
)


def test_concise_is_a_line_each() -> None:
    assert renderer("concise")([UNKNOWN_OPTION, UNREAD], {}) == (
        "a.yaml:4:25: error[E201] unknown option `pading` (help: did you mean `padding`?)\n"
        "b␛.yaml:3:5: warning[W301] nobody reads `stem\\u202e`: 8×30×30"
    )


def test_concise_in_colour() -> None:
    assert renderer("concise")([UNKNOWN_OPTION], {}, color=True).replace("\x1b", "␛") == (
        "␛[1ma.yaml:4:25:␛[0m ␛[1;31merror[E201]␛[0m unknown option `pading`"
        " (␛[36mhelp:␛[0m did you mean `padding`?)"
    )


def test_json_is_a_list_of_objects_in_ascii() -> None:
    assert renderer("json")([UNREAD], {}) == dedent(r"""
        [
          {
            "code": "W301",
            "severity": "warning",
            "message": "nobody reads `stem\u202e`: 8\u00d730\u00d730",
            "help": "",
            "file": "b\u001b.yaml",
            "line": 3,
            "column": 5,
            "end_line": 3,
            "end_column": 9,
            "path": "stem",
            "notes": [
              {
                "message": "built here",
                "file": "a.yaml",
                "line": 9,
                "column": 3
              },
              {
                "message": "and once more",
                "file": null,
                "line": null,
                "column": null
              }
            ]
          }
        ]""").removeprefix("\n")


def test_json_gives_the_text_back_as_it_is_in_the_spec() -> None:
    (only,) = json.loads(renderer("json")([UNREAD], {}))
    assert (only["file"], only["message"]) == (UNREAD.span.file, UNREAD.text)


def test_json_of_nothing_is_an_empty_list() -> None:
    assert renderer("json")([], {}) == "[]"


@pytest.mark.parametrize("name", MODULES)
def test_every_format_shows_the_place(name: str) -> None:
    shown = renderer(name)([UNKNOWN_OPTION], {"a.yaml": "\n\n\n"})
    assert "a.yaml" in shown
    assert "25" in shown


def test_another_format_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="xml"):
        renderer("xml")


@pytest.mark.parametrize(
    ("diagnostics", "expected"),
    [
        ([], "no errors, no warnings"),
        ([UNREAD], "1 warning in 1 file"),
        ([UNKNOWN_OPTION, UNKNOWN_OPTION], "2 errors in 1 file"),
        ([UNKNOWN_OPTION, UNREAD, UNKNOWN_OPTION, UNREAD], "2 errors, 2 warnings in 2 files"),
        ([UNKNOWN_OPTION] * 10, "10 errors in 1 file"),
    ],
)
def test_the_summary_counts(diagnostics: list[Diagnostic], expected: str) -> None:
    assert summary_line(diagnostics) == expected
