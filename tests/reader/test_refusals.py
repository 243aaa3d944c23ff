"""Well-formed YAML that is no part of a spec: what is said, and how reading goes on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from netc.diagnostics.model import Span
from netc.reader import Mapping, Refused, Sequence, read

Reports: TypeAlias = Callable[[str | bytes], str]
Values: TypeAlias = Callable[[str | bytes], Any]


def test_a_duplicate_key_names_the_first_which_is_kept(reports: Reports, values: Values) -> None:
    text = "act: relu\nconv: 3\nact: tanh\n"
    assert values(text) == {"act": "relu", "conv": 3}
    assert (
        reports(text)
        == """\
E102 3:1-3:4 the key `act` is written twice in one mapping
  help: keep one of the two
  note: first written here at 1:1-1:4
"""
    )


def test_a_duplicate_key_in_a_list_of_layers_recalls_the_dash(reports: Reports) -> None:
    assert (
        reports("- conv: 64\n  kernel: 3\n  conv: 32\n")
        == """\
E102 3:3-3:7 the key `conv` is written twice in one mapping
  help: keep one of the two; the next item of the list begins with `- `
  note: first written here at 1:3-1:7
"""
    )


def test_anchors_and_aliases_are_refused_at_their_places(reports: Reports, values: Values) -> None:
    text = "a: &shared [1, &one 1]\nb: *shared\nc: 3\n"
    assert values(text) == {"a": [1, 1], "b": ..., "c": 3}
    assert (
        reports(text)
        == """\
E103 1:4-1:11 the anchor `&shared` is not part of a spec
  help: name layers that are used again under `blocks`, values that are used again under `params`
E103 1:16-1:20 the anchor `&one` is not part of a spec
  help: name layers that are used again under `blocks`, values that are used again under `params`
E103 2:4-2:11 the alias `*shared` is not part of a spec
  help: name layers that are used again under `blocks`, values that are used again under `params`
"""
    )


def test_a_merge_key_and_its_aliases_are_one_mistake(reports: Reports, values: Values) -> None:
    text = "- {<<: [*a, *b], conv: 3}\n- {'<<': 1}\n"
    assert values(text) == [{"conv": 3}, {"<<": 1}]
    assert (
        reports(text)
        == """\
E103 1:4-1:6 the merge key `<<` is not part of a spec
  help: put options that many layers share under `defaults`, layers that are used again under `blocks`
"""
    )


def test_a_mapping_with_a_refused_key_says_that_it_is_incomplete() -> None:
    tree = read(b"[{<<: *a}, {[1]: 2}, {*b : 3}, {c: 4, c: 5}]", "net.yaml", lambda _: None)
    assert isinstance(tree, Sequence)
    assert [item.incomplete for item in tree.items if isinstance(item, Mapping)] == [True, True, True, False]


def test_tags_are_refused_each_with_what_to_write_instead(reports: Reports, values: Values) -> None:
    text = "a: !!str 5\nb: !!int '5'\nc: &x !include parts.yaml\nd: !point\n  e: 1\nf: !h!x y\n"
    assert values(text.removesuffix("f: !h!x y\n")) == {"a": ..., "b": ..., "c": ..., "d": {"e": 1}}
    assert (
        reports(text)
        == """\
E103 1:4-1:9 the tag `!!str` is not part of a spec
  help: remove it; a value in quotes is always text
E103 2:4-2:9 the tag `!!int` is not part of a spec
  help: remove it; a number, `true`, `false` or `null` without quotes is what it looks like
E103 3:4-3:6 the anchor `&x` is not part of a spec
  help: name layers that are used again under `blocks`, values that are used again under `params`
E103 3:7-3:15 the tag `!include` is not part of a spec
  help: list the file under `import` and place its blocks with `use: file.block`
E103 4:4-4:10 the tag `!point` is not part of a spec
  help: remove it: a value's type follows from how it is written; text that begins with `!` needs quotes
E103 6:4-6:8 the tag `!h!x` is not part of a spec
  help: remove it: a value's type follows from how it is written; text that begins with `!` needs quotes
"""
    )


def test_a_refused_value_knows_its_place_without_its_tag() -> None:
    tree = read(b"- !!str five\n- *six\n", "net.yaml", lambda _: None)
    assert isinstance(tree, Sequence)
    assert all(isinstance(item, Refused) for item in tree.items)
    assert [item.span for item in tree.items] == [Span("net.yaml", 1, 9, 1, 13), Span("net.yaml", 2, 3, 2, 7)]


def test_keys_that_are_no_scalars_are_refused(reports: Reports, values: Values) -> None:
    text = "? [a, b]\n: 1\nc: {{ width }}\nd: 2\n"
    assert values(text) == {"c": {}, "d": 2}
    assert (
        reports(text)
        == """\
E103 3:5-3:14 a key is a mapping
  help: a key is a word or a number; text that begins with `{`, `[` or `? ` needs quotes
E103 1:3-1:9 a key is a list
  help: a key is a word or a number; text that begins with `{`, `[` or `? ` needs quotes
"""
    )


def test_directives_are_refused_and_what_follows_is_read(reports: Reports, values: Values) -> None:
    text = "# a net\n%YAML 2.0\n%TAG ! tag:x\n%WHAT\n---\na: *b\n"
    assert values(text) == {"a": ...}
    assert (
        reports(text)
        == """\
E103 2:1-2:10 the directive `%YAML 2.0` is not part of a spec
  help: remove the line: a spec is YAML 1.2, and `netc: 1` states its version
E103 3:1-3:13 the directive `%TAG ! tag:x` is not part of a spec
  help: remove the line: a spec is YAML 1.2, and `netc: 1` states its version
E103 4:1-4:6 the directive `%WHAT` is not part of a spec
  help: remove the line: a spec is YAML 1.2, and `netc: 1` states its version
E103 6:4-6:6 the alias `*b` is not part of a spec
  help: name layers that are used again under `blocks`, values that are used again under `params`
"""
    )


@pytest.mark.parametrize(
    ("text", "where"), [("a: 1\n---\nb: [\n", "2:1-2:4"), ("a: 1\n...\n\nb: 2\n", "4:1-4:4")]
)
def test_of_several_documents_the_first_is_read(
    reports: Reports, values: Values, text: str, where: str
) -> None:
    assert values(text) == {"a": 1}
    assert (
        reports(text)
        == f"""\
E103 {where} a second document begins here, and a spec is one
  help: put it into a file of its own
"""
    )


def test_one_run_finds_every_refusal_and_the_mistake_behind_them(reports: Reports) -> None:
    found = reports("a: *x\na: 1\nb: !t 2\n{<<: 1}: 3\nc: [\n")
    assert [line.split()[:2] for line in found.splitlines() if line.startswith("E")] == [
        ["E103", "1:4-1:6"],
        ["E102", "2:1-2:2"],
        ["E103", "3:4-3:6"],
        ["E103", "4:2-4:4"],
        ["E101", "5:4-5:5"],
    ]
