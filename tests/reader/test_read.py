"""What ``read`` gives: plain values, and where each is written."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netc.diagnostics.model import Diagnostic, Span
from netc.reader import Mapping, Scalar, Sequence, Tree, read, split_lines

Clean: TypeAlias = Callable[[str], Tree]
Reports: TypeAlias = Callable[[str | bytes], str]
Values: TypeAlias = Callable[[str | bytes], Any]


def place(line: int, column: int, end_line: int, end_column: int) -> Span:
    return Span("net.yaml", line, column, end_line, end_column)


def entries(tree: Tree) -> dict[str, tuple[Scalar, Tree]]:
    assert isinstance(tree, Mapping)
    return tree.entries


def test_a_spec_becomes_plain_values_whose_keys_are_text(values: Values) -> None:
    text = "netc: 1\nlayers:\n  - {conv: 64, act: no}\n  - flatten\nvariants:\n  50: {}\n  true: ~\n"
    assert values(text) == {
        "netc": 1,
        "layers": [{"conv": 64, "act": "no"}, "flatten"],
        "variants": {"50": {}, "true": None},
    }


def test_every_node_knows_where_it_is_written(clean: Clean) -> None:
    tree = clean("a: 'x y'  # a comment\nb:\n  - {c: 1}\n  -\nd: |\n  text\n\n")
    assert tree.span == place(1, 1, 6, 7)
    (key_a, a), (_, b), (_, d) = entries(tree).values()
    assert key_a.span == place(1, 1, 1, 2)
    assert a.span == place(1, 4, 1, 9)
    assert isinstance(b, Sequence)
    assert b.span == place(3, 3, 4, 4)
    assert [item.span for item in b.items] == [place(3, 5, 3, 11), place(4, 4, 4, 4)]
    assert d.span == place(5, 4, 6, 7)


def test_a_key_is_text_and_so_is_its_value(clean: Clean) -> None:
    key, value = entries(clean("50: 50\n"))["50"]
    assert (key.value, key.text) == ("50", "50")
    assert isinstance(value, Scalar)
    assert (value.value, value.text) == (50, "50")


@pytest.mark.parametrize(
    ("text", "end_column"), [("", 1), ("# to do\n\n# more", 8), ("\ufeff", 1), ("---\n", 4), ("\n\n", 1)]
)
def test_a_text_without_content_is_none_on_the_first_line(clean: Clean, text: str, end_column: int) -> None:
    tree = clean(text)
    assert isinstance(tree, Scalar)
    assert tree.value is None
    assert tree.span == place(1, 1, 1, end_column)


def test_a_byte_order_mark_counts_in_no_column(clean: Clean) -> None:
    assert [value.span for _, value in entries(clean("\ufeffa: 1\n")).values()] == [place(1, 4, 1, 5)]


def test_columns_are_code_points_and_lines_end_only_where_editors_end_them(
    clean: Clean, values: Values
) -> None:
    text = "a: \U0001f600\u2028é\rb: x\r\nc: [\u0085, 1]\n"
    assert values(text) == {"a": "\U0001f600\u2028é", "b": "x", "c": ["\u0085", 1]}
    tree = entries(clean(text))
    assert tree["a"][1].span == place(1, 4, 1, 7)
    assert tree["c"][0].span == place(3, 1, 3, 2)


def test_what_hides_behind_an_exotic_line_end_stays_in_its_comment(values: Values) -> None:
    assert values("a: 1 # fine\u2028b: 2\u0085c: 3\n") == {"a": 1}


def test_lines_are_split_as_spans_count_them() -> None:
    assert split_lines("\ufeffa\u2028b\r\nc\rd\n\ne\n") == ["a\u2028b", "c", "d", "", "e", ""]
    assert split_lines("") == [""]


def test_one_document_may_be_marked_at_both_ends(clean: Clean, values: Values) -> None:
    text = "# a net\n---\nnetc: 1\n...\n# the end\n...\n"
    assert clean(text).span == place(3, 1, 3, 8)
    assert values(text) == {"netc": 1}


# Laws.

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**200), 10**200)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=30),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abc:, é\u2028#<", max_size=9), inner)
    ),
    max_leaves=25,
)


@given(json_values, st.sampled_from([None, 1]))
@settings(max_examples=150, deadline=None)
def test_json_is_read_as_json(values: Values, clean: Clean, value: Any, indent: int | None) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    clean(text)
    got = values(text)
    assert got == value
    assert json.dumps(got) == json.dumps(value)  # 1, 1.0 and true are equal and yet not the same


yaml_like = st.lists(
    st.sampled_from(
        [
            "- ",
            "a",
            ": ",
            "\n",
            "  ",
            "{",
            "}",
            "[",
            "]",
            ", ",
            "'",
            '"',
            "\\",
            "&b ",
            "*b ",
            "!c ",
            "!!str ",
            "<<",
            "? ",
            "|",
            ">",
            "#",
            "%YAML 1",
            "---",
            "...",
            "\t",
            "\r",
            "\u2028",
            "\x07",
            "$(",
            "1e3",
            "\ufeff",
            "@",
            "é",
        ]
    ),
    max_size=40,
).map("".join)


@given(yaml_like | st.text(max_size=60) | st.binary(max_size=60))
@settings(max_examples=200, deadline=None)
def test_no_text_raises_and_none_is_silent(text: str | bytes) -> None:
    found: list[Diagnostic] = []
    data = text.encode(errors="replace") if isinstance(text, str) else text
    tree = read(data, "net.yaml", found.append)
    assert tree is not None or found
    lines = split_lines(data.decode(errors="replace"))
    for span in [report.span for report in found] + ([tree.span] if tree else []):
        assert (1, 1) <= span[1:3] <= span[3:5] <= (len(lines), len(lines[span.end_line - 1]) + 1)
        assert span.column <= len(lines[span.line - 1]) + 1


words = st.from_regex(r"[A-Za-zé0-9_.$+()/*-]{1,12}", fullmatch=True).filter(
    lambda word: word[0] not in "-.*"
)


@given(st.dictionaries(words, st.lists(words, max_size=4) | words, min_size=1, max_size=6), st.booleans())
@settings(max_examples=100, deadline=None)
def test_a_plain_scalars_span_cuts_out_its_text(
    clean: Clean, content: dict[str, list[str] | str], flow: bool
) -> None:
    def written(value: list[str] | str) -> str:
        if isinstance(value, str):
            return " " + value
        return " [" + ", ".join(value) + "]" if flow else "".join(f"\n  -  {item} # it" for item in value)

    text = "\n".join(f"{key}:{written(value)}" for key, value in content.items())
    lines = split_lines(text)
    scalars: list[Scalar] = []
    for key, value in entries(clean(text)).values():
        scalars.append(key)
        scalars.extend(
            item
            for item in (value.items if isinstance(value, Sequence) else [value])
            if isinstance(item, Scalar)
        )
    assert len(scalars) >= len(content)
    for scalar in scalars:
        _, line, column, end_line, end_column = scalar.span
        assert line == end_line
        assert lines[line - 1][column - 1 : end_column - 1] == scalar.text
