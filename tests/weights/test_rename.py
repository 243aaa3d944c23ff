"""Rename rules: what they do, and what is said of bad ones."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netc.errors import FileError
from netc.weights.rename import apply, parse_rule, parse_rules


def renamed(name: str, *rules: str) -> str | None:
    return apply(map(parse_rule, rules), [name])[name]


def test_a_rule_replaces_every_match_in_the_result_so_far() -> None:
    assert (
        renamed("layer1.0.conv1.weight", r"^layer(\d)=stage\1", r"conv(?P<n>\d)=c\g<n>")
        == "stage1.0.c1.weight"
    )
    assert renamed("a.a", "a=b", "b=c") == "c.c"
    assert renamed("a", "b=c", "a=b") == "b"


def test_a_rule_splits_at_its_last_equals_sign() -> None:
    assert renamed("fc.weight", "(?=fc)=head.") == "head.fc.weight"
    assert renamed("a=b", "a=b=c") == "c"


def test_a_rule_that_leaves_nothing_drops_the_tensor_for_good() -> None:
    assert renamed("head.weight", r"^head\..*=", "^$=back") is None
    assert renamed("module.fc.weight", r"^module\.=") == "fc.weight"


def test_a_name_that_was_empty_is_not_dropped() -> None:
    assert renamed("", "x=y") == ""
    assert renamed("", "^$=back") == "back"


@given(st.text(min_size=1), st.text().map(lambda text: text.replace("=", "")))
def test_an_escaped_name_becomes_any_name(name: str, new: str) -> None:
    replacement = new.replace("\\", "\\\\")
    assert renamed(name, f"{re.escape(name)}={replacement}") == (new or None)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("backbone.", "the rename `backbone.` has no `=`; write PATTERN=REPLACEMENT"),
        (
            "a(b=c",
            "the rename `a(b=c` has a bad pattern `a(b`: missing ), unterminated subpattern, at column 2 of it",
        ),
        (
            r"a=b\2",
            r"the rename `a=b\2` has a bad replacement `b\2`: invalid group reference 2, at column 3 of it",
        ),
        (r"a=\g<x>", r"the rename `a=\g<x>` has a bad replacement `\g<x>`: unknown group name 'x'"),
        (
            "a{99999999999}=b",
            "the rename `a{99999999999}=b` has a bad pattern `a{99999999999}`: the repetition number is too large",
        ),
        ("\x1b[31m", "the rename `␛[31m` has no `=`; write PATTERN=REPLACEMENT"),
    ],
)
def test_what_is_said_of_a_bad_rule(text: str, message: str) -> None:
    with pytest.raises(ValueError, match="the rename") as caught:
        parse_rule(text)
    assert str(caught.value) == message


def test_rules_from_files_stand_where_the_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "names.txt"
    path.write_bytes("\ufeff# torchvision\r\n\r\n   \nlayer=stage\r\n@x=@y\n #a=b".encode())
    rules = parse_rules(["a=b", f"@{path}", "c=d"])
    found = [(rule.pattern.pattern, rule.replacement) for rule in rules]
    assert found == [("a", "b"), ("layer", "stage"), ("@x", "@y"), (" #a", "b"), ("c", "d")]


def test_a_bad_rule_in_a_file_is_named_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "names.txt"
    path.write_text("# one\na=b\nnonsense\n")
    with pytest.raises(ValueError, match="rename") as caught:
        parse_rules([f"@{path}"])
    assert str(caught.value) == f"{path}:3: the rename `nonsense` has no `=`; write PATTERN=REPLACEMENT"


def test_files_of_rules_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "latin").write_bytes(b"a=\xe9")
    with pytest.raises(FileError, match=r"cannot read the renames in .*latin: it is no UTF-8 text$"):
        parse_rules([f"@{tmp_path / 'latin'}"])
    with pytest.raises(FileError, match=r"cannot read the renames in .*nowhere: No such file or directory$"):
        parse_rules([f"@{tmp_path / 'nowhere'}"])
