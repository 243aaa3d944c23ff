"""What is said where brackets, keys and list items do not fit together."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import pytest

Reports: TypeAlias = Callable[[str | bytes], str]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "- {conv: 64, kernel: 3\n",
            """\
E101 1:3-1:4 the `{` is never closed
  help: write the `}` where it ends
""",
        ),
        (
            "a: [1, 2\nb: 3\n",
            """\
E101 2:2-2:3 `:` stands where `,` or `]` is expected
  help: put `,` between the entries, and `]` where the `[` of line 1 ends
  note: the `[` is opened here at 1:4-1:5
""",
        ),
        (
            "- {conv: 1\n- {conv: 2}\n",
            """\
E101 2:3-2:4 `{` stands where `,` or `}` is expected
  help: put `,` between the entries, and `}` where the `{` of line 1 ends
  note: the `{` is opened here at 1:3-1:4
""",
        ),
        (
            "[a, b}\n",
            """\
E101 1:6-1:7 `}` stands where `,` or `]` is expected
  help: put `,` between the entries, and `]` behind the last
  note: the `[` is opened here at 1:1-1:2
""",
        ),
        (
            "a: [\n",
            """\
E101 1:4-1:5 the `[` is never closed
  help: write the `]` where it ends
""",
        ),
        (
            "- {conv: 64, kernel: 3}}\n",
            """\
E101 1:24-1:25 `}` closes nothing
  help: remove it, or write the `{` it belongs to
""",
        ),
    ],
)
def test_brackets_that_do_not_close(reports: Reports, text: str, expected: str) -> None:
    assert reports(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "{conv: 64 kernel: 3}",
            """\
E101 1:17-1:18 `:` stands where `,` or `}` is expected
  help: put `,` between the entries, and `}` behind the last
  note: the `{` is opened here at 1:1-1:2
""",
        ),
        (
            "[1, , 2]",
            """\
E101 1:5-1:6 `,` stands where a value is expected
  help: write a value before it, or put it in quotes if it is text
  note: the `[` is opened here at 1:1-1:2
""",
        ),
        (
            "x: {a: 1}, b: 2\n",
            """\
E101 1:10-1:11 `,` follows a closing `}`
  help: remove it
""",
        ),
        (
            "- [1, 2] 3\n",
            """\
E101 1:10-1:11 `3` follows a closing `]`
  help: begin a new line, or put it in front of the bracket, after a `,`
""",
        ),
    ],
)
def test_entries_that_are_not_separated(reports: Reports, text: str, expected: str) -> None:
    assert reports(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "- {conv: $(width[0]), kernel: 3}",
            """\
E101 1:17-1:18 `[` stands where `,` or `}` is expected
  help: inside `{…}` and `[…]` an expression that holds `, [ ] { }` must be quoted: "$(max(a, b))"
  note: the `{` is opened here at 1:3-1:4
""",
        ),
        (
            "- {conv: $(max(a, [1, 2][0])), kernel: 3}",
            """\
E101 1:25-1:26 `[` stands where `,` or `}` is expected
  help: inside `{…}` and `[…]` an expression that holds `, [ ] { }` must be quoted: "$(max(a, b))"
  note: the `{` is opened here at 1:3-1:4
""",
        ),
        (
            "- {conv: $({}), kernel: 3\n",
            """\
E101 1:12-1:13 `{` stands where `,` or `}` is expected
  help: inside `{…}` and `[…]` an expression that holds `, [ ] { }` must be quoted: "$(max(a, b))"
  note: the `{` is opened here at 1:3-1:4
""",
        ),
    ],
)
def test_expressions_without_quotes(reports: Reports, text: str, expected: str) -> None:
    assert reports(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "layers:\n- conv: 64\n kernel: 3\n",
            """\
E101 3:2-3:8 this line is indented like nothing above it: it begins in column 2, the keys around it in column 1
  help: line it up with the keys that it belongs to
  note: the keys begin here at 1:1-1:2
""",
        ),
        (
            "layers:\n- conv: 64\n   kernel: 3\n",
            """\
E101 3:4-3:11 `kernel:` stands inside the value above it
  help: line it up with the keys above, or end the line above with `:` if this is its value
""",
        ),
        (
            "layers:\n- conv: 64\n  - conv: 3\n",
            """\
E101 3:3-3:4 a list item stands among the keys of a mapping
  help: line its `- ` up with the other items, or write the key of its list on a line above
  note: the keys begin here at 2:3-2:4
""",
        ),
        (
            "layers:\n- conv: 64\n  kernel 3\n  stride: 2\n",
            """\
E101 3:3-3:11 `kernel 3` stands among keys and has no `:`
  help: write `key: value`; a text that goes on from the line above is indented further than its key
""",
        ),
        (
            "  netc: 1\nname: x\n",
            """\
E101 2:1-2:5 `name` follows the end of the document
  help: begin every top-level `key: value` in the first column
""",
        ),
        (
            "- a\nb: 1\n",
            """\
E101 2:1-2:2 `b` stands among list items and has no `- `
  help: write `- ` in front of it, or indent it under the item above
  note: the list items begin here at 1:1-1:2
""",
        ),
        (
            "- - a\n - b\n",
            """\
E101 2:2-2:3 this line is indented like nothing above it: it begins in column 2, the list items around it in column 1
  help: line it up with the list items that it belongs to
  note: the list items begin here at 1:1-1:2
""",
        ),
        (
            ": : 1\n",
            """\
E101 1:1-1:2 `:` stands where a key is expected
  help: write `key: value`; text that begins with a sign needs quotes
  note: the keys begin here at 1:1-1:2
""",
        ),
    ],
)
def test_lines_out_of_line(reports: Reports, text: str, expected: str) -> None:
    assert reports(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "- conv: 64, kernel: 3\n",
            """\
E101 1:19-1:20 a second `:` stands on one line
  help: put a value that holds `: ` in quotes; further keys go on lines of their own or into `{…}`
""",
        ),
        (
            "- {conv: 64, kernel:[3, 3]}\n",
            """\
E101 1:20-1:21 no space stands between `:` and `[`
  help: write `key: value` with a space behind the `:`; text that holds a `:` needs quotes
""",
        ),
        (
            "--- a: 1\n",
            """\
E101 1:6-1:7 a key cannot stand on the line of `---`
  help: begin it on the next line
""",
        ),
        (
            "k" * 1030 + ": 1\n",
            """\
E101 1:1031-1:1032 a key is too long: 1,030 characters, and at most 1,024 are read
  help: a key is one word
""",
        ),
        (
            "conv: - 64\n",
            """\
E101 1:7-1:8 a list item cannot begin here
  help: write the items on lines of their own, or the list as `[…]`; text that begins with `- ` needs quotes
""",
        ),
        (
            "conv: ? 64\n",
            """\
E101 1:7-1:8 a value cannot begin with `? `
  help: put the value in quotes
""",
        ),
    ],
)
def test_colons_and_dashes(reports: Reports, text: str, expected: str) -> None:
    assert reports(text) == expected
