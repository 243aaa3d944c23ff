"""The formats ``concise`` and ``json``, the choice among formats, and the line that sums up."""

from __future__ import annotations

import json
from textwrap import dedent

import pytest

from netc.diagnostics import Diagnostic, Note, Span
from netc.diagnostics.explain import explain
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


def test_github_has_a_command_each_escaped_as_github_does() -> None:
    odd = Diagnostic("E401", "error", "100 % of\n`a:b,c`", Span("a,b:c%.yaml", 2, 1, 4, 9), help="way\rout")
    assert renderer("github")([UNKNOWN_OPTION, UNREAD, odd], {}) == (
        "::error file=a.yaml,line=4,endLine=4,col=25,endColumn=31,title=E201::unknown option `pading`"
        "%0Ahelp: did you mean `padding`?\n"
        "::warning file=b␛.yaml,line=3,endLine=3,col=5,endColumn=9,title=W301::nobody reads `stem\\u202e`: 8×30×30"
        "%0Abuilt here%0Aand once more\n"
        "::error file=a%2Cb%3Ac%25.yaml,line=2,endLine=4,title=E401::100 %25 of␊`a:b,c`%0Ahelp: way␍out"
    )
    assert renderer("github")([], {}) == ""


def test_sarif_is_one_run_with_a_rule_a_code_and_a_result_a_diagnostic() -> None:
    """The property names and values are those of SARIF 2.1.0: 3.13 (log), 3.14 (run), 3.19 (driver), 3.27 (result)."""
    log = json.loads(renderer("sarif")([UNKNOWN_OPTION, UNREAD, UNKNOWN_OPTION], {}))
    (run,) = log.pop("runs")
    assert log == {
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
    }
    driver = run["tool"]["driver"]
    assert (driver["name"], run["columnKind"]) == ("netc", "unicodeCodePoints")
    assert [rule["id"] for rule in driver["rules"]] == ["E201", "W301"]
    assert driver["rules"][0]["help"]["text"] == explain("E201")
    first, second, third = run["results"]
    assert first == third
    assert first == {
        "ruleId": "E201",
        "ruleIndex": 0,
        "level": "error",
        "message": {"text": "unknown option `pading`\nhelp: did you mean `padding`?"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "a.yaml"},
                    "region": {"startLine": 4, "startColumn": 25, "endLine": 4, "endColumn": 31},
                }
            }
        ],
    }
    assert (second["ruleIndex"], second["level"]) == (1, "warning")
    assert second["message"]["text"] == "nobody reads `stem\u202e`: 8×30×30\nand once more"
    (location,) = second["locations"]
    assert location["logicalLocations"] == [{"fullyQualifiedName": "stem"}]
    assert location["physicalLocation"]["artifactLocation"] == {"uri": "b%1B.yaml"}
    (related,) = second["relatedLocations"]
    assert related["message"] == {"text": "built here"}
    assert related["physicalLocation"]["region"]["startLine"] == 9


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("specs/my net.yaml", "specs/my%20net.yaml"),
        ("c:d.yaml", "c%3Ad.yaml"),
        ("/nets/a#b.yaml", "file:///nets/a%23b.yaml"),
        ("<stdin>", "%3Cstdin%3E"),
    ],
)
def test_a_file_in_sarif_is_a_uri(file: str, uri: str) -> None:
    log = json.loads(renderer("sarif")([Diagnostic("E101", "error", "no", Span(file, 1, 1, 1, 2))], {}))
    place = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == uri


def test_sarif_of_nothing_is_a_run_without_results() -> None:
    (run,) = json.loads(renderer("sarif")([], {}))["runs"]
    assert (run["results"], run["tool"]["driver"]["rules"]) == ([], [])


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
