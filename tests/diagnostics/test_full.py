"""The format ``full``, drawn whole."""

from __future__ import annotations

import re
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netc.diagnostics import Diagnostic, Note, Severity, Span
from netc.diagnostics.full import render


def drawn(source: str, span: tuple[int, int, int, int], label: str = "here", code: str = "E201") -> str:
    """What ``full`` draws for one span of one source, its header left out."""
    severity: Severity = "error" if code.startswith("E") else "warning"
    diagnostic = Diagnostic(code, severity, "message", Span("a.yaml", *span), label)
    return render([diagnostic], {"a.yaml": source}).split("\n", 2)[2]


def text(drawing: str) -> str:
    return dedent(drawing).strip("\n")


def test_a_diagnostic_is_drawn_with_its_source_its_notes_and_the_way_out() -> None:
    source = "\n" * 26 + "  - {use: basic, first: {stride: 2}}\n" + "\n" * 3 + "        - residual:\n"
    diagnostic = Diagnostic(
        "E404",
        "error",
        "the branches of `residual` end in different shapes",
        Span("specs/resnet.yaml", 31, 11, 31, 19),
        "body: 128×28×28, shortcut: 64×56×56",
        "`shortcut: project` adds a strided 1x1 conv",
        "stage2.0.residual1",
        (
            Note("and at 2 more places"),
            Note("built here, at stage2.0", Span("specs/resnet.yaml", 27, 5, 27, 15)),
        ),
    )
    assert render([diagnostic], {"specs/resnet.yaml": source}) == text("""
error[E404]: the branches of `residual` end in different shapes
  --> specs/resnet.yaml:31:11
   |
31 |         - residual:
   |           ^^^^^^^^ body: 128×28×28, shortcut: 64×56×56
27 |   - {use: basic, first: {stride: 2}}
   |     ---------- built here, at stage2.0
   = note: and at 2 more places
   = help: `shortcut: project` adds a strided 1x1 conv
""")


def test_a_blank_line_stands_between_two_diagnostics() -> None:
    both = [
        Diagnostic("E201", "error", "unknown option `pading`", Span("a.yaml", 1, 1, 1, 7)),
        Diagnostic("W301", "warning", "nobody reads `stem`", Span("a.yaml", 2, 1, 2, 5)),
    ]
    assert render(both, {"a.yaml": "pading\nstem"}) == text("""
error[E201]: unknown option `pading`
 --> a.yaml:1:1
  |
1 | pading
  | ^^^^^^

warning[W301]: nobody reads `stem`
 --> a.yaml:2:1
  |
2 | stem
  | ^^^^
""")


def test_nothing_found_draws_nothing() -> None:
    assert render([], {"a.yaml": "netc: 1"}) == ""


def test_line_numbers_of_different_widths_align() -> None:
    source = "blocks:\n" + "\n" * 98 + "last: 1"
    diagnostic = Diagnostic(
        "E102",
        "error",
        "message",
        Span("a.yaml", 1, 1, 1, 7),
        notes=(Note("there", Span("a.yaml", 100, 1, 100, 5)),),
    )
    assert render([diagnostic], {"a.yaml": source}) == text("""
error[E102]: message
   --> a.yaml:1:1
    |
  1 | blocks:
    | ^^^^^^
100 | last: 1
    | ---- there
""")


def test_marks_on_one_line_show_it_once() -> None:
    diagnostic = Diagnostic(
        "E102",
        "error",
        "`kernel` is written twice",
        Span("a.yaml", 1, 13, 1, 19),
        notes=(Note("first written here", Span("a.yaml", 1, 2, 1, 8)),),
    )
    assert render([diagnostic], {"a.yaml": "{kernel: 3, kernel: 5}"}) == text("""
error[E102]: `kernel` is written twice
 --> a.yaml:1:13
  |
1 | {kernel: 3, kernel: 5}
  |             ^^^^^^
  |  ------ first written here
""")


def test_a_note_in_another_file_says_which() -> None:
    diagnostic = Diagnostic(
        "E302",
        "error",
        "message",
        Span("main.yaml", 1, 1, 1, 4),
        notes=(
            Note("imported here", Span("parts/blocks.yaml", 12, 3, 12, 7)),
            Note("and used here", Span("main.yaml", 2, 1, 2, 4)),
        ),
    )
    sources = {"main.yaml": "one\ntwo", "parts/blocks.yaml": "\n" * 11 + "  stem:"}
    assert render([diagnostic], sources) == text("""
error[E302]: message
  --> main.yaml:1:1
   |
 1 | one
   | ^^^
  ::: parts/blocks.yaml:12:3
   |
12 |   stem:
   |   ---- imported here
  ::: main.yaml:2:1
   |
 2 | two
   | --- and used here
""")


def test_a_file_whose_text_is_not_at_hand_is_named_only() -> None:
    diagnostic = Diagnostic(
        "E404",
        "error",
        "message",
        Span("gone.yaml", 31, 9, 31, 17),
        "3 and 8",
        "a way out",
        notes=(Note("built there", Span("gone.yaml", 27, 5, 27, 8)),),
    )
    assert render([diagnostic], {}) == text("""
error[E404]: message
 --> gone.yaml:31:9
  = note: 3 and 8
  = note: built there, at gone.yaml:27:5
  = help: a way out
""")


def test_many_notes_are_counted() -> None:
    diagnostic = Diagnostic(
        "E404",
        "error",
        "message",
        Span("a.yaml", 1, 1, 1, 2),
        notes=(
            *(Note(f"use {at}", Span("a.yaml", at, 1, at, 2)) for at in range(2, 12)),
            *(Note(f"fact {at}") for at in range(9)),
        ),
    )
    assert render([diagnostic], {"a.yaml": "x\n" * 12}) == text("""
error[E404]: message
 --> a.yaml:1:1
  |
1 | x
  | ^
2 | x
  | - use 2
3 | x
  | - use 3
4 | x
  | - use 4
5 | x
  | - use 5
6 | x
  | - use 6
7 | x
  | - use 7
8 | x
  | - use 8
9 | x
  | - use 9
  = note: fact 0
  = note: fact 1
  = note: fact 2
  = note: fact 3
  = note: fact 4
  = note: fact 5
  = note: fact 6
  = note: fact 7
  = note: 3 further notes not shown
""")


def test_a_span_of_several_lines_is_drawn_to_the_end_of_its_first() -> None:
    assert drawn("- residual:  \n    - flatten\n", (1, 3, 2, 14)) == text("""
  |
1 | - residual:
  |   ^^^^^^^^^… here
""")


def test_a_span_that_goes_on_over_blanks_alone_ends_on_its_line() -> None:
    assert drawn("- conv: 8\n\n  \n- flatten\n", (1, 3, 4, 1)) == text("""
  |
1 | - conv: 8
  |   ^^^^^^^ here
""")


def test_tabs_and_wide_characters_align() -> None:
    assert drawn("\tdoc: 日本語 kernal: é", (1, 11, 1, 17)) == text("""
  |
1 |     doc: 日本語 kernal: é
  |                 ^^^^^^ here
""")


def test_a_wide_character_has_two_carets_and_a_combining_one_none() -> None:
    assert drawn("a語e\u0301b", (1, 2, 1, 5)) == text("""
  |
1 | a語e\u0301b
  |  ^^^ here
""")


def test_control_and_bidi_characters_are_shown_escaped() -> None:
    assert drawn("name: \x1b[2J\u202ecilbup\x9b \x7f\x00", (1, 11, 1, 17)) == text(r"""
  |
1 | name: ␛[2J\u202ecilbup\x9b ␡␀
  |           ^^^^^^^^^^^ here
""")


def test_messages_notes_help_and_file_names_are_escaped() -> None:
    hostile = "x\x1b]0;y\x07\n\u2066"
    diagnostic = Diagnostic(
        "E301", "error", hostile, Span(hostile, 1, 1, 1, 2), hostile, hostile, notes=(Note(hostile),)
    )
    shown = r"x␛]0;y␇␊\u2066"
    assert render([diagnostic], {hostile: "x"}) == text(f"""
error[E301]: {shown}
 --> {shown}:1:1
  |
1 | x
  | ^ {shown}
  = note: {shown}
  = help: {shown}
""")


def test_the_end_of_a_file_is_marked_behind_its_last_character() -> None:
    assert drawn("layers: [", (1, 10, 1, 10)) == text("""
  |
1 | layers: [
  |          ^ here
""")


def test_the_end_of_a_file_behind_a_line_break_is_a_line_of_its_own() -> None:
    assert drawn("layers: [\n", (2, 1, 2, 1)) == "  |\n2 |\n  | ^ here"


def test_an_empty_file_is_drawn_as_an_empty_line() -> None:
    assert drawn("", (1, 1, 1, 1)) == "  |\n1 |\n  | ^ here"


def test_a_byte_order_mark_takes_no_column() -> None:
    assert drawn("\ufeffnetc: 2\r\nname: x", (1, 7, 1, 8)) == text("""
  |
1 | netc: 2
  |       ^ here
""")


LONG = "a" * 150 + " kernel: 3 " + "b" * 150


@pytest.mark.parametrize(
    ("source", "columns", "expected"),
    [
        (
            LONG,
            (152, 158),
            f"1 | …{'a' * 24} kernel: 3 {'b' * 63}…\n  | {' ' * 26}^^^^^^ here",
        ),
        (LONG, (4, 6), f"1 | {'a' * 98}…\n  |    ^^ here"),
        (LONG, (312, 312), f"1 | …{'b' * 98}\n  | {' ' * 99}^ here"),
        (LONG, (151, 312), f"1 | …{'a' * 25} kernel: 3 {'b' * 62}…\n  | {' ' * 26}{'^' * 73} here"),
        ("語" * 100, (2, 3), f"1 | {'語' * 49}…\n  |   ^^ here"),
        ("\x9b" * 100, (50, 51), "1 | …" + r"\x9b" * 24 + f"…\n  | {' ' * 25}^^^^ here"),
    ],
    ids=["middle", "start", "end", "longer than the cut", "wide", "escaped"],
)
def test_a_long_line_is_cut_around_its_span(source: str, columns: tuple[int, int], expected: str) -> None:
    assert drawn(source, (1, columns[0], 1, columns[1])) == f"  |\n{expected}"


def test_colours_are_those_of_the_severity_and_never_change_the_text() -> None:
    diagnostic = Diagnostic(
        "W301",
        "warning",
        "nobody reads `stem`",
        Span("a.yaml", 1, 1, 1, 5),
        "8×30×30",
        "remove it",
        notes=(Note("hidden here", Span("a.yaml", 1, 7, 1, 8)),),
    )
    painted = render([diagnostic], {"a.yaml": "stem: 1"}, color=True)
    assert painted.replace("\x1b", "␛") == text("""
␛[1;33mwarning[W301]␛[0m␛[1m: nobody reads `stem`␛[0m
 ␛[34m-->␛[0m a.yaml:1:1
  ␛[34m|␛[0m
␛[34m1␛[0m ␛[34m|␛[0m stem: 1
  ␛[34m|␛[0m ␛[1;33m^^^^ 8×30×30␛[0m
  ␛[34m|␛[0m       ␛[36m- hidden here␛[0m
  ␛[34m=␛[0m ␛[36mhelp:␛[0m remove it
""")
    assert re.sub("\x1b\\[[0-9;]*m", "", painted) == render([diagnostic], {"a.yaml": "stem: 1"})


anything = st.text(st.characters(), max_size=40)
positions = st.integers(min_value=1, max_value=45)


@given(anything, anything, st.tuples(positions, positions, positions, positions))
def test_no_text_reaches_the_output_raw(source: str, message: str, place: tuple[int, int, int, int]) -> None:
    span = Span(message, *place)
    notes = (Note(message, span), Note(message))
    diagnostic = Diagnostic("E301", "error", message, span, message, message, message, notes)
    output = render([diagnostic], {message: source})
    assert [one for one in output if one != "\n" and not one.isprintable()] == []
    assert len(output.split("\n")) == (
        8 if message else 7
    )  # a line break in a text adds no row; an empty help has none


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=300), st.data())
def test_carets_stand_under_what_the_span_covers(line: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(line) - 1))
    end = data.draw(st.integers(start + 1, len(line)))
    source, carets = drawn(line, (1, start + 1, 1, end + 1), label="").split("\n")[1:]
    covered = source.ljust(len(carets))[carets.index("^") : len(carets)]
    assert len(source) <= len("1 | ") + 100
    assert line[start:end].startswith(covered)
    assert covered == line[start:end] or source.endswith("…")
