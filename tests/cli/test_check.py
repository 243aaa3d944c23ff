"""``netc check``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Netc

GOLDEN = Path(__file__).parent / "golden"


def test_a_right_spec_is_counted(netc: Netc) -> None:
    assert netc("check", "small.yaml") == (0, "checked 1 spec: no errors, no warnings\n", "")


@pytest.mark.parametrize("format_", ["full", "concise", "json"])
def test_a_wrong_spec(netc: Netc, golden: Callable[[Path, str], None], format_: str) -> None:
    ended = netc("check", "wrong.yaml", "--format", format_)
    assert (ended.status, ended.err) == (1, "")
    golden(GOLDEN / f"check_{format_}.txt", ended.out)


def test_json_is_one_list_over_all_files(netc: Netc) -> None:
    Path("worse.yaml").write_text("netc: 2\n")
    found = json.loads(netc("check", "wrong.yaml", "small.yaml", "worse.yaml", "--format", "json").out)
    assert {one["file"] for one in found} == {"wrong.yaml", "worse.yaml"}
    assert json.loads(netc("check", "small.yaml", "--format", "json").out) == []
    assert list(found[0]) == [
        "code",
        "severity",
        "message",
        "help",
        "file",
        "line",
        "column",
        "end_line",
        "end_column",
        "path",
        "notes",
    ]


def test_a_folder_means_every_spec_below_it(netc: Netc) -> None:
    for path, text in {
        "nets/a/one.yaml": "netc: 2\n",
        "nets/two.yml": "{netc: 3}\n",
        "nets/broken.yaml": "netc: 1\nlayers: [\n",
        "nets/other.yaml": "version: 1\ndoc: about netc\n",
        "nets/templates.yaml": "--- {a: !x 1}\n--- {b: [\n",
        "nets/list.yaml": "- netc: 1\n",
        "nets/notes.txt": "netc: 2\n",
        "nets/.hidden/three.yaml": "netc: 2\n",
    }.items():
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(text)
    ended = netc("check", "nets", "--format", "concise")
    assert [line.split(": ")[0] for line in ended.out.splitlines()] == [
        "nets/broken.yaml:2:9",
        "nets/two.yml:1:8",
        "nets/a/one.yaml:1:7",
    ]
    assert ended.status == 1


def test_a_file_that_is_named_is_checked_whatever_it_is(netc: Netc) -> None:
    Path("other.txt").write_text("version: 1\n")
    ended = netc("check", "other.txt", "--format", "concise")
    assert ended.out.startswith("other.txt:1:1: error[E105]")


def test_a_spec_named_twice_is_checked_once(netc: Netc) -> None:
    assert netc("check", "small.yaml", "small.yaml").out.startswith("checked 1 spec:")


def test_what_cannot_be_read_stops_nothing_else(netc: Netc) -> None:
    Path("empty").mkdir()
    ended = netc("check", "nowhere.yaml", "empty", "wrong.yaml", "small.yaml", "--format", "concise")
    assert ended.status == 2
    assert ended.out.count("wrong.yaml") == 2
    assert ended.err == (
        "error: nowhere.yaml cannot be read: No such file or directory\n"
        "error: there is no spec below empty: one is a .yaml or .yml file whose top level has the key `netc`\n"
    )


def test_standard_input(netc: Netc) -> None:
    ended = netc(
        "check", "-", "--stdin-filename", "from/editor.yaml", "--format", "concise", stdin="netc: 2\n"
    )
    assert ended.status == 1
    assert ended.out.startswith("from/editor.yaml:1:7: error[E105]")
    assert netc("check", "-", "--format", "concise", stdin="netc: 2\n").out.startswith("<stdin>:1:7: ")


def test_a_library_of_blocks_is_a_spec(netc: Netc) -> None:
    Path("blocks.yaml").write_text("netc: 1\nblocks: {a: {layers: [flatten]}}\n")
    assert netc("check", "blocks.yaml", "--max-params", "1").status == 0


@pytest.mark.parametrize(
    ("option", "most", "message"),
    [
        ("--max-params", 4266, "more parameters than `--max-params` allows: 4,266 of at most "),
        ("--max-macs", 88592, "more multiply-adds than `--max-macs` allows: 88,592 of at most "),
    ],
)
def test_a_budget(netc: Netc, option: str, most: int, message: str) -> None:
    assert netc("check", "small.yaml", option, str(most)).status == 0
    ended = netc("check", "small.yaml", option, str(most - 1), "--format", "concise")
    assert ended.status == 1
    assert ended.out == (
        f"small.yaml:1:1: error[E501] the network has {message}{most - 1:,} "
        "(help: `netc summary` shows which layers have them)\n"
    )


@pytest.mark.parametrize(
    ("facts", "status", "said"),
    [
        ("{max: 9}", 0, ""),
        ("{max: 11, multiple_of: 2}", 1, "360 of at most 324 where H = 10 (help: `netc summary` shows which"),
        ("{min: 2}", 1, "36·H of at most 324 (help: `dims: {H: {max: …}}` bounds them"),
    ],
)
def test_a_budget_is_kept_at_the_largest_sizes(netc: Netc, facts: str, status: int, said: str) -> None:
    layers = "[{conv: 4, kernel: 1}]"
    Path("any.yaml").write_text(f"netc: 1\ninput: [3, H, 3]\ndims: {{H: {facts}}}\nlayers: {layers}\n")
    ended = netc("check", "any.yaml", "--max-macs", "324", "--max-params", "16", "--format", "concise")
    assert (ended.status, said in ended.out) == (status, True)


def test_a_hundred_findings_are_shown_and_the_rest_counted(netc: Netc) -> None:
    layers = "".join(f"  - {{conv: 1, kernel: 1, unknown{number}: 1}}\n" for number in range(123))
    Path("many.yaml").write_text(f"netc: 1\ninput: [1, 8, 8]\nlayers:\n{layers}")
    full = netc("check", "many.yaml")
    assert full.out.count("error[") == 100
    assert full.out.endswith("\nchecked 1 spec: 123 errors in 1 file; the first 100 are shown\n")
    concise = netc("check", "many.yaml", "--format", "concise")
    assert concise.out.count("\n") == 100
    assert concise.err == "and 23 more, not shown\n"
    assert len(json.loads(netc("check", "many.yaml", "--format", "json").out)) == 100


WARNS = """\
netc: 1
input: [3, 32, 32]
layers:
  - {conv: 8, kernel: 3, stride: 2}
  - flatten
  - {linear: 10}
"""

DROPPED = "warns.yaml:4:6: warning[W103] the windows do not reach the end of their input: "


def test_a_warning_leaves_the_status_fine_unless_it_is_taken_for_an_error(netc: Netc) -> None:
    Path("warns.yaml").write_text(WARNS)
    ended = netc("check", "warns.yaml", "--format", "concise")
    assert ended.status == 0
    assert ended.out.startswith(DROPPED)
    assert netc("check", "warns.yaml").out.endswith("\n\nchecked 1 spec: 1 warning in 1 file\n")
    ended = netc("check", "warns.yaml", "--format", "concise", "--warn-as-error")
    assert ended.status == 1
    assert ended.out.startswith(DROPPED.replace("warning[", "error["))


def test_the_severity_stands_in_json(netc: Netc) -> None:
    Path("warns.yaml").write_text(WARNS)
    [found] = json.loads(netc("check", "warns.yaml", "--format", "json").out)
    assert (found["code"], found["severity"], found["path"]) == ("W103", "warning", "conv1")
    [found] = json.loads(netc("check", "warns.yaml", "--format", "json", "--warn-as-error").out)
    assert (found["code"], found["severity"]) == ("W103", "error")


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        (["--select", "W202"], ["W103", "W202"]),
        (["--select", "w2"], ["W103", "W202"]),
        (["--select", "W2", "--ignore", "W1"], ["W202"]),
        (["--ignore", "W103"], []),
        (["--ignore", "W", "--select", "W103"], ["W103"]),
    ],
)
def test_warnings_are_turned_on_and_off(netc: Netc, options: list[str], codes: list[str]) -> None:
    Path("warns.yaml").write_text(WARNS)
    found = json.loads(netc("check", "warns.yaml", "--format", "json", *options).out)
    assert [one["code"] for one in found] == codes


@pytest.mark.parametrize(
    ("option", "code", "message"),
    [
        ("--select", "W1031", "`--select W1031`: no warning has that code: did you mean `W103`?"),
        ("--ignore", "E402", "`--ignore E402`: errors cannot be ignored, only warnings are chosen"),
        ("--select", "E402", "`--select E402`: errors are always looked for, only warnings are chosen"),
        ("--ignore", "", "`--ignore `: no warning has that code: there are W101, "),
    ],
)
def test_only_warnings_are_chosen(netc: Netc, option: str, code: str, message: str) -> None:
    ended = netc("check", "small.yaml", option, code)
    assert (ended.status, ended.out) == (2, "")
    assert message in " ".join(ended.err.split())


def test_other_commands_say_nothing_of_warnings(netc: Netc) -> None:
    Path("warns.yaml").write_text(WARNS)
    assert netc("summary", "warns.yaml").err == ""


def test_every_page_of_the_catalogue_keeps_its_word(netc: Netc) -> None:
    from netc.diagnostics.catalogue import CATALOGUE

    for code, entry in CATALOGUE.items():
        arguments = [word for argument in entry.arguments for word in argument.split()]
        raised = json.loads(netc("check", "-", "--format", "json", *arguments, stdin=entry.example).out)
        assert {one["code"] for one in raised} == {code}, code
        repaired = netc("check", "-", "--format", "json", *arguments, stdin=entry.repair)
        assert json.loads(repaired.out) == [], code


def test_every_variant_is_checked_where_none_is_chosen(netc: Netc) -> None:
    text = "netc: 1\ninput: [8]\nparams: {c: 3}\nvariants: {none: {c: 0}, more: {c: 4}}\nlayers: [{linear: $c}]\n"
    Path("variants.yaml").write_text(text, encoding="utf-8")
    line = "variants.yaml:5:19: error[E202] expected a positive whole number, got 0\n"
    assert netc("check", "variants.yaml", "--format", "concise") == (1, line, "")
    assert netc("check", "variants.yaml", "--format", "concise", "--variant", "more") == (0, "", "")
